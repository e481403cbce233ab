"""The bundle for an office without a network: the same bytes from the same commit, whole, and enough for the way from key to certificate.

The rules are:
- it is made as a release would make it, and installed in an environment of its own where no network can be reached;
- the transcript that the bundle brings is run with what was installed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from tools.offline import __main__ as offline
from tools.offline.pages import page, write_pages
from tools.offline.wheels import PYTHONS, SYSTEMS, build_wheel, locked_requirements

from tests.test_transcripts import pattern_of, read_steps

ROOT = Path(__file__).resolve().parents[1]
PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"


def _is_index_there() -> bool:
    """Tell whether one small package can be fetched."""
    told = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", os.devnull + "-none", "et-xmlfile"]
    return subprocess.run([*told, "--dry-run"], capture_output=True, check=False).returncode == 0


def _make(tree: Path, wheel: Path, commit: offline.Commit, to: Path) -> Path:
    to.mkdir()
    try:
        return offline.make_bundle(tree, wheel, commit, "linux", PYTHON, to)
    except subprocess.CalledProcessError:
        if not _is_index_there():
            pytest.xfail("no package index can be reached from here")
        raise


@pytest.mark.slow
@pytest.mark.skipif(PYTHON not in PYTHONS or sys.platform != "linux", reason="bundles are made for other Pythons and systems")
def test_a_bundle_has_the_same_bytes_twice_and_goes_the_whole_way_without_a_network(tmp_path: Path) -> None:
    commit = offline.commit_of("HEAD")
    tree = offline.take_tree(commit, tmp_path / "one")
    first = build_wheel(tree, tmp_path / "built")
    tree = tree.rename(tmp_path / "another place")
    wheel = build_wheel(tree, tmp_path / "built again")
    assert first.read_bytes() == wheel.read_bytes()
    bundles = [_make(tree, wheel, commit, tmp_path / name) for name in ("to", "to again")]
    assert bundles[0].read_bytes() == bundles[1].read_bytes()
    with zipfile.ZipFile(bundles[0]) as archive:
        archive.extractall(tmp_path)
    folder = tmp_path / bundles[0].stem
    _check_sums(folder)
    _install_and_try(folder, tmp_path / "installed")
    _install_spoilt(folder, tmp_path / "never")


def _check_sums(folder: Path) -> None:
    listed = dict(reversed(line.split("  ")) for line in (folder / "SHA256SUMS").read_text("utf-8").splitlines())
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} - {"SHA256SUMS"}
    assert set(listed) == there
    assert all(sha256((folder / name).read_bytes()).hexdigest() == told for name, told in listed.items())
    assert {"README.txt", "install.sh", "docs/handbook/authority-it.html", "vectors/statement.json"} <= there


def _offline(*arguments: str | Path, **settings: Any) -> subprocess.CompletedProcess[str]:
    """Run a command where no network can be reached: in a namespace without one; where that is not allowed, with a closed port as its proxy."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CIVIUM_", "DJANGO_", "PIP_", "PYTHON"))}
    closed = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9")
    told = list(map(str, arguments))
    unshare = shutil.which("unshare")
    if unshare and subprocess.run([unshare, "-n", "true"], capture_output=True, check=False).returncode == 0:
        told = [unshare, "-n", *told]
    environment = {**kept, **closed, **settings.pop("env", {})}
    return subprocess.run(told, env=environment, capture_output=True, text=True, timeout=600, check=False, **settings)


def _install_and_try(folder: Path, target: Path) -> None:
    python = str(Path(sys.base_prefix) / "bin" / f"python{PYTHON}")
    installed = _offline("sh", folder / "install.sh", target, env={"PYTHON": python}, stdin=subprocess.DEVNULL)
    assert installed.returncode == 0, installed.stdout + installed.stderr
    assert installed.stdout.endswith("selftest passed\n")
    assert " ok      packages " in installed.stdout
    again = _offline("sh", folder / "install.sh", target, env={"PYTHON": python})
    assert again.returncode == 1
    assert "is there already" in again.stderr
    desk = target.with_name("desk")
    desk.mkdir()
    path = {"PATH": f"{target / 'bin'}{os.pathsep}{os.environ['PATH']}", "COLUMNS": "110"}
    steps = read_steps((folder / "tests/transcripts/authority-the-whole-way.txt").read_text("utf-8"))
    assert any(" certify " in step.command for step in steps)
    for step in steps:
        done = _offline("bash", "-c", f"exec 2>&1; {step.command}", env=path, cwd=desk, stdin=subprocess.DEVNULL)
        output = done.stdout + (f"[exit {done.returncode}]\n" if done.returncode else "")
        assert pattern_of(step.expected).fullmatch(output), f"$ {step.command}\n{output}"


def _install_spoilt(folder: Path, target: Path) -> None:
    """One changed byte, and nothing is installed: neither by the script nor by pip alone."""
    wheel = next((folder / "wheels").glob("tzdata-*.whl"))
    raw = wheel.read_bytes()
    wheel.write_bytes(raw[:-1] + bytes([raw[-1] ^ 1]))
    python = str(Path(sys.base_prefix) / "bin" / f"python{PYTHON}")
    refused = _offline("sh", folder / "install.sh", target, env={"PYTHON": python})
    assert refused.returncode != 0
    assert not target.exists()
    told = ("--isolated", "install", "--no-index", "--find-links", "wheels", "--require-hashes", "--target", target)
    by_hand = _offline(python, "-m", "pip", *told, "-r", "requirements.txt", cwd=folder)
    assert by_hand.returncode != 0
    assert "DO NOT MATCH THE HASHES" in by_hand.stderr


@pytest.mark.parametrize("system", sorted(SYSTEMS))
def test_the_lock_has_every_package_for_every_system(system: str) -> None:
    """Also where nobody has tried it: names, versions and hashes follow from uv.lock alone."""
    for python in PYTHONS:
        requirements = locked_requirements(ROOT, SYSTEMS[system], python)
        names = {requirement.partition("==")[0] for requirement in requirements}
        assert {"cryptography", "lxml", "typst", "openpyxl", "tzdata", "shamir-mnemonic", "python-pkcs11"} <= names
        assert not {"django", "pytest", "ruff", "granian"} & names
        assert all(" --hash=sha256:" in requirement and ";" not in requirement for requirement in requirements)


def test_every_page_of_the_handbook_links_to_what_is_there(tmp_path: Path) -> None:
    written = write_pages(ROOT, tmp_path)
    assert {"docs/handbook/officer.html", "docs/handbook/authority-it.html", "docs/errors.html"} <= set(written)
    for name in written:
        if not name.endswith(".html"):
            continue
        text = (tmp_path / name).read_text("utf-8")
        for target in (part.split('"')[0] for part in text.split('href="')[1:]):
            file = target.partition("#")[0]
            assert file.startswith("http") or not file or (tmp_path / name).parent.joinpath(file).is_file(), f"{name}: {target}"


def test_a_page_runs_nothing_and_links_to_nothing_that_is_not_brought() -> None:
    told, linked = page(
        ROOT, "docs/x.md", "# A & <b>\n\n[in](errors.md#a) [out](../Makefile) [away](https://x.example)\n\n<script>1</script>\n"
    )
    assert linked == ["docs/errors.md"]
    assert 'href="errors.html#a"' in told
    assert "Makefile" not in told
    assert "<script" not in told
    assert "<title>A &amp; &lt;b></title>" in told
