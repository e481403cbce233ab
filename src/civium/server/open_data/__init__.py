"""Open data: what anyone may read of an initiative, from values to bytes. No state, no clock, no network (docs/spec/read-api.md)."""
