"""Open: the acts. The file is chosen, the key unlocked, the rules are taken; opening and checking run beside the page."""

from __future__ import annotations

from collections.abc import Mapping

from civium.authority import policy as policies
from civium.authority.commands.asking import OPENED, small_file
from civium.authority.commands.opening import add_open, add_verify
from civium.authority.policy import Policy
from civium.authority.window.acts import options_of, run, unlocked
from civium.authority.window.desk import Desk, Head, head_of
from civium.authority.window.words import say
from civium.authority.window.work import Work
from civium.errors import Refused


def choose(desk: Desk, given: Mapping[str, str]) -> str:
    """Put a file on the desk, or take it away."""
    desk.check_idle()
    if given.get("name") == "/none":
        desk.file, desk.work = None, None
        return "./"
    desk.choose(desk.folder.file(given.get("name") or given.get("typed", "")))
    return "./"


def unlock(desk: Desk, given: Mapping[str, str]) -> str:
    """Open a key. The passphrase is in no other place than `given`, which goes when this ends."""
    desk.check_idle()
    head = head_of(desk.chosen())
    if not desk.keys:
        desk.call(given.get("by", ""))
    key = unlocked(desk.folder.file(given.get("key") or given.get("typed", "")), given.get("passphrase", ""), head.jurisdiction)
    if key.public.jurisdiction != head.jurisdiction:
        raise Refused("key-foreign")
    if all(known.public.key_id != key.public.key_id for known in desk.keys):
        desk.keys.append(key)
    desk.say("ok", say("key-open"))
    return "./"


def take_rules(desk: Desk, given: Mapping[str, str]) -> str:
    """Choose the policy whose table is shown."""
    before, name = desk.policy, given.get("name", "")
    desk.policy = desk.folder.file(name) if name else None
    try:
        policy_of(desk, head_of(desk.chosen()))
    except Refused:
        desk.policy = before
        raise
    return "./"


def begin(desk: Desk, given: Mapping[str, str]) -> str:
    """Open and check the chosen file, beside the page; what is done already is not done again."""
    desk.check_idle()
    desk.key()
    checkpoint = given.get("checkpoint", "")
    opens = options_of(
        add_open,
        str(desk.chosen()),
        "--confirm-rules",
        key=list(desk.keys),
        policy=desk.policy,
        checkpoint=desk.folder.file(checkpoint) if checkpoint else None,
        log_key=given.get("log_key", "").strip(),
        processes=desk.processes,
    )
    checks = options_of(add_verify, str(desk.chosen()), key=desk.key(), processes=desk.processes)
    policy_of(desk, head_of(desk.chosen()))

    def act() -> list[str]:
        lines = [] if desk.has_opened else run(opens, desk.now())
        return lines + (run(checks, desk.now()) if head_of(desk.made(OPENED)).generations <= 1 else [])

    desk.work = Work("open", act, desk.clock)
    desk.work.begin()
    return "./"


def stop(desk: Desk, _given: Mapping[str, str]) -> str:
    """Stop what runs; it goes on from there when it is begun again."""
    if desk.work:
        desk.work.stop()
    return "./"


def policy_of(desk: Desk, head: Head) -> Policy:
    """Give the rules that will be opened with: of the file that was chosen, or the neutral ones. Raises what `policy.parse` raises, `policy-foreign`."""
    policy = policies.parse(small_file(desk.policy)) if desk.policy else Policy(head.jurisdiction, source="neutral")
    if policy.jurisdiction != head.jurisdiction:
        raise Refused("policy-foreign")
    return policy
