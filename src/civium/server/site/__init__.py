"""The public pages: what visitors read, in 24 languages, rendered once and kept as bytes."""
