"""The hot path: receives envelopes, gives receipts, serves what is public. Plain ASGI, nothing kept of a sender."""
