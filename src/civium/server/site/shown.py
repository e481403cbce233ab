"""What a page shows of an initiative: plain values, so that rendering knows neither database nor visitor."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

STATES = ("waiting", "collecting", "paused", "ended", "withdrawn", "destroyed")
ROLES = ("representative", "substitute", "member", "other")
# What organisers may arrange below the text of an initiative, in the order in which it stands without them.
BLOCKS = ("states", "video", "organisers", "funding", "questions", "share")
# The form beside the text, or below it in one column.
LAYOUTS = ("beside", "column")


@dataclass(frozen=True)
class Question:
    """One of the organisers' own questions about the initiative, with its answer."""

    question: str
    answer: str


@dataclass(frozen=True)
class Text:
    """The initiative in one language, as registered (Annex II of Reg. 2019/788)."""

    language: str
    title: str
    objectives: str
    lead: str = ""
    share_text: str = ""
    thanks_note: str = ""
    annex: str = ""
    treaties: str = ""
    additional_information: str = ""
    draft_act: str = ""
    language_note: str = ""
    questions: tuple[Question, ...] = ()


@dataclass(frozen=True)
class Organiser:
    """A member of the group of organisers; their names are public (Art. 5(4))."""

    role: str
    name: str
    country: str | None = None
    email: str | None = None


@dataclass(frozen=True)
class Officer:
    """The data protection officer whom anyone may write to."""

    name: str
    email: str | None = None


@dataclass(frozen=True)
class LegalEntity:
    """The legal entity that manages the initiative (Art. 5(7)): its name and the country of its seat."""

    name: str
    seat: str


@dataclass(frozen=True)
class PartialRegistration:
    """What the register says where only a part of an initiative was registered (Art. 6(4))."""

    text: str = ""
    url: str | None = None


@dataclass(frozen=True)
class FundingSource:
    """Who gave, and how much (Art. 17)."""

    name: str
    amount: int


@dataclass(frozen=True)
class Funding:
    """What the initiative has received, in whole units of the currency."""

    currency: str
    total: int
    sources: tuple[FundingSource, ...] = ()


@dataclass(frozen=True)
class SealingKey:
    """The key a jurisdiction's statements are sealed to now, and its fingerprint in words."""

    jurisdiction: str
    words: str
    log_origin: str = ""


@dataclass(frozen=True)
class Certificate:
    """The certificate of conformity of a collection system (Annex IV): who gave it, when, and the paper itself; None where that is missing."""

    authority: str
    country: str
    issued_on: date
    content: bytes | None


@dataclass(frozen=True)
class Video:
    """A film elsewhere: only its address and title are shown, nothing is loaded from there."""

    url: str
    titles: Mapping[str, str]


@dataclass(frozen=True)
class Call:
    """What the organisers ask to do next: a few words and an address."""

    label: str
    url: str


@dataclass(frozen=True)
class Collection:
    """Where the statements of an initiative go once it has opened."""

    identifier: str
    manifest_hash: str
    log_key: str = ""
    keys: tuple[SealingKey, ...] = ()
    # Languages offered for signing, as the manifest lists them.
    languages: tuple[str, ...] = ()
    # The rules as pinned by the manifest, byte for byte.
    rules: bytes = b"{}"
    # The initiative's text in each language as the manifest hashes it.
    texts: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class Burst:
    """A range of a log that came in far faster than usual, and what organisers said it was."""

    log: str
    jurisdiction: str
    first_index: int
    last_index: int
    day: date
    decision: str
    reason: str


@dataclass(frozen=True)
class Initiative:
    """Everything the pages of one initiative say, except numbers."""

    slug: str
    procedure: str
    deployment: str
    state: str
    registration: str
    registered_on: date
    opens_on: date
    closes_on: date
    original_language: str
    texts: Mapping[str, Text]
    organisers: tuple[Organiser, ...] = ()
    legal_entity: LegalEntity | None = None
    contact_email: str | None = None
    data_protection_officer: Officer | None = None
    website: str | None = None
    register_url: str | None = None
    central_url: str | None = None
    funding_page: str | None = None
    funding: Funding | None = None
    partial_registration: PartialRegistration | None = None
    maker: str | None = None
    colour: str | None = None
    logo: bytes | None = None
    # What the logo shows, by language; nothing where the name beside it says enough.
    logo_alternative: Mapping[str, str] = field(default_factory=dict)
    # The same picture in several widths; the drawn one where there is none.
    cover: tuple[bytes, ...] = ()
    layout: str = "beside"
    blocks: tuple[str, ...] = BLOCKS
    video: Video | None = None
    certificate: Certificate | None = None
    # After signing: the way back to the organisers' page, what to do next by language, whether mail can be sent from here.
    callback_url: str | None = None
    calls: Mapping[str, Call] = field(default_factory=dict)
    offers_news: bool = False
    operator: str | None = None
    operator_email: str | None = None
    stored_in: str | None = None
    legal_basis: str | None = None
    keys_held_by_organisers: bool = False
    # Jurisdictions whose statements the organisers can open; with the line above all that have a key, otherwise some.
    organisers_hold: tuple[str, ...] = ()
    collection: Collection | None = None
    goal: int | None = None
    bursts: tuple[Burst, ...] = ()
    version: str = "0"

    def __post_init__(self) -> None:
        assert self.state in STATES, self.state
        assert self.original_language in self.texts


@dataclass(frozen=True)
class Counts:
    """Received less destroyed: the live total, and the States as last published (every ten minutes)."""

    received: int = 0
    jurisdictions: Mapping[str, int] = field(default_factory=dict)
