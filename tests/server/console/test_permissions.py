"""The table of roles and permissions: the page shows what the code does, and some things no change may give away."""

from __future__ import annotations

from pathlib import Path

from civium.server.console.permissions import ALLOWED, OF_AN_INITIATIVE, Permission, Role, as_table, roles_with

PAGE = (Path(__file__).parents[3] / "docs" / "console.md").read_text(encoding="utf-8")


def test_the_page_shows_the_table_of_the_code() -> None:
    shown = PAGE.split("<!-- permissions -->\n")[1].split("<!-- end -->")[0]
    assert shown == as_table()


def test_every_role_is_told_of() -> None:
    for role in Role:
        assert f"`{role.value}`" in PAGE.split("## Who may do what", maxsplit=1)[0]


def test_every_permission_is_somebodys() -> None:
    assert all(roles_with(permission) for permission in Permission)
    assert set(ALLOWED) == set(Role)


def test_who_only_watches_changes_nothing() -> None:
    reading = {permission for permission in Permission if permission.value.startswith("see-")} | {Permission.EXPORT_JOURNAL}
    for role in (Role.AUDITOR, Role.OBSERVER, Role.PARTNER):
        assert ALLOWED[role] <= reading


def test_the_operator_opens_no_initiative() -> None:
    of_the_installation = {
        Permission.RUN_INSTALLATION,
        Permission.MANAGE_PEOPLE,
        Permission.SEE_PEOPLE,
        Permission.SEE_JOURNAL,
        Permission.EXPORT_JOURNAL,
        Permission.SEE_OWN_ACCOUNT,
    }
    assert ALLOWED[Role.OPERATOR] == of_the_installation
    assert Role.OPERATOR not in OF_AN_INITIATIVE


def test_addresses_of_supporters_leave_by_few_hands() -> None:
    assert set(roles_with(Permission.EXPORT_SUPPORTERS)) == {Role.REPRESENTATIVE, Role.SUBSTITUTE, Role.MANDATED}
    assert set(roles_with(Permission.MAKE_PACKAGE)) == {Role.REPRESENTATIVE, Role.SUBSTITUTE, Role.MANDATED}
