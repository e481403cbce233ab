// Sharing: what somebody types as a Mastodon server is a server's name, or nothing is followed.
import assert from "node:assert/strict";
import { test } from "node:test";
import { mastodonAddress, serverName } from "../../src/civium/browser/share-main";

test("a server is known by its name, its address or somebody's handle", () => {
  for (const typed of ["social.example", " Social.Example ", "https://social.example/@eimear", "@eimear@social.example", "http://social.example"]) {
    assert.equal(serverName(typed), "social.example", typed);
  }
});

test("what is no server's name leads nowhere", () => {
  for (const typed of ["", "social", "social example.org", "javascript:alert(1)", "social.example:8443", "-a.example", "a..example", "social.example?x=", "1.2.3.4", "x".repeat(64) + ".example"]) {
    assert.equal(serverName(typed), null, typed);
  }
});

test("the address on a server is its own, secured, and carries the text whole", () => {
  (globalThis as { location?: unknown }).location = { origin: "http://localhost:8000" };
  const address = new URL(mastodonAddress("social.example", "Add your voice & tell!\nhttps://collect.example/i/night-trains"));
  assert.equal(address.origin, "https://social.example");
  assert.equal(address.pathname, "/share");
  assert.equal(address.searchParams.get("text"), "Add your voice & tell!\nhttps://collect.example/i/night-trains");
});
