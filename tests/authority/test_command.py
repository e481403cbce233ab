"""The command line: teaches, answers with one sentence and a hint, ends with the exit code of what happened."""

from __future__ import annotations

import resource

import pytest

from civium.authority.command import main, make_parser
from tests.authority.build import Log, authority_key, command, spanish, statement
from tests.authority.commands.desk import Desk

COMMANDS = ("keys", "policy", "open", "verify", "report", "show", "decide", "write", "certify")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main([name, "--help"])
    assert caught.value.code == 0
    assert f"civium-authority {name}" in capsys.readouterr().out


def test_the_first_help_shows_the_whole_way(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    text = capsys.readouterr().out
    assert all(f"civium-authority {name}" in text for name in COMMANDS if name not in ("policy", "write"))


def test_no_command_is_an_error_of_use() -> None:
    with pytest.raises(SystemExit) as caught:
        make_parser().parse_args([])
    assert caught.value.code == 2


def test_a_folder_in_place_of_a_file_is_told(desk: Desk) -> None:
    desk.run("open", desk.folder, "--confirm-rules", expected=1)
    assert desk.err.splitlines()[-2:] == [
        "civium-authority: error: there is no such file",
        "hint: look at the name; the export's own name is enough for every command",
    ]
    assert str(desk.folder) not in desk.err


def test_the_installed_command_does_the_whole_way(desk: Desk) -> None:
    log = Log(authority_key())
    log.add(statement(spanish()))
    desk.hand_over(log)
    told = ("--key", desk.key, "--passphrase-file", desk.folder / "passphrase")
    assert command("open", desk.export, "--confirm-rules", *told).stdout.startswith("entries 1\n")
    assert command("verify", desk.export, *told).returncode == 0
    refused = command("open", desk.export, "--confirm-rules", *told)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith("civium-authority: error: ")


def test_a_computer_with_too_little_memory_for_a_key_is_told_so(desk: Desk) -> None:
    log = Log(authority_key())
    log.add(statement(spanish()))
    desk.hand_over(log)
    costly = desk.folder / "costly.civium-private-key"
    costly.write_bytes(desk.key.read_bytes().replace(b'"n":16384', b'"n":1048576'))
    assert costly.read_bytes() != desk.key.read_bytes()
    told = ("--confirm-rules", "--key", costly, "--passphrase-file", desk.folder / "passphrase")
    done = command("open", desk.export, *told, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (900 << 20, 900 << 20)))
    assert done.returncode == 1
    assert "civium-authority: error: this computer has too little memory for that" in done.stderr
    assert "Traceback" not in done.stderr
