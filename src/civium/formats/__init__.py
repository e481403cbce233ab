"""What travels between the rooms: bytes to values and back. No files, no sockets, no clock. Specifications: docs/spec/."""
