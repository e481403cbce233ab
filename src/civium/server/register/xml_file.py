"""Reads the register's XML export, as the Commission's software took it (docs/spec/register.md).

The rules are:
- size, encoding and document type are looked at before any parser sees the file: no entity is ever declared, so none is ever expanded;
- the parser loads nothing, resolves nothing and keeps its own bounds on depth and size;
- an element or attribute that is not in the format is refused with its line, never passed over.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from lxml import etree

from civium.errors import Refused
from civium.server.register.registered import (
    LARGEST_FILE,
    LONGEST_ADDRESS,
    MOST_ORGANISERS,
    Place,
    Registered,
    RegisteredOrganiser,
    RegisteredText,
    checked,
    day_of,
    language_of,
    line_of,
    text_of,
    texts_of,
)

# Element -> what may stand in it; a question mark for what may be missing, a star for what may come several times.
_CHILDREN: Final[Mapping[str, tuple[str, ...]]] = {
    "export": ("initiative",),
    "initiative": ("organisers", "languages", "deadline?"),
    "organisers": ("organiser*",),
    "organiser": ("firstName", "familyName", "email?"),
    "languages": ("language*",),
    "language": ("title", "subject?", "description", "site?"),
}
_ATTRIBUTES: Final[Mapping[str, tuple[str, ...]]] = {
    "export": ("date",),
    "initiative": ("registrationNumber", "registrationDate", "url?"),
    "organiser": ("role",),
    "language": ("code", "original?"),
}
_IN_THE_FILE: Final = ("representative", "substitute", "member")
_DECLARATION = re.compile(r"\s*<\?xml\b[^>]*?\bencoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
_FORBIDDEN = re.compile(r"<!(?:DOCTYPE|ENTITY|ELEMENT|ATTLIST|NOTATION)", re.IGNORECASE)
NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ()./_-]{0,63}")
# What libxml2 answers when one of its bounds is passed, rather than when a rule of XML is broken.
_BOUNDS: Final = {1, 114}  # XML_ERR_INTERNAL_ERROR, XML_ERR_RESOURCE_LIMIT


def read_xml(raw: bytes) -> Registered:
    """Read an export. Raises Refused `register-...` with what is wrong and, where it has one, its line.

    (1) size; (2) encoding; (3) no document type; (4) well-formed, within the parser's bounds; (5) elements and attributes of the format;
    (6) values; (7) one original language, no language twice; (8) one representative, one substitute.
    """
    root = _parsed(_decoded(raw))
    if root.tag != "export":
        raise Refused("register-not-an-export", line=_line(root))
    _check_elements(root)
    initiative = _only(root, "initiative")
    texts, original = texts_of(list(_only(initiative, "languages")), _text)
    organisers = list(_only(initiative, "organisers"))
    if len(organisers) > MOST_ORGANISERS:
        raise Refused("register-too-many-organisers", found=len(organisers), most=MOST_ORGANISERS)
    deadline = initiative.find("deadline")
    return checked(
        Registered(
            source="xml",
            number=_registration(initiative),
            registered_on=day_of(initiative.get("registrationDate", ""), _place(initiative), "registrationDate"),
            original_language=original,
            texts=texts,
            organisers=tuple(_organiser(element) for element in organisers),
            exported_at=_moment(root),
            register_url=line_of(initiative.get("url", ""), _place(initiative), "url", longest=LONGEST_ADDRESS),
            closes_on=None if deadline is None else day_of(_inside(deadline), _place(deadline), "deadline"),
        )
    )


def _decoded(raw: bytes) -> str:
    if len(raw) > LARGEST_FILE:
        raise Refused("register-too-large", largest=LARGEST_FILE)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as trouble:
        raise Refused("register-encoding", line=raw[: trouble.start].count(b"\n") + 1) from None
    declared = _DECLARATION.match(text)
    if declared and declared[1].lower() not in ("utf-8", "utf8"):
        raise Refused("register-encoding", line=1)
    forbidden = _FORBIDDEN.search(text)
    if forbidden:
        raise Refused("register-doctype", line=text.count("\n", 0, forbidden.start()) + 1)
    return text


def _parsed(text: str) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        encoding="utf-8",
    )
    try:
        return etree.fromstring(text.encode("utf-8"), parser)
    except etree.XMLSyntaxError as trouble:
        line = max(1, trouble.lineno or 1)
        raise Refused("register-too-deep" if getattr(trouble, "code", 0) in _BOUNDS else "register-not-xml", line=line) from None


def _place(element: etree._Element) -> Place:
    return Place({"line": _line(element)})


def _line(element: etree._Element) -> int:
    """Give the line on which an element begins; the first where lxml does not know it."""
    found = element.sourceline
    return found if isinstance(found, int) and found else 1


def _check_elements(element: etree._Element) -> None:
    """Check an element and what stands in it; the tree is as deep as the format at most, as anything below is unknown."""
    name = str(element.tag)
    allowed = {child.rstrip("?*"): child for child in _CHILDREN.get(name, ())}
    attributes = {attribute.rstrip("?"): attribute for attribute in _ATTRIBUTES.get(name, ())}
    for attribute in element.attrib:
        if attribute not in attributes:
            raise _place(element).refused("register-attribute-unknown", element=name)
    for attribute, told in attributes.items():
        if attribute not in element.attrib and not told.endswith("?"):
            raise _place(element).refused("register-attribute-missing", element=name, attribute=attribute)
    seen: dict[str, int] = {}
    for child in element:
        tag = str(child.tag)
        if tag not in allowed:
            raise _place(child).refused("register-element-unknown", inside=name)
        seen[tag] = seen.get(tag, 0) + 1
        if seen[tag] > 1 and not allowed[tag].endswith("*"):
            raise _place(child).refused("register-element-twice", element=tag, inside=name)
        _check_elements(child)
    for child_name, told in allowed.items():
        if child_name not in seen and not told.endswith(("?", "*")):
            raise _place(element).refused("register-element-missing", element=child_name, inside=name)
    if allowed and any((text or "").strip() for text in (element.text, *(child.tail for child in element))):
        raise _place(element).refused("register-text-out-of-place", inside=name)


def _only(element: etree._Element, name: str) -> etree._Element:
    found = element.find(name)
    assert found is not None, "checked before"
    return found


def _inside(element: etree._Element) -> str:
    """What an element holds; a child, or an entity that was kept as one, is none of this format."""
    return element.text or ""


def _registration(initiative: etree._Element) -> str:
    number = " ".join(initiative.get("registrationNumber", "").split())
    if not NUMBER.fullmatch(number):
        raise _place(initiative).refused("register-number-wrong")
    return number


def _moment(root: etree._Element) -> datetime:
    """When the register wrote the file; a time without a zone is taken as UTC, so that two files are compared alike."""
    try:
        moment = datetime.fromisoformat(root.get("date", "").strip())
    except ValueError:
        raise _place(root).refused("register-date-wrong", element="date") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _organiser(element: etree._Element) -> RegisteredOrganiser:
    place, role = _place(element), element.get("role", "").strip().lower()
    if role not in _IN_THE_FILE:
        raise place.refused("register-role-unknown")
    names = [line_of(_inside(_only(element, name)), place, name) for name in ("firstName", "familyName")]
    if not any(names):
        raise place.refused("register-text-empty", element="familyName")
    address = element.find("email")
    email = "" if address is None else line_of(_inside(address), _place(address), "email", longest=254)
    return RegisteredOrganiser(role, " ".join(name for name in names if name), email)


def _text(element: etree._Element, _number: int) -> tuple[RegisteredText, bool, Place]:
    place = _place(element)
    given = element.get("original", "false").strip().lower()
    if given not in ("true", "false", "1", "0"):
        raise place.refused("register-attribute-wrong", element="language", attribute="original")
    parts = {child.tag: (_inside(child), _place(child)) for child in element}
    title, description = (parts[name] for name in ("title", "description"))
    subject, site = (parts.get(name, ("", place)) for name in ("subject", "site"))
    text = RegisteredText(
        language=language_of(element.get("code", ""), place),
        title=line_of(title[0], title[1], "title"),
        objectives=text_of(description[0], description[1], "description"),
        lead=line_of(subject[0], subject[1], "subject"),
        website=line_of(site[0], site[1], "site", longest=LONGEST_ADDRESS),
    )
    for name, value, where in (("title", text.title, title[1]), ("description", text.objectives, description[1])):
        if not value:
            raise where.refused("register-text-empty", element=name)
    return text, given in ("true", "1"), place
