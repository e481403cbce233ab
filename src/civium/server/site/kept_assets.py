"""Files of earlier versions, kept for pages that were loaded before an upgrade and are still open (docs/spec/http.md).

The rules are:
- every file that pages load is copied once into the installation's folder; its time there is when pages last loaded it;
- a file that no page loads any more is given for seven days from then, and then removed, whatever was restarted meanwhile;
- a file whose content is not what its name says is not given;
- a folder that cannot be written costs the earlier files only: it never stops the pages.
"""

from __future__ import annotations

import logging
import os
import re
import secrets
from contextlib import suppress
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from civium.server.site import assets
from civium.server.site.assets import Asset

if TYPE_CHECKING:
    from collections.abc import Mapping

KEPT_FOR = timedelta(days=7)
_PREFIX = "/assets/"
_NAME = re.compile(r"[A-Za-z0-9_-]+\.(?P<hash>[0-9a-f]{12})\.(?P<ending>[a-z0-9]{2,4})")
_logger = logging.getLogger(__name__)


def with_earlier(folder: Path, present: Mapping[str, Asset], *, now: datetime) -> dict[str, Asset]:
    """Give the present files and those of the last seven days, by address. Blocks."""
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        for asset in present.values():
            _keep(folder, asset, now)
        return _earlier(folder, now) | present
    except OSError as error:
        _logger.error("assets-not-kept %s", type(error).__name__)  # noqa: TRY400  no stack: it says nothing more
        return dict(present)


def _keep(folder: Path, asset: Asset, now: datetime) -> None:
    path = folder / asset.path.removeprefix(_PREFIX)
    if not path.exists():
        draft = folder / f".{secrets.token_hex(8)}"
        draft.write_bytes(asset.content)
        draft.rename(path)
    os.utime(path, (now.timestamp(), now.timestamp()))


def _earlier(folder: Path, now: datetime) -> dict[str, Asset]:
    """Give what is kept and not too old; remove the rest, and what an interrupted copy left."""
    found = {}
    for path in sorted(folder.iterdir()):
        named = _NAME.fullmatch(path.name)
        with suppress(FileNotFoundError):  # another process removed it, or gave a copy its name
            if path.stat().st_mtime < (now - KEPT_FOR).timestamp():
                path.unlink()
            elif named is not None and named["ending"] in assets.TYPES:
                content = path.read_bytes()
                if sha256(content).hexdigest()[:12] == named["hash"]:
                    found[_PREFIX + path.name] = Asset(_PREFIX + path.name, content, assets.TYPES[named["ending"]])
    return found
