"""Makes an offline installation of `civium-authority`: `python -m tools.offline --platform windows --python 3.11 --to dist`.

The rules are:
- everything comes from one commit: what is changed in the working tree and not committed is not in it;
- the same commit gives the same bytes: sorted names, one time for all files (the commit's), nothing compressed anew;
- the office needs Python with pip, and nothing else: `install.sh`, `install.ps1` and the two commands that README.txt shows.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tarfile
import time
import zipfile
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from tools.offline.pages import write_pages
from tools.offline.wheels import PYTHONS, SYSTEMS, build_wheel, fetch, locked_requirements, pinned

ROOT = Path(__file__).resolve().parents[2]
TEXTS = Path(__file__).resolve().parent / "texts"
SUMS = "SHA256SUMS"
_NO_TIME = 1580601600


def main(arguments: list[str] | None = None) -> int:
    """Make the bundles asked for and print each with its SHA-256."""
    options = _parser().parse_args(arguments)
    options.to.mkdir(parents=True, exist_ok=True)
    commit = commit_of(options.commit)
    with TemporaryDirectory() as folder:
        tree = take_tree(commit, Path(folder) / "tree")
        civium = options.wheel or build_wheel(tree, Path(folder) / "built")
        for platform in options.platform:
            made = make_bundle(tree, civium, commit, platform, options.python, options.to)
            sys.stdout.write(f"{sha256(made.read_bytes()).hexdigest()}  {made}\n")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m tools.offline", description="make an offline installation of civium-authority")
    parser.add_argument("--platform", choices=SYSTEMS, nargs="+", default=["linux"], help="for which systems (%(default)s)")
    parser.add_argument("--python", choices=PYTHONS, default="3.11", help="for which Python, exactly (%(default)s)")
    parser.add_argument("--to", type=Path, default=Path("dist"), metavar="FOLDER", help="where it goes (%(default)s)")
    parser.add_argument("--commit", default="HEAD", help="from which commit (%(default)s)")
    parser.add_argument("--wheel", type=Path, metavar="FILE", help="civium's wheel, built before, instead of building it")
    return parser


@dataclass(frozen=True)
class Commit:
    """What a bundle is made from: the commit's name and its time; of a tree without history (a source archive) no name, and a fixed time."""

    name: str
    seconds: int


def commit_of(told: str) -> Commit:
    """Give the commit that is meant."""
    if not (ROOT / ".git").exists():
        return Commit("", _NO_TIME)
    if _git("status", "--porcelain", "--untracked-files=no"):
        sys.stderr.write("what is not committed is not in it\n")
    name = _git("rev-parse", f"{told}^{{commit}}").decode().strip()
    return Commit(name, int(_git("show", "-s", "--format=%ct", name)))


def _git(*arguments: str) -> bytes:
    git = shutil.which("git") or sys.exit("git is not here")
    told = [git, "-c", f"safe.directory={ROOT}", "-C", str(ROOT), *arguments]
    return subprocess.run(told, check=True, capture_output=True).stdout


def take_tree(commit: Commit, target: Path) -> Path:
    """Write the files of a commit; the browser's packages are taken from here where they are those of the commit's lock."""
    if commit.name:
        with tarfile.open(fileobj=BytesIO(_git("archive", "--format=tar", commit.name))) as archive:
            archive.extractall(target, filter="data")
    else:
        shutil.copytree(ROOT, target, ignore=shutil.ignore_patterns(".*", "node_modules", "dist", "__pycache__", "assets"))
    lock, packages = target / "package-lock.json", ROOT / "node_modules"
    if (packages / ".package-lock.json").exists() and lock.read_bytes() == (ROOT / lock.name).read_bytes():
        shutil.copytree(packages, target / packages.name, symlinks=True)
        os.utime(lock, (0, 0))  # older than the packages: they are not fetched again
    return target


def make_bundle(tree: Path, civium: Path, commit: Commit, platform: str, python: str, to: Path) -> Path:
    """Make one bundle as a ZIP file and give its path. What stood there is replaced."""
    version = civium.name.split("-")[1]
    name = f"civium-authority-{version}-{platform}-python{python}"
    with TemporaryDirectory() as kept:
        folder = Path(kept) / name
        wheels = folder / "wheels"
        wheels.mkdir(parents=True)
        shutil.copyfile(civium, wheels / civium.name)
        with TemporaryDirectory() as fetched:
            taken = Path(fetched) / "wheels"
            fetch(locked_requirements(tree, SYSTEMS[platform], python), taken, SYSTEMS[platform], python)
            for wheel in taken.glob("*.whl"):
                shutil.copyfile(wheel, wheels / wheel.name)
        (folder / "requirements.txt").write_bytes(pinned(wheels, civium).encode())
        write_pages(tree, folder)
        _write_texts(folder, platform=platform, python=python, version=version, commit=commit.name or "(none: a source archive)")
        shutil.copyfile(tree / "LICENSE", folder / "LICENSE")
        shutil.copytree(tree / "vectors", folder / "vectors")
        _write_sums(folder)
        return _zip(folder, to / f"{name}.zip", commit.seconds)


def _write_texts(folder: Path, *, platform: str, python: str, version: str, commit: str) -> None:
    tried = "It was installed and tried on this system." if SYSTEMS[platform].was_tried else (
        "NOBODY HAS TRIED IT ON THIS SYSTEM YET. The wheels are those that their makers made for it; run the selftest, and tell us."
    )  # fmt: skip
    script = "install.ps1" if platform == "windows" else "install.sh"
    readme = "README-windows.txt" if platform == "windows" else "README.txt"
    for source, target in ((script, script), (readme, "README.txt")):
        text = (TEXTS / source).read_text("utf-8")
        for word, meant in {"@PYTHON@": python, "@VERSION@": version, "@COMMIT@": commit, "@TRIED@": tried}.items():
            text = text.replace(word, meant)
        # Notepad of older Windows shows lines that end as Windows ends them.
        (folder / target).write_bytes((text.replace("\n", "\r\n") if platform == "windows" else text).encode())


def _write_sums(folder: Path) -> None:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    lines = [f"{sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder).as_posix()}\n" for path in files]
    (folder / SUMS).write_bytes("".join(lines).encode())


def _zip(folder: Path, target: Path, seconds: int) -> Path:
    """Write a folder as a ZIP file whose bytes depend on names and contents and the time given alone."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(f"{folder.name}/{path.relative_to(folder).as_posix()}", time.gmtime(seconds)[:6])
            entry.create_system = 3
            entry.external_attr = (0o755 if path.suffix == ".sh" else 0o644) << 16
            archive.writestr(entry, path.read_bytes())
    return target


if __name__ == "__main__":
    sys.exit(main())
