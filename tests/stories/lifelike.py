"""Fills an installation with lifelike matter, in the state in which a campaign is, and tells whoever looks at it where everything is.

Run beside no server: `python -m tests.stories.lifelike FOLDER`. Four initiatives: one that collects and has something of everything, a
petition that counts (two persons decide), one that has ended and is being certified, and an empty one. What it gives is JSON.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, timedelta
from importlib import resources
from pathlib import Path
from random import Random
from typing import Any

from civium.formats import authority_key, envelope, export, manifest, receipt
from civium.formats.envelope import SUITES
from civium.law.periods import brussels_date
from civium.law.procedure import load_procedure
from civium.rehearsal.campaign import days_of, state_weights
from tests.server.folders import answer, private_key, write_folder

COLLECTING, PETITION, ENDED, EMPTY = "night-trains", "quiet-skies", "river-water", "city-trees"
PEOPLE = {
    "representative": ("Annelore Vantieghem", "ana@rails.example"),
    "substitute": ("Tomaž Breznikar", "tomaz@rails.example"),
}
PASSWORD = "three wet socks"
OPERATOR = "office@rails.example"
_STATES = tuple(load_procedure("eci").jurisdictions)
_STATEMENTS = 2_400
_COMMENTS = (
    ("good", "en", "Three minutes on the tram, and I could read what I signed."),
    ("good", "fr", "Simple et clair. Merci d’expliquer à qui va mon numéro de carte."),
    ("fine", "de", "Ging gut. Die Nummer meines Ausweises musste ich suchen."),
    ("fine", "es", ""),
    ("fair", "it", "Il codice per ritirare la firma andrebbe spiegato prima."),
    ("bad", "pl", "Formularz nie przyjął mojego kodu pocztowego za pierwszym razem."),
)


@dataclass
class Found:
    """Where things are, by name: numbers and codes as they stand in addresses."""

    links: dict[str, str] = field(default_factory=dict)
    identifier: str = ""
    places: dict[str, Any] = field(default_factory=dict)


def main(folder: Path) -> None:
    """Fill the installation that `civium init` made."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "civium.server.settings"
    os.environ["CIVIUM_DATA"] = str(folder)
    import django

    django.setup()
    from django.conf import settings

    from civium.server.initiatives.premises import open_premises
    from civium.server.site import assets

    now = datetime.now(UTC)
    with tempfile.TemporaryDirectory() as sources, open_premises(settings.CONFIG, assets.bundle_hashes()) as premises:
        filling = _Filling(Path(sources), premises, now, brussels_date(now))
        filling.fill()
    sys.stdout.write(json.dumps(asdict(filling.found)))


@dataclass
class _Filling:
    """The acts that fill, and what they found."""

    sources: Path
    premises: Any
    now: datetime
    today: date
    found: Found = field(default_factory=Found)

    def fill(self) -> None:
        """Make all four."""
        from civium.server.initiatives.persons import persons

        self.by = persons("Annelore Vantieghem (representative)", "Tomaž Breznikar (substitute)")
        self.collecting = self._of_the_rehearsal(COLLECTING, _STATES)
        self._collect(self.collecting, _STATES, _STATEMENTS)
        self._of_the_campaign()
        self._of_the_office()
        self._of_data_subjects()
        self._of_two_persons()
        self._petition()
        self._ended()
        self._add(EMPTY, {"en": {"title": "Trees in every street", "objectives": "We ask for trees."}})
        self._people()

    def _add(self, slug: str, texts: dict[str, Any], **changed: Any) -> Any:
        from civium.server.initiatives import setup
        from civium.server.initiatives.folder import read_folder

        source = write_folder(self.sources / slug, texts, slug=slug, registration_number=f"DEMO-{slug.upper()}", **changed)
        return setup.add_initiative(read_folder(source, today=self.today), self.by, now=self.now)

    def _of_the_rehearsal(self, slug: str, codes: tuple[str, ...], **changed: Any) -> Any:
        """Add the rehearsal's initiative with its 24 languages, prove the keys of these States, go live."""
        from civium.server.initiatives import live, setup
        from civium.server.initiatives.folder import read_folder

        with resources.as_file(resources.files("civium.rehearsal") / "night_trains") as source:
            shutil.copytree(source, self.sources / slug, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
        path = self.sources / slug / "initiative.json"
        own = {"slug": slug, "registration_number": f"DEMO-{slug.upper()}", "register_url": f"https://register.example/{slug}"}
        told = json.loads(path.read_text(encoding="utf-8")) | own
        path.write_text(json.dumps(told | changed, ensure_ascii=False), encoding="utf-8")
        initiative = setup.add_initiative(read_folder(self.sources / slug, today=self.today), self.by, now=self.now)
        self._prove(initiative, codes)
        decision = live.GoLive(self.by, accepts_closed_online=True, leaves_out=frozenset({"hr"}))
        live.open_collection(initiative, self.premises, decision, now=self.now)
        return initiative

    def _prove(self, initiative: Any, codes: Iterable[str]) -> None:
        from civium.server.initiatives import keys

        for code in codes:
            private = private_key(code)
            kept = keys.add_key(initiative, authority_key.encode(private.public), self.by, now=self.now)
            keys.prove_key(kept, answer(private, keys.make_test(kept, self.by, now=self.now)), self.by, now=self.now)

    def _collect(self, initiative: Any, codes: tuple[str, ...], total: int) -> None:
        """Let so many envelopes of the right form arrive, day after day; whether they open, no server can tell."""
        from civium.server.store.protocol import Candidate

        collection = initiative.live_collection()
        logs = {log.jurisdiction: log for log in self.premises.store.collection(collection.identifier).logs}
        self.premises.signer.sign(self.premises.store.heads(collection.identifier))
        rng, weights = Random(total), state_weights(codes) if codes == _STATES else [1.0] * len(codes)
        batch = [
            Candidate(logs[code], raw, envelope.envelope_hash(raw), envelope.NO_ERASURE, day)
            for day, count in days_of(total, initiative.opens_on, self.today - timedelta(days=1), rng)
            for code in rng.choices(codes, weights, k=count)
            for raw in (_envelope(collection, code, rng),)
        ]
        self.batch = batch
        for start in range(0, len(batch), 500):
            self.premises.store.append(batch[start : start + 500])
        self.premises.signer.sign(self.premises.store.heads(collection.identifier))

    def _of_the_campaign(self) -> None:
        """Opinions, addresses, partners, hours, a burst that nobody has decided about."""
        from civium.server.campaign.counting import SourceBook
        from civium.server.campaign.partners import add_partner, retire_partner
        from civium.server.dashboard.models import BurstRange, HourCount
        from civium.server.supporters.feedback import give_feedback

        for number in range(60):
            grade, language, comment = _COMMENTS[(number * number + number // 3) % len(_COMMENTS)]
            day = self.now - timedelta(days=number)
            give_feedback(self.collecting, grade, comment if number % 2 else "", language, now=day)
        self._agree(self.collecting, {"en": 40, "fr": 22, "de": 31, "hr": 3})
        for code, name in (
            ("ghent-sleepers", "Sleeper Passengers’ Association of Ghent"),
            ("lantern", "Lantern Foundation"),
            ("spring-fair", "Spring fair in Łódź"),
        ):
            add_partner(self.collecting, code, name, self.by, now=self.now)
        identifier = bytes(self.collecting.live_collection().identifier)
        told = {(self.today - timedelta(days=back), identifier, "ghent-sleepers"): 41 - back * 3 for back in range(1, 13)}
        SourceBook().add(told | {(self.today - timedelta(days=2), identifier, "lantern"): 7})
        retire_partner(self.collecting, "spring-fair", self.by, now=self.now)
        hour = self.now.replace(minute=0, second=0, microsecond=0)
        HourCount.objects.bulk_create(
            HourCount(
                collection=self.collecting.live_collection(),
                hour=hour - timedelta(hours=back),
                kind=kind,
                count=part * (back % 9 + 3),
            )
            for back in range(1, 60)
            for kind, part in (("page", 9), ("challenge", 4), ("received", 3), ("refused:work-too-little", 1))
        )

        log = next(one for one in self.batch if one.log.jurisdiction == "IT").log
        self.found.places["burst"] = BurstRange.objects.create(
            collection=self.collecting.live_collection(),
            origin=log.origin,
            jurisdiction="IT",
            first_index=20,
            last_index=79,
            usual=4.0,
            day=self.today,
            began_at=self.now - timedelta(minutes=20),
            ended_at=self.now - timedelta(minutes=10),
        ).pk

    def _agree(self, initiative: Any, numbers: dict[str, int]) -> None:
        """Keep addresses whose owners agreed, in the words of their language."""
        from civium.server.site import loading
        from civium.server.site.words import words
        from civium.server.supporters.consent import consent
        from civium.server.supporters.models import ConsentText, Subscription
        from civium.server.supporters.tokens import stop_token, token_hash

        shown_page = loading.find(initiative.slug, self.today)
        assert shown_page is not None, "it is public"
        for language, number in numbers.items():
            shown = consent(words(language), shown_page)
            text, _ = ConsentText.objects.get_or_create(sha256=shown.sha256, defaults={"language": language, "text": shown.text})
            for at in range(number):
                address = f"reader-{at}.{language}@{initiative.slug}.example"
                Subscription.objects.create(
                    initiative=initiative,
                    address=address,
                    folded=address,
                    language=language,
                    wants_news=at % 5 != 4,
                    wants_other_news=at % 3 == 0,
                    text=text,
                    asked_on=self.today - timedelta(days=at + 1),
                    confirmed_on=self.today - timedelta(days=at),
                    stop_hash=token_hash(stop_token(initiative.slug, address)),
                )

    def _of_the_office(self) -> None:
        """Paper, the ledger, letters, duties that are done."""
        from civium.server.office import duties, funding, letters, paper
        from civium.server.office.funding import Given

        here = self.collecting
        for back in range(1, 5):
            for code, number in (("DE", 812 - 90 * back), ("IT", 460 + 31 * back), ("LU", 12 * back)):
                paper.enter_tally(here, code, self.today - timedelta(days=7 * back), number, self.by, now=self.now)
        kept = paper.tallies(here)[0]
        changed = paper.Tally(kept.jurisdiction, kept.week, kept.number + 8, kept.version)
        paper.correct_tally(here, changed, "A box from the spring fair came later.", self.by, now=self.now)
        paper.set_place(here, "Night Trains\nPostbus 14\n9000 Gent", "", self.by, now=self.now)
        given = [
            Given("Lantern Foundation for Slow Travel", "money", 12_000_00, self.today - timedelta(days=90)),
            Given("Sleeper Passengers’ Association of Ghent", "help", 0, self.today - timedelta(days=40), "Rooms, twice a month"),
            Given("Members of the group of organisers", "money", 480_50, self.today - timedelta(days=12)),
        ]
        entries = [funding.enter_support(here, one, self.by, now=self.now) for one in given]
        funding.strike_support(here, entries[2].pk, "Entered twice.", self.by, now=self.now)
        self.found.places["entry"] = entries[0].pk
        letter = next(one for one in letters.possible_letters(here) if not one.asks)
        made = letters.compose(here, letter.id, letter.languages[0], letters.Numbers({}, {}), {}, today=self.today)
        self.found.places["letter"] = letters.keep_letter(here, letter.id, made, self.by, now=self.now).pk
        self.found.places["letter-id"] = next(one.id for one in letters.possible_letters(here) if one.asks)
        ours = [
            one for one in duties.duties_of(here, today=self.today) if one.is_ours and not one.done_on and not one.is_earliest
        ]
        duties.mark_done(
            here, ours[0].id, ours[0].counted_on, self.today, "By e-mail, registered post too", self.by, now=self.now
        )
        self.found.places["duty"] = (ours[1].id, ours[1].counted_on.isoformat())
        self.found.places["paper"] = (kept.jurisdiction, kept.week.isoformat())

    def _of_data_subjects(self) -> None:
        """Requests at the desk, and identifiers that lead to statements."""
        from civium.server.desk import register
        from civium.server.desk.register import Received

        first, second = self._identifiers("DE", 2)
        self.found.identifier = first
        for kind, back, reference, identifier in (
            ("access", 26, "2026/014", second),
            ("erasure", 3, "2026/015", self._identifiers("FR", 1)[0]),
            ("rectification", 44, "", ""),
            ("other", 60, "2026/009", ""),
        ):
            told = Received(kind, self.today - timedelta(days=back), reference, "DE" if kind == "access" else "", identifier)
            made = register.receive(self.collecting, told, self.by, now=self.now)
            if kind == "other":
                register.answer(made, "not-ours", self.by, now=self.now)

    def _identifiers(self, code: str, count: int) -> list[str]:
        """Give identifiers of entries of a State's log, as receipts show them."""
        hashes = [one.envelope_hash for one in self.batch if one.log.jurisdiction == code]
        return [str(receipt.identifier(one)) for one in hashes[:count]]

    def _of_two_persons(self) -> None:
        """Proposals that wait and that are over; an export, a destruction that waits."""
        from civium.server.console.proposals.acts import ACTS
        from civium.server.initiatives import proposals
        from civium.server.initiatives.proposals import Person
        from civium.server.jobs import destroying, exporting
        from civium.server.jobs.acts import DESTROY_BY_IDENTIFIER, facts_of_destruction
        from civium.server.jobs.exporting import Asked
        from civium.server.jobs.models import Job

        here, one = self.collecting, Person("0", "Tomaž Breznikar (substitute)")
        waits = proposals.propose(here, ACTS["set-work"], {"work": 4000}, one, now=self.now)
        over = proposals.propose(here, ACTS["renew-manifest"], {}, one, now=self.now - timedelta(days=2))
        proposals.withdraw(over, one, now=self.now - timedelta(days=1))
        self.found.places |= {"proposal": waits.pk, "proposal-over": over.pk}
        looked = destroying.look_up(here, self.premises, self._identifiers("ES", 2))
        job = destroying.prepare(here, looked, "ordered-by-authority", self.by, now=self.now)
        proposals.propose(here, DESTROY_BY_IDENTIFIER, facts_of_destruction(job), one, now=self.now)
        self.found.places["destruction"] = job.pk
        asked = Asked(export.WORKING_COPY, ("LU", "MT"), self.today - timedelta(days=30), self.today)
        self.found.places["export"] = exporting.ask_export(here, self.premises, asked, self.by, now=self.now).pk
        # One that does not begin today: it stands there as waiting, and can be stopped.
        later = exporting.ask_export(here, self.premises, Asked(export.WORKING_COPY, _STATES), self.by, now=self.now)
        Job.objects.filter(pk=later.pk).update(not_before=self.now + timedelta(days=1))
        self.found.places["export-waiting"] = later.pk

    def _petition(self) -> None:
        """A petition that counts: live, with addresses, so that two persons may write."""
        from civium.server.initiatives import live, setup
        from civium.server.initiatives.folder import read_folder

        codes = tuple(load_procedure("petition").jurisdictions)
        source = write_folder(
            self.sources / PETITION,
            {"en": {"title": "Quiet skies at night", "objectives": "We ask for quiet skies."}},
            slug=PETITION,
            procedure="petition",
            deployment="procedure",
            registration_number="VAL-2026-007",
            registered_on=(self.today - timedelta(days=60)).isoformat(),
            collection_start_on=(self.today - timedelta(days=30)).isoformat(),
            collection_end_on=(self.today + timedelta(days=120)).isoformat(),
        )
        initiative = setup.add_initiative(read_folder(source, today=self.today), self.by, now=self.now)
        self._prove(initiative, codes)
        self._join(initiative)  # whoever joins after the start decides nothing for a day
        live.open_collection(initiative, self.premises, live.GoLive(self.by), now=self.now)
        self._collect(initiative, codes, 90)
        self._agree(initiative, {"en": 3})

    def _ended(self) -> None:
        """One whose collection is over: packages, hand-overs, a confirmation, certificates."""
        from civium.server.initiatives import certifying, handing_over, lifecycle
        from civium.server.initiatives.certifying import Certified
        from civium.server.initiatives.handing_over import Delivery
        from civium.server.jobs import exporting
        from civium.server.jobs.exporting import Asked

        codes = ("DE", "FR", "LU", "MT")
        here = self._of_the_rehearsal(ENDED, codes, theme_colour="#0b6e4f")
        self._collect(here, codes, 160)
        lifecycle.end_now(here, self.premises, self.by, now=self.now)
        asked = Asked(export.PACKAGE, codes, reason="The authorities asked for a first look.")
        self.found.places["package"] = exporting.ask_export(here, self.premises, asked, self.by, now=self.now).pk
        _do_jobs()
        for code in ("DE", "LU", "MT"):
            delivery = Delivery(self.today, "registered-post")
            handing_over.hand_over(here, self.premises, code, "online", self.by, now=self.now, delivery=delivery)
        handing_over.record_receipt(here, "LU", self.today, self.by, now=self.now)
        certifying.record_certificate(here, Certified("LU", 1, 0, self.today, "LU/2026/1"), self.by, now=self.now)

    def _join(self, initiative: Any) -> None:
        """Let representative and substitute take up their roles, by invitations that they accept."""
        from civium.server.console.accounts import invitations
        from civium.server.console.models import Account
        from civium.server.console.permissions import Role

        for role, (name, address) in PEOPLE.items():
            made = invitations.invite(address, Role(role), initiative, self.by, now=self.now)
            account = Account.objects.filter(email=address).first()
            if account is None:
                invitations.accept_anew(made.token, name, PASSWORD, now=self.now)
            else:
                invitations.accept_with(made.token, account, now=self.now)

    def _people(self) -> None:
        """Let the same two into the others; invite an operator, and some who have not come yet."""
        from civium.server.console.accounts import invitations
        from civium.server.console.permissions import Role
        from civium.server.initiatives.setup import find_initiative

        for slug in (COLLECTING, ENDED):
            self._join(find_initiative(slug))
        made = invitations.invite(OPERATOR, Role.OPERATOR, None, self.by, now=self.now)
        self.found.links["operator"] = made.token
        made = invitations.invite(PEOPLE["representative"][1], Role.REPRESENTATIVE, find_initiative(EMPTY), self.by, now=self.now)
        self.found.links["representative"] = made.token
        for role in ("member", "security-officer", "clerk"):
            invitations.invite(f"{role}@rails.example", Role(role), self.collecting, self.by, now=self.now)


def _do_jobs() -> None:
    """Do what is due now, as a serving process has it done."""
    from django.conf import settings

    from civium.server.jobs import queue, work

    while (job := queue.claim(now=datetime.now(UTC))) is not None:
        assert work.do(settings.CONFIG, job.pk, job.holder, clock=lambda: datetime.now(UTC)) == 0


def _envelope(collection: Any, code: str, rng: Random) -> bytes:
    public = private_key(code).public
    suite = SUITES[public.suite.name]
    header = envelope.Header(
        suite=suite,
        key_id=public.key_id,
        collection=bytes(collection.identifier),
        jurisdiction=code,
        channel="online",
        manifest_hash=manifest.manifest_hash(bytes(collection.current_manifest().manifest)),
        erasure_commitment=envelope.NO_ERASURE,
    )
    return envelope.encode_header(header) + rng.randbytes(suite.enc_size + envelope.PADDED_SIZES[0] + envelope.TAG_SIZE)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
