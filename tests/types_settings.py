"""Django's settings for mypy's plugin, which asks them for the names of apps and models: they need a folder, and nothing is put there."""

from __future__ import annotations

import os

os.environ.setdefault("CIVIUM_DATA", "/nowhere")

from civium.server.settings import *  # noqa: F403
