"""Reading and writing of length-prefixed bytes: the pieces all binary formats are made of (docs/spec/README.md)."""

from __future__ import annotations

from civium.errors import Refused


def bytes8(value: bytes) -> bytes:
    """Give `u8 length ‖ value`."""
    assert len(value) <= 0xFF
    return bytes((len(value),)) + value


def bytes16(value: bytes) -> bytes:
    """Give `u16 length ‖ value`, big-endian."""
    assert len(value) <= 0xFFFF
    return len(value).to_bytes(2, "big") + value


class Reader:
    """Reads the pieces of one value in order; whatever does not fit raises Refused with the format's own code."""

    def __init__(self, raw: bytes, code: str) -> None:
        self._raw = raw
        self._code = code
        self._at = 0

    def refused(self) -> Refused:
        """Give the refusal of this format, to be raised by whoever finds a piece wrong."""
        return Refused(self._code)

    def take(self, count: int) -> bytes:
        """Give the next `count` bytes."""
        end = self._at + count
        if end > len(self._raw):
            raise self.refused()
        piece = self._raw[self._at : end]
        self._at = end
        return piece

    def u8(self) -> int:
        """Give the next byte as a number."""
        at = self._at
        if at >= len(self._raw):
            raise self.refused()
        self._at = at + 1
        return self._raw[at]

    def u16(self) -> int:
        """Give the next two bytes as a number."""
        return int.from_bytes(self.take(2), "big")

    def u32(self) -> int:
        """Give the next four bytes as a number."""
        return int.from_bytes(self.take(4), "big")

    def bytes8(self) -> bytes:
        """Give the next piece with a one-byte length."""
        return self.take(self.u8())

    def bytes16(self) -> bytes:
        """Give the next piece with a two-byte length."""
        return self.take(self.u16())

    def rest(self) -> bytes:
        """Give everything that is left."""
        return self.take(len(self._raw) - self._at)

    def check_end(self) -> None:
        """Refuse trailing bytes."""
        if self._at != len(self._raw):
            raise self.refused()
