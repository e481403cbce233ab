"""Pictures and papers by their hash: kept once, the very bytes that were proposed, gone when nothing names them, moved from where they lay."""

from __future__ import annotations

import json
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connections, transaction
from django.db.migrations.executor import MigrationExecutor

from civium.errors import Refused
from civium.server.config import Config
from civium.server.console.setup.acts import CHANGE_APPEARANCE
from civium.server.initiatives import appearance, proposals, uploads
from civium.server.initiatives.models import Initiative, Proposal, Upload
from civium.server.initiatives.premises import Premises
from civium.server.register.models import Draft
from civium.server.schemas import migrate
from civium.server.site import loading, shown
from tests.server.conftest import IS_ON_POSTGRESQL, _use, _use_postgresql, database_settings

from . import place
from .place import NOW

pytestmark = pytest.mark.usefixtures("civium_db")
ANNA, BO = proposals.Person("1", "Anna"), proposals.Person("2", "Bo")
DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d 9"><path d="M0 0h9v9z"/></svg>'


def _file(number: int = 9, kind: Upload.Kind = Upload.Kind.LOGO) -> uploads.File:
    return uploads.File(kind, DRAWING % number)


def _show(initiative: Initiative, *files: uploads.File) -> None:
    look = {"logo": files[0].name, "cover": [one.name for one in files[1:]]} if files else {}
    appearance.set_appearance(initiative, appearance.Appearance(look, 0, files), place.TWO, now=NOW)


def _names() -> set[str]:
    return set(Upload.objects.values_list("sha256", flat=True))


@pytest.fixture
def petition(tmp_path: Path, premises: Premises) -> Initiative:
    """An initiative that counts, live: two decide."""
    place.make_installation("central")
    made = place.add_initiative(tmp_path / "folder", **place.CENTRAL)
    place.go_live(made, premises)
    return made


def _propose(initiative: Initiative, file: uploads.File) -> Proposal:
    with transaction.atomic():
        uploads.keep(initiative, [file], now=NOW)
        return proposals.propose(initiative, CHANGE_APPEARANCE, {"stored": {"logo": file.name}}, ANNA, now=NOW)


def test_the_same_bytes_are_kept_once_and_in_each_initiative(tmp_path: Path) -> None:
    place.make_installation()
    first, second = (place.add_initiative(tmp_path / name, slug=name) for name in ("one", "two"))
    for initiative in (first, second):
        _show(initiative, _file(), _file(7, Upload.Kind.COVER))
        _show(initiative, _file(), _file(7, Upload.Kind.COVER))
    assert Upload.objects.count() == 4
    kept = Upload.objects.filter(initiative=first, kind="logo").get()
    assert (kept.sha256, bytes(kept.content), kept.media_type) == (_file().name, DRAWING % 9, "image/svg+xml")
    with pytest.raises(IntegrityError), transaction.atomic():
        Upload.objects.create(initiative=first, kind="logo", sha256=kept.sha256, media_type="x", content=b"", added_at=NOW)
    _show(first)
    assert set(Upload.objects.values_list("initiative", flat=True)) == {second.pk}, (
        "what it names no more is gone, the other's stays"
    )


def test_what_is_proposed_is_what_is_shown(petition: Initiative, premises: Premises) -> None:
    _show(petition, _file(1))
    proposal = _propose(petition, _file(2))
    assert proposal.facts == {"stored": {"logo": _file(2).name}}, "the hash, and no bytes"
    assert _names() == {_file(1).name, _file(2).name}
    proposals.approve(proposal, CHANGE_APPEARANCE, premises, BO, now=NOW)
    petition.refresh_from_db()
    assert petition.appearance["logo"] == _file(2).name
    assert _names() == {_file(2).name}, "the one before is named by nothing any more"


@pytest.mark.parametrize("end", ["withdrawn", "lapsed"])
def test_when_a_proposal_ends_its_file_goes(petition: Initiative, end: str) -> None:
    _show(petition, _file(1))
    proposal = _propose(petition, _file(2))
    if end == "withdrawn":
        proposals.withdraw(proposal, BO, now=NOW)
    else:
        assert proposals.lapse(now=NOW + proposals.LAPSES_AFTER) == 1
    assert _names() == {_file(1).name}


def test_a_file_that_another_proposal_or_a_tried_look_names_stays(petition: Initiative) -> None:
    first, second = _propose(petition, _file(2)), None
    with transaction.atomic():
        facts = {"stored": {"cover": [_file(2).name]}}
        second = proposals.propose(petition, CHANGE_APPEARANCE, facts, ANNA, now=NOW)
    Draft.objects.create(initiative=petition, account="1", screen="appearance", told={"logo": _file(2).name}, saved_at=NOW)
    for proposal in (first, second):
        proposals.withdraw(proposal, BO, now=NOW)
        assert _names() == {_file(2).name}
    Draft.objects.all().delete()
    assert uploads.remove_all_unnamed() == 1
    assert not _names()


def test_other_bytes_than_those_proposed_are_never_applied(petition: Initiative, premises: Premises) -> None:
    for trick in (
        lambda: Upload.objects.update(content=DRAWING % 3),  # somebody with the database changed them
        lambda: Upload.objects.all().delete(),
    ):
        proposal = _propose(petition, _file(2))
        trick()
        with pytest.raises(Refused, match="upload-missing"):
            proposals.approve(proposal, CHANGE_APPEARANCE, premises, BO, now=NOW)
        petition.refresh_from_db()
        assert "logo" not in petition.appearance
        proposals.withdraw(proposal, BO, now=NOW)


def test_a_missing_row_takes_a_picture_away_and_nothing_else(petition: Initiative) -> None:
    _show(petition, _file(1), _file(2))
    look = dict(petition.appearance) | {
        "certificate": {"authority": "CTIE", "country": "LU", "issued_on": "2026-09-01", "sha256": "0" * 64}
    }
    Initiative.objects.filter(pk=petition.pk).update(appearance=look)
    Upload.objects.all().delete()
    site = loading.installed_site(lambda _: shown.Counts(3, {"ES": 3}), lambda: datetime(2026, 11, 21, 12, tzinfo=UTC))
    for page in ("", "/conformity"):
        made = site.render(f"/en/i/{petition.slug}{page}")
        assert made is not None
        assert b"/assets/logo-" not in made.body
    assert b"CTIE" in made.body
    assert b"certificate-" not in made.body
    assert not [path for path in site.assets() if "logo-" in path or "certificate-" in path]


FORMER = [("initiatives", "0007_key_holder"), ("register", "0001_initial")]
BYTES = {"logo": DRAWING % 1, "cover": [b"\x89PNG one", b"RIFFtwo"], "certificate": b"%PDF-1.7 synthetic"}


def _former(*, certificate: bool = True) -> dict[str, Any]:
    """An appearance as it lay in the row before."""
    look: dict[str, Any] = {
        "theme_colour": "#51307a",
        "logo": b64encode(BYTES["logo"]).decode(),  # type: ignore[arg-type]
        "cover": [b64encode(one).decode() for one in BYTES["cover"]],  # type: ignore[arg-type]
    }
    if certificate:
        content = b64encode(BYTES["certificate"]).decode()  # type: ignore[arg-type]
        look["certificate"] = {"authority": "CTIE", "country": "LU", "issued_on": "2026-09-01", "content": content}
    return look


def test_what_lay_in_rows_is_moved(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """A database at the former migration: appearance, proposals that wait and that are over, a look that is tried."""
    folder = tmp_path / "former"
    folder.mkdir()
    if IS_ON_POSTGRESQL:
        _use_postgresql(request.getfixturevalue("postgresql").make_database(), folder)
    else:
        _use(folder / "civium.db")
    alias = "owner" if IS_ON_POSTGRESQL else "default"
    _fill(MigrationExecutor(connections[alias]).migrate(FORMER).apps, alias)
    connections.close_all()
    migrate(Config.from_environment({"CIVIUM_DATA": str(folder)} | database_settings(folder)))
    _check_moved(*Initiative.objects.order_by("pk"))


def _fill(former: Any, alias: str) -> None:
    initiatives, kept = (former.get_model("initiatives", name).objects.using(alias) for name in ("Initiative", "Proposal"))
    days = dict.fromkeys(("registered_on", "opens_on", "closes_on"), place.TODAY)
    made, _plain = (
        initiatives.create(
            slug=slug, procedure="eci", deployment="demonstration", registration=slug, goal=1, appearance=look, **days
        )
        for slug, look in (("trains", _former()), ("plain", {}))
    )
    rows = {"initiative": made, "by_account": "1", "by_name": "Anna", "proposed_at": NOW, "lapses_at": NOW + timedelta(days=7)}
    third, fourth = (b64encode(b"\x89PNG " + word).decode() for word in (b"three", b"four"))
    kept.create(**rows, act="change-appearance", facts={"stored": {"logo": third, "cover": None}}, state="open")
    kept.create(**rows, act="change-appearance", facts={"stored": {"logo": fourth, "maker": "Slow Rails"}}, state="lapsed")
    kept.create(**rows, act="change-words", facts={"told": {}, "texts": {}}, state="open")
    drafts = former.get_model("register", "Draft").objects.using(alias)
    for screen, told in (("appearance", _former(certificate=False)), ("details", {"logo": "not a look"})):
        drafts.create(initiative_id=made.pk, account="1", screen=screen, told=told, saved_at=NOW)


def _check_moved(made: Initiative, plain: Initiative) -> None:
    name = {key: sha256(one).hexdigest() for key, one in BYTES.items() if isinstance(one, bytes)}
    covers = [sha256(one).hexdigest() for one in BYTES["cover"]]  # type: ignore[arg-type]
    assert made.appearance == {
        "theme_colour": "#51307a",
        "logo": name["logo"],
        "cover": covers,
        "certificate": {"authority": "CTIE", "country": "LU", "issued_on": "2026-09-01", "sha256": name["certificate"]},
    }
    assert plain.appearance == {}
    third, fourth = (sha256(b"\x89PNG " + word).hexdigest() for word in (b"three", b"four"))
    waiting, over, words = Proposal.objects.order_by("pk")
    assert waiting.facts == {"stored": {"logo": third, "cover": None}}
    assert over.facts == {"stored": {"logo": fourth, "maker": "Slow Rails"}}
    assert words.facts == {"told": {}, "texts": {}}
    assert _names() == {name["logo"], *covers, name["certificate"], third}, "of what is over the bytes are not kept"
    kinds = {(one.kind, one.media_type) for one in Upload.objects.all()}
    assert kinds == {
        ("logo", "image/svg+xml"), ("logo", "image/png"), ("cover", "image/png"), ("cover", "image/webp"),
        ("certificate", "application/pdf"),
    }  # fmt: skip
    tried = Draft.objects.get(screen="appearance").told
    assert (tried["logo"], tried["cover"]) == (name["logo"], covers)
    assert Draft.objects.get(screen="details").told == {"logo": "not a look"}
    assert uploads.contents(made, [name["certificate"]]) == {name["certificate"]: BYTES["certificate"]}
    assert uploads.remove_unnamed(made) == 0
    assert len(json.dumps(made.appearance)) < 1_000
