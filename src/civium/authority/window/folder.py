"""The folder that the window was started with: what lies in it, and that nothing outside is named (rule 9 of docs/spec/window.md)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from civium.authority.commands.asking import EXPORT, OPENED
from civium.authority.commands.key_files import PRIVATE
from civium.errors import Refused

# A folder with more is not shown whole; a name can be typed.
MOST_SHOWN = 200
_LONGEST_NAME = 400


@dataclass(frozen=True)
class Folder:
    """The start folder, resolved."""

    path: Path

    def exports(self) -> list[str]:
        """Give what can be chosen to work on: exports, and opened files whose export is not here (read or joined ones)."""
        names = self._names(EXPORT)
        stems = {name.removesuffix(EXPORT) for name in names}
        return names + [name for name in self._names(OPENED) if name.removesuffix(OPENED) not in stems]

    def keys(self) -> list[str]:
        """Give the private key files."""
        return self._names(PRIVATE)

    def policies(self) -> list[str]:
        """Give what may be a policy file."""
        return self._names(".json")

    def _names(self, ending: str) -> list[str]:
        found = (path.name for path in self.path.iterdir() if path.name.endswith(ending) and path.is_file())
        return sorted(name for name in found if self._is_inside(name))[:MOST_SHOWN]

    def _is_inside(self, name: str) -> bool:
        return (self.path / name).resolve().is_relative_to(self.path)

    def file(self, typed: str) -> Path:
        """Give a file that is there. Raises Refused `window-outside` for a path that leads out, `file-missing`."""
        path = self._resolved(typed)
        if not path.is_file():
            raise Refused("file-missing")
        return path

    def new(self, typed: str, ending: str = "") -> Path:
        """Give a place for a new file, with this ending. Raises Refused `window-outside`, `file-exists`, `file-missing` where its folder is not there."""
        path = self._resolved(typed if typed.endswith(ending) else typed + ending)
        if path.exists():
            raise Refused("file-exists")
        if not path.parent.is_dir():
            raise Refused("file-missing")
        return path

    def _resolved(self, typed: str) -> Path:
        typed = typed.strip()
        if not typed or len(typed) > _LONGEST_NAME or not typed.isprintable() or "\\" in typed or Path(typed).is_absolute():
            raise Refused("window-outside")
        if ".." in Path(typed).parts or ":" in typed:
            raise Refused("window-outside")
        path = (self.path / typed).resolve()
        if not path.is_relative_to(self.path) or path == self.path:
            raise Refused("window-outside")
        return path

    def name_of(self, path: Path) -> str:
        """Give how a file inside is called: from the folder on."""
        return path.relative_to(self.path).as_posix()

    def sheets(self, typed: str) -> list[Path]:
        """Give the sheets that were typed: names with commas between, or a folder with all of them. Raises what `file` raises."""
        found: list[Path] = []
        for name in typed.split(","):
            path = self._resolved(name)
            if path.is_dir():
                found += [
                    self.file(self.name_of(one)) for one in sorted(path.iterdir()) if one.suffix.lower() in (".xlsx", ".csv")
                ]
            else:
                found.append(self.file(name))
        if not found:
            raise Refused("file-missing")
        return found
