-- Sends the postings of a file one after the other, each once, and keeps every reply.
-- Environment: POSTINGS (postings of one length, end to end), POSTING_SIZE, REPLIES (each as status, length, bytes).
local postings = assert(io.open(os.getenv("POSTINGS"), "rb"))
local size = tonumber(os.getenv("POSTING_SIZE"))
local replies = assert(io.open(os.getenv("REPLIES"), "wb"))
replies:setvbuf("full", 1048576)
local headers = { ["Content-Type"] = "application/octet-stream" }

function request()
   local body = postings:read(size)
   if body == nil then
      error("more postings are needed than were made")
   end
   return wrk.format("POST", "/api/statements", headers, body)
end

function response(status, _, body)
   replies:write(string.format("%03d %06d ", status, #body), body)
end
