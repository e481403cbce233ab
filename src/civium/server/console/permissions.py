"""Who may do what in the console: one table of roles and permissions; docs/console.md shows the same, and a test compares them.

The rules are:
- a role is held in one initiative, but for `operator`, which is of the installation and opens no initiative;
- what is not in the table is refused; no view asks for a role, only for a permission.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from types import MappingProxyType


class Role(Enum):
    """What somebody is in an initiative, or on the installation."""

    REPRESENTATIVE = "representative"
    SUBSTITUTE = "substitute"
    MEMBER = "member"
    MANDATED = "mandated"
    SECURITY_OFFICER = "security-officer"
    AUDITOR = "auditor"
    CLERK = "clerk"
    PARTNER = "partner"
    OBSERVER = "observer"
    OPERATOR = "operator"

    @property
    def words(self) -> str:
        """Give it as sentences have it, in English: people read words, addresses and the table hold the value."""
        return _IN_WORDS.get(self.value, self.value)


_VALUES = frozenset(role.value for role in Role)
_IN_WORDS = {
    "member": "member of the group",
    "mandated": "mandated person",
    "security-officer": "security officer",
    "clerk": "clerk for paper",
}


def in_words(person: str, words: Callable[[str], str]) -> str:
    """Give a person as the journal names them, "Name (role)", with the role as people read it; any other name as it is."""
    name, _, role = person.removesuffix(")").rpartition(" (")
    return f"{name} ({words(Role(role).words)})" if name and person.endswith(")") and role in _VALUES else person


class Permission(Enum):
    """What can be allowed."""

    SEE_DASHBOARD = "see-dashboard"
    SEE_SET_UP = "see-set-up"
    CHANGE_SET_UP = "change-set-up"
    PROVE_KEYS = "prove-keys"
    PROPOSE = "propose"
    APPROVE = "approve"
    PAUSE = "pause"
    MAKE_WORKING_COPY = "make-working-copy"
    MAKE_PACKAGE = "make-package"
    DESTROY_STATEMENTS = "destroy-statements"
    ANSWER_DESK = "answer-desk"
    ENTER_PAPER = "enter-paper"
    SEE_PAPER = "see-paper"
    SEE_DUTIES = "see-duties"
    WRITE_LETTERS = "write-letters"
    SEE_JOURNAL = "see-journal"
    EXPORT_JOURNAL = "export-journal"
    SEE_FEEDBACK = "see-feedback"
    WRITE_TO_SUPPORTERS = "write-to-supporters"
    EXPORT_SUPPORTERS = "export-supporters"
    MANAGE_PEOPLE = "manage-people"
    SEE_PEOPLE = "see-people"
    SEE_PARTNERS = "see-partners"
    CHANGE_PARTNERS = "change-partners"
    RUN_INSTALLATION = "run-installation"
    SEE_OWN_ACCOUNT = "see-own-account"


_OWN = frozenset({Permission.SEE_OWN_ACCOUNT})
_READING = _OWN | {
    Permission.SEE_DASHBOARD,
    Permission.SEE_SET_UP,
    Permission.SEE_PAPER,
    Permission.SEE_DUTIES,
    Permission.SEE_JOURNAL,
    Permission.SEE_FEEDBACK,
    Permission.SEE_PEOPLE,
    Permission.SEE_PARTNERS,
}
_ORGANISING = frozenset(Permission) - {Permission.RUN_INSTALLATION}
ALLOWED: Mapping[Role, frozenset[Permission]] = MappingProxyType(
    {
        # Art. 5(3): they speak for the group of organisers, and one stands in for the other.
        Role.REPRESENTATIVE: _ORGANISING,
        Role.SUBSTITUTE: _ORGANISING,
        Role.MEMBER: _READING
        | {
            Permission.CHANGE_SET_UP,
            Permission.PROPOSE,
            Permission.APPROVE,
            Permission.PAUSE,
            Permission.MAKE_WORKING_COPY,
            Permission.ANSWER_DESK,
            Permission.ENTER_PAPER,
            Permission.WRITE_LETTERS,
            Permission.WRITE_TO_SUPPORTERS,
            Permission.CHANGE_PARTNERS,
        },
        # They act for the organisers, but do not choose who else may.
        Role.MANDATED: _ORGANISING - {Permission.MANAGE_PEOPLE},
        Role.SECURITY_OFFICER: _OWN
        | {
            Permission.SEE_DASHBOARD,
            Permission.SEE_SET_UP,
            Permission.PROVE_KEYS,
            Permission.PAUSE,
            Permission.SEE_DUTIES,
            Permission.SEE_JOURNAL,
            Permission.EXPORT_JOURNAL,
            Permission.SEE_PEOPLE,
        },
        Role.AUDITOR: _READING | {Permission.EXPORT_JOURNAL},
        Role.CLERK: _OWN | {Permission.SEE_DASHBOARD, Permission.SEE_PAPER, Permission.ENTER_PAPER, Permission.SEE_DUTIES},
        Role.PARTNER: _OWN | {Permission.SEE_PARTNERS},
        Role.OBSERVER: _OWN | {Permission.SEE_DASHBOARD},
        Role.OPERATOR: _OWN
        | {
            Permission.RUN_INSTALLATION,
            Permission.MANAGE_PEOPLE,
            Permission.SEE_PEOPLE,
            Permission.SEE_JOURNAL,
            Permission.EXPORT_JOURNAL,
        },
    }
)
# Who holds a role of an initiative; the operator's is of the installation.
OF_AN_INITIATIVE = tuple(role for role in Role if role is not Role.OPERATOR)
# At most so many hold a role in one initiative at the same time.
MOST: Mapping[Role, int] = MappingProxyType({Role.REPRESENTATIVE: 1, Role.SUBSTITUTE: 1, Role.MANDATED: 2})


def may(role: Role | None, permission: Permission) -> bool:
    """Say whether a role allows it; whoever is logged on may see their own account, whatever else they are."""
    if permission is Permission.SEE_OWN_ACCOUNT:
        return True
    return role is not None and permission in ALLOWED[role]


def roles_with(permission: Permission) -> tuple[Role, ...]:
    """Give the roles that allow it, in the order of the table."""
    return tuple(role for role in Role if permission in ALLOWED[role])


def as_table() -> str:
    """Give the table as docs/console.md shows it."""
    head = "| | " + " | ".join(role.value for role in Role) + " |"
    line = "|---|" + ":-:|" * len(Role)
    rows = [
        f"| `{permission.value}` | " + " | ".join("x" if permission in ALLOWED[role] else "" for role in Role) + " |"
        for permission in Permission
    ]
    return "\n".join((head, line, *rows)) + "\n"
