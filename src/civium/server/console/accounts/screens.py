"""The screens of accounts: one's own, and those of people."""

from __future__ import annotations

from civium.server.console.accounts import factors, own, people
from civium.server.console.permissions import Permission
from civium.server.console.screens import Screen

_OWN = Permission.SEE_OWN_ACCOUNT
_HERE = "initiatives/<slug:slug>/people/"
_ALL = "installation/people/"
_BOTH = ("GET", "POST")
_POST = ("POST",)
SCREENS: tuple[Screen, ...] = (
    Screen("account", "account/", own.account, _OWN),
    Screen("log-off", "log-off/", own.log_off, _OWN, _POST),
    Screen("stay", "stay/", own.stay, _OWN, _POST),
    Screen("draft", "draft/", own.draft, _OWN, _BOTH),
    Screen("confirm", "confirm/", factors.confirm, _OWN, _BOTH),
    Screen("factors", "account/factors/", factors.choose, _OWN),
    Screen("add-app", "account/factors/app/", factors.add_app, _OWN, _BOTH, fresh=True),
    Screen("add-passkey", "account/factors/passkey/", factors.add_passkey, _OWN, _BOTH, fresh=True),
    Screen("remove-factor", "account/factors/<int:key>/remove/", factors.remove, _OWN, _POST, fresh=True),
    Screen("recovery-codes", "account/recovery-codes/", factors.recovery_codes, _OWN, _BOTH, fresh=True),
    Screen("password", "account/password/", own.change_password, _OWN, _BOTH, fresh=True),
    Screen("end-session", "account/sessions/<slug:key>/end/", own.end_session, _OWN, _POST),
    Screen("own-language", "account/language/", own.choose_language, _OWN, _POST),
    Screen("stop-own-way-back", "account/way-back/stop/", own.stop_way_back, _OWN, _POST),
    Screen("people", _HERE, people.people, Permission.SEE_PEOPLE, place="People"),
    Screen("invite", f"{_HERE}invite/", people.invite, Permission.MANAGE_PEOPLE, _BOTH, fresh=True),
    Screen("withdraw-invitation", f"{_HERE}invitations/<int:key>/withdraw/", people.withdraw, Permission.MANAGE_PEOPLE, _POST),
    Screen("person", f"{_HERE}<int:key>/", people.person, Permission.MANAGE_PEOPLE, _BOTH, fresh=True),
    Screen("remove-person", f"{_HERE}<int:key>/remove/", people.remove, Permission.MANAGE_PEOPLE, _POST, fresh=True),
    Screen("vouch", f"{_HERE}<int:key>/vouch/", people.vouch, Permission.APPROVE, _POST, fresh=True),
    Screen("stop-way-back", f"{_HERE}way-back/<int:key>/stop/", people.stop_way_back, Permission.SEE_PEOPLE, _POST),
    Screen("open-way-back", f"{_HERE}way-back/<int:key>/open/", people.open_way_back, Permission.APPROVE, _POST, fresh=True),
    Screen("installation-people", _ALL, people.people, Permission.SEE_PEOPLE, place="Operators"),
    Screen("installation-invite", f"{_ALL}invite/", people.invite, Permission.MANAGE_PEOPLE, _BOTH, fresh=True),
    Screen(
        "installation-withdraw-invitation",
        f"{_ALL}invitations/<int:key>/withdraw/",
        people.withdraw,
        Permission.MANAGE_PEOPLE,
        _POST,
    ),
    Screen("installation-person", f"{_ALL}<int:key>/", people.person, Permission.MANAGE_PEOPLE, _BOTH, fresh=True),
    Screen("installation-remove-person", f"{_ALL}<int:key>/remove/", people.remove, Permission.MANAGE_PEOPLE, _POST, fresh=True),
    Screen(
        "agree-way-back", "installation/way-back/<int:key>/agree/", people.agree, Permission.RUN_INSTALLATION, _POST, fresh=True
    ),
    Screen(
        "installation-stop-way-back",
        "installation/way-back/<int:key>/stop/",
        people.stop_as_operator,
        Permission.RUN_INSTALLATION,
        _POST,
    ),
)
