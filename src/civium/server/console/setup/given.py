"""Takes a form of set-up apart: lines, texts, days, addresses and files, each checked where it stands, with what to do where it is wrong."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import validate_email
from django.utils.datastructures import MultiValueDictKeyError

from civium.server.console import frame
from civium.server.register.registered import is_unreadable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from civium.server.console.screens import ConsoleRequest
    from civium.server.site.words import Words

_ADDRESS = re.compile(r"https?://[^\s\"<>\\]{1,490}")


@dataclass
class Form:
    """What a form held, and what is wrong with it, by field."""

    request: ConsoleRequest
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def words(self) -> Words:
        """The words of whoever sent it."""
        return frame.words_of(self.request)

    def line(self, name: str, *, longest: int = 400, missing: str = "") -> str:
        """Give one line; `missing` is what is said where it must be there and is not."""
        return self._checked(name, " ".join(self._raw(name).split()), longest, missing)

    def text(self, name: str, *, longest: int = 20_000, missing: str = "") -> str:
        """Give several lines."""
        return self._checked(name, self._raw(name).replace("\r\n", "\n").replace("\r", "\n").strip(), longest, missing)

    def address(self, name: str, *, secure: bool = False) -> str:
        """Give an address of a page, "" where there is none."""
        _ = self.words
        value = self.line(name, longest=500)
        if value and (not _ADDRESS.fullmatch(value) or (secure and not value.startswith("https://"))):
            self.errors[name] = _("Write a whole address, beginning with https://.")
        return value

    def email(self, name: str, *, missing: str = "") -> str:
        """Give an address of mail, "" where there is none."""
        _ = self.words
        value = self.line(name, longest=254, missing=missing)
        if value:
            try:
                validate_email(value)
            except ValidationError:
                self.errors[name] = _("Write an e-mail address, such as name@example.org.")
        return value

    def day(self, name: str, *, missing: str = "") -> str:
        """Give a day as it is stored, "" where there is none."""
        _ = self.words
        value = self.line(name, longest=10, missing=missing)
        if value:
            try:
                return date.fromisoformat(value).isoformat()
            except ValueError:
                self.errors[name] = _("Write a day that exists, such as 2026-04-14.")
        return value

    def one_of(self, name: str, allowed: tuple[str, ...] | Mapping[str, object], *, missing: str | None = None) -> str:
        """Give one of a list, "" where none was chosen and none must be."""
        _, value = self.words, self._raw(name)
        missing = _("Choose one.") if missing is None else missing
        if value not in allowed and (value or missing):
            self.errors[name] = missing or _("Choose one of the list.")
            return ""
        return value

    def is_ticked(self, name: str) -> bool:
        """Say whether a box was ticked."""
        return bool(self._raw(name))

    def file(self, name: str, largest: int, *, missing: str = "") -> bytes:
        """Give a file's bytes, b"" where there is none; one that is too large is read only so far that those who look see it."""
        try:
            uploaded = self.request.FILES[name]
        except MultiValueDictKeyError:
            if missing:
                self.errors[name] = missing
            return b""
        assert isinstance(uploaded, UploadedFile), "a field has files, never a list of lists"
        return bytes(uploaded.read(largest + 1))

    def files(self, name: str, largest: int, most: int) -> list[bytes]:
        """Give the bytes of several files, each read so far as one may be long."""
        return [bytes(uploaded.read(largest + 1)) for uploaded in self.request.FILES.getlist(name)[: most + 1]]

    def _raw(self, name: str) -> str:
        value = self.request.POST.get(name, "")
        return value if isinstance(value, str) else ""

    def _checked(self, name: str, value: str, longest: int, missing: str) -> str:
        _ = self.words
        value = unicodedata.normalize("NFC", value)
        if any(is_unreadable(character) for character in value):
            self.errors[name] = _("This holds signs that nobody can read. Type it anew, or paste it as plain text.")
        elif len(value) > longest:
            self.errors[name] = _(
                "At most %(longest)s characters; this has %(length)s.", longest=f"{longest:,}", length=f"{len(value):,}"
            )
        elif missing and not value:
            self.errors[name] = missing
        return value
