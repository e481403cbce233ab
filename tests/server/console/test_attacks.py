"""Attacks on the console's doors that were tried, each as a test: what somebody with half of what opens an account could do, and cannot."""

from __future__ import annotations

import dataclasses
import json
import re
import secrets
import threading
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher, get_hasher
from django.contrib.sessions.backends.db import SessionStore as SignedOnly
from django.db import transaction
from django.test.utils import override_settings
from fido2 import cbor
from fido2.cose import ES256
from fido2.utils import websafe_encode

from civium.formats import authority_key
from civium.formats.envelope import DEFAULT_SUITE, SUITES
from civium.server.console.accounts import invitations
from civium.server.console.accounts.doors import DOORS
from civium.server.console.models import Account, ConsoleSession, Invitation, Membership, Remembered
from civium.server.console.permissions import Role
from civium.server.console.sessions import SessionStore
from civium.server.console.setup.acts import CHANGE_KEYS
from civium.server.initiatives import journal
from civium.server.initiatives.models import Proposal
from civium.server.mail_server import MailServer
from tests.server.console.conftest import (
    PASSWORD,
    SECRET,
    Browser,
    BrowserOf,
    Clock,
    Installation,
    log_on,
    make_account,
    new_browser,
)
from tests.server.console.lifecycle.going import go_live, text_of
from tests.server.initiatives import place
from tests.server.supporters.mailbox import taking_mail

LOG_ON, SECOND, PASSKEY = "/console/log-on/", "/console/log-on/second-factor/", "/console/log-on/passkey/"
HERE = "/console/initiatives/quiet-skies/"
USER_IS_THERE, USER_IS_VERIFIED, HAS_KEY = 0x01, 0x04, 0x40


class SecurityKey:
    """A passkey on a key of its own that signs for whoever touches it; whether it asks for its number is ours to say."""

    def __init__(self, account: Account) -> None:
        self.secret, self.id, self.account = ec.generate_private_key(ec.SECP256R1()), secrets.token_bytes(16), account
        public = ES256.from_cryptography_key(self.secret.public_key())
        held = (
            self._said(USER_IS_THERE | USER_IS_VERIFIED | HAS_KEY)
            + bytes(16)
            + len(self.id).to_bytes(2)
            + self.id
            + cbor.encode(public)
        )
        attested = cbor.encode({"fmt": "none", "authData": held, "attStmt": {}})
        client = json.dumps({"type": "webauthn.create", "challenge": "", "origin": settings.CONFIG.url}).encode()
        response = {"clientDataJSON": websafe_encode(client), "attestationObject": websafe_encode(attested)}
        credential = {"id": websafe_encode(self.id), "rawId": websafe_encode(self.id), "type": "public-key", "response": response}
        Authenticator.objects.create(user=account, type="webauthn", data={"name": "key", "credential": credential})

    def answer(self, challenge: str, *, verified: bool) -> str:
        """Sign a challenge, as the browser sends it."""
        said = self._said(USER_IS_THERE | (USER_IS_VERIFIED if verified else 0))
        client = json.dumps({"type": "webauthn.get", "challenge": challenge, "origin": settings.CONFIG.url}).encode()
        signature = self.secret.sign(said + sha256(client).digest(), ec.ECDSA(SHA256()))
        response = {
            "clientDataJSON": websafe_encode(client),
            "authenticatorData": websafe_encode(said),
            "signature": websafe_encode(signature),
            "userHandle": websafe_encode(str(self.account.pk).encode()),
        }
        return json.dumps(
            {"id": websafe_encode(self.id), "rawId": websafe_encode(self.id), "type": "public-key", "response": response}
        )

    def _said(self, flags: int) -> bytes:
        return sha256(settings.CONFIG.host.encode()).digest() + bytes((flags,)) + bytes(4)


@pytest.fixture
def anna(installation: Installation) -> Account:
    account = make_account("Anna Ribeiro", "anna@organisers.example", password=PASSWORD)
    Membership.objects.create(account=account, initiative=installation.petition, role="representative", since=place.TODAY)
    return account


def state_of(browser: Browser) -> dict[str, str]:
    """Give what a browser's passkey is asked."""
    session = SessionStore(browser.cookies[settings.SESSION_COOKIE_NAME].value)
    state: dict[str, str] = session["mfa.webauthn.state"]
    return state


def test_a_passkey_that_nobody_unlocked_is_no_log_on(anna: Account) -> None:
    """Its thief has one factor. A challenge that was made for the second step, where touching is enough, does not help them."""
    key = SecurityKey(anna)
    browser = new_browser()
    browser.post(f"{PASSKEY}options/")
    challenge = state_of(browser)["challenge"]
    assert browser.post(PASSKEY, {"credential": key.answer(challenge, verified=False)}).status_code == 422
    browser.post(f"{PASSKEY}options/")
    challenge = state_of(browser)["challenge"]
    assert browser.post(PASSKEY, {"credential": key.answer(challenge, verified=True)}).status_code == 302

    thief = make_account("Somebody Else", "else@organisers.example", password=PASSWORD)
    SecurityKey(thief)
    browser = new_browser()
    assert browser.post(LOG_ON, {"login": thief.email, "password": PASSWORD})["Location"] == SECOND
    browser.get(SECOND)
    challenge = state_of(browser)["challenge"]
    answer = browser.post(PASSKEY, {"credential": key.answer(challenge, verified=False)})
    assert answer.status_code == 422, "logged on with a key alone"


def test_a_session_ends_after_twelve_hours_however_busy(installation: Installation, browser_of: BrowserOf, clock: Clock) -> None:
    browser = browser_of("representative", installation.petition)
    for _ in range(12 * 6):
        clock.now += timedelta(minutes=10)
        answer = browser.get("/console/account/")
        if answer.status_code != 200:
            break
    clock.now += timedelta(minutes=5)
    assert browser.get("/console/account/").status_code == 303, "a stolen cookie is good for ever"


def test_who_is_invited_by_one_agrees_with_them_only_after_a_day(
    installation: Installation, browser_of: BrowserOf, clock: Clock
) -> None:
    """A representative alone invites their own second address; everybody has a day to see it, on every page."""
    live = go_live(installation, installation.petition)
    representative, auditor = browser_of("representative", live), browser_of("auditor", live)
    answer = representative.post(f"{HERE}people/invite/", {"address": "me@elsewhere.example", "role": "member"})
    link = re.search(r'id="link">([^<]+)<', answer.content.decode())
    assert link is not None
    invitations.accept_anew(link[1].split("/")[-2], "Nobody Else", PASSWORD, now=clock.now)
    second_self = Account.objects.get(email="me@elsewhere.example")
    TOTP.activate(second_self, SECRET)
    browser = new_browser()
    log_on(browser, second_self, at=clock.now)
    representative.post(f"{HERE}lifecycle/act/withdraw/", {"on": "2026-11-21"})
    proposal = Proposal.objects.get()
    refused = browser.post(f"{HERE}proposals/{proposal.pk}/agree/")
    assert refused.status_code == 422, "one person alone withdrew the initiative"
    assert "you have your role here since less than a day" in text_of(refused.content).lower()
    assert "Nobody Else is new here" in text_of(auditor.get(f"{HERE}people/").content)
    key = Membership.objects.get(account=auditor.account).pk
    assert browser.post(f"{HERE}people/{key}/vouch/").status_code == 422, "nor do they vouch"
    clock.now += timedelta(hours=24, seconds=1)
    log_on(browser, second_self, at=clock.now)
    assert browser.post(f"{HERE}proposals/{proposal.pk}/agree/").status_code == 303


def test_whoever_is_removed_has_left_no_way_in(installation: Installation, browser_of: BrowserOf) -> None:
    representative, substitute = (browser_of(role, installation.petition) for role in ("representative", "substitute"))
    representative.post(f"{HERE}people/invite/", {"address": "me@elsewhere.example", "role": "member"})
    substitute.post(f"{HERE}people/invite/", {"address": "clerk@elsewhere.example", "role": "clerk"})
    key = Membership.objects.get(account=representative.account).pk
    with taking_mail() as mailbox:
        mail = MailServer("127.0.0.1", mailbox.port, "none", "console@collect.example")
        with override_settings(CONFIG=dataclasses.replace(installation.config, mail=mail)):
            assert substitute.post(f"{HERE}people/{key}/remove/").status_code == 303
        told = {letter["To"] for letter in mailbox.mails}
        mandated = browser_of("mandated", installation.petition)
        gone = Membership.objects.get(account=mandated.account).pk
        with override_settings(CONFIG=dataclasses.replace(installation.config, mail=mail)):
            assert substitute.post(f"{HERE}people/{gone}/remove/").status_code == 303
        text = " ".join(mailbox.mails[-1].get_content().split())
    assert told == {representative.account.email, substitute.account.email}, "nor is anybody removed unseen"
    assert "Tomaž Breznikar (substitute) took the role mandated person from Rasa Gudaitė." in text
    assert list(Invitation.objects.values_list("email", flat=True)) == ["clerk@elsewhere.example"]


def test_two_of_one_name_are_two(installation: Installation, browser_of: BrowserOf) -> None:
    """What the one invited stays when the other is removed; an invitation from before accounts were kept goes by its name."""
    representative, substitute = (browser_of(role, installation.petition) for role in ("representative", "substitute"))
    Account.objects.filter(pk=substitute.account.pk).update(name=representative.account.name)
    representative.post(f"{HERE}people/invite/", {"address": "me@elsewhere.example", "role": "member"})
    substitute.post(f"{HERE}people/invite/", {"address": "clerk@elsewhere.example", "role": "clerk"})
    key = Membership.objects.get(account=representative.account).pk
    representative.post(f"{HERE}people/invite/", {"address": "old@elsewhere.example", "role": "observer"})
    Invitation.objects.filter(email="old@elsewhere.example").update(inviter=None)
    assert substitute.post(f"{HERE}people/{key}/remove/").status_code == 303
    assert list(Invitation.objects.values_list("email", flat=True)) == ["clerk@elsewhere.example"]


def test_nobody_calls_themselves_something_that_they_are_not(installation: Installation, clock: Clock) -> None:
    """The journal says "Name (role)"."""
    made = invitations.invite("me@elsewhere.example", Role.CLERK, installation.petition, place.ONE, now=clock.now)
    for name in ("Tomaž Breznikar (substitute)", "Ann\u202e", "A\u200bnn", "Ann\x00", ""):
        answer = new_browser().post(f"/console/invitation/{made.token}/", {"name": name, "password": PASSWORD})
        assert answer.status_code == 422, name
        assert "Write your name, without brackets" in text_of(answer.content), name


def test_an_invitation_is_not_taken_up_in_a_session_whose_owner_left(
    installation: Installation, browser_of: BrowserOf, clock: Clock
) -> None:
    observer = browser_of("observer", installation.demonstration)
    made = invitations.invite(observer.account.email, Role.MEMBER, installation.petition, place.ONE, now=clock.now)
    clock.now += timedelta(minutes=16)
    assert observer.post(f"/console/invitation/{made.token}/")["Location"].startswith(LOG_ON)
    assert not Membership.objects.filter(account=observer.account, initiative=installation.petition).exists()


def test_what_is_no_answer_of_a_passkey_is_refused_and_breaks_nothing(anna: Account, browser_of: BrowserOf) -> None:
    SecurityKey(anna)
    half = {
        "response": {"clientDataJSON": "e30", "authenticatorData": "AAAA", "signature": "x", "userHandle": "MQ"},
        "rawId": "AA",
        "id": "AA",
    }
    odd = [
        *("", "null", "1", "[]", '"x"', "{}", "NaN", "\x00", "[" * 500 + "]" * 500),
        *(json.dumps({"response": inside, "rawId": "AA"}) for inside in ([], {"userHandle": 5}, {"userHandle": "w7w"})),
        *(
            json.dumps(one)
            for one in (half, {**half, "rawId": {}}, {"response": {"clientDataJSON": "W10", "attestationObject": "oA"}})
        ),
    ]
    logged_on = browser_of("representative", anna.memberships.get().initiative)
    pending = new_browser()
    pending.post(LOG_ON, {"login": anna.email, "password": PASSWORD})
    for credential in odd:
        Remembered.objects.all().delete()  # what failures count is tried elsewhere
        stranger = new_browser()
        stranger.post(f"{PASSKEY}options/")
        pending.get(SECOND)
        logged_on.get("/console/account/factors/passkey/")
        for browser, path in (
            (stranger, PASSKEY),
            (pending, SECOND),
            (logged_on, "/console/account/factors/passkey/"),
            (logged_on, "/console/confirm/"),
        ):
            assert browser.post(path, {"credential": credential}).status_code == 422, (path, credential)


def test_sessions_that_are_over_are_forgotten_at_the_next_log_on(anna: Account, installation: Installation) -> None:
    """They hold what was typed before somebody was logged off."""
    ConsoleSession.objects.create(session_key="over", session_data="", expire_date=datetime(2026, 1, 1, tzinfo=UTC))
    key, browser = SecurityKey(anna), new_browser()
    browser.post(f"{PASSKEY}options/")
    browser.post(PASSKEY, {"credential": key.answer(state_of(browser)["challenge"], verified=True)})
    assert not ConsoleSession.objects.filter(session_key="over").exists()


def test_whose_way_back_was_begun_elsewhere_reads_it_on_every_page(installation: Installation, browser_of: BrowserOf) -> None:
    """Two of one initiative could lead somebody into an account that counts in another, where nobody would know."""
    victim = browser_of("representative", installation.petition)
    Membership.objects.create(account=victim.account, initiative=installation.demonstration, role="observer", since=place.TODAY)
    accomplice = browser_of("representative", installation.demonstration)
    key = Membership.objects.get(account=victim.account, initiative=installation.demonstration).pk
    at = f"/console/initiatives/{installation.demonstration.slug}/people/{key}/vouch/"
    assert accomplice.post(at).status_code == 303
    for path in ("/console/", f"{HERE}people/", f"{HERE}set-up/"):
        page = text_of(victim.get(path).content)
        assert "Others say that you have lost what you log on with." in page, path
        assert "If you have lost nothing, stop it: Your account" in page, path
    assert victim.post("/console/account/way-back/stop/").status_code == 303
    assert "Others say that you have lost" not in text_of(victim.get("/console/").content)


def test_nobody_breaks_the_journal_with_their_name(installation: Installation, browser_of: BrowserOf, clock: Clock) -> None:
    """It is never changed: a page that stumbled over an entry would stumble for ever."""
    with transaction.atomic():
        facts = {"account": 1, "name": "2026-02-30", "role": "observer", "act": "{0}", "jurisdiction": "??"}
        journal.record("person-joined", installation.petition, place.ONE, facts, now=clock.now)
    for path in ("journal/", "journal/journal.csv"):
        page = browser_of("auditor", installation.petition).get(f"{HERE}{path}")
        assert page.status_code == 200
        assert "2026-02-30" in page.content.decode()


def test_the_second_person_is_told_wholly_which_key_it_is() -> None:
    """A key whose number begins with the same eight digits is made in days; one that is not named at all could be anybody's."""
    public = authority_key.public_key_of(
        "MT", SUITES[DEFAULT_SUITE], MLKEM768PrivateKey.generate().public_key().public_bytes_raw() + bytes(32)
    )
    words, given = authority_key.fingerprint_words(public.key_id), b64encode(authority_key.encode(public)).decode()
    assert (
        CHANGE_KEYS.sentence({"do": "add", "files": [given], "jurisdictions": ["MT"]})
        == f"Add the keys of: MT (fingerprint {words})"
    )
    told = CHANGE_KEYS.sentence({"do": "prove", "jurisdiction": "MT", "key_id": public.key_id.hex(), "words": "x"})
    assert told == f"Accept the proof of the key of MT (fingerprint {words})"


def test_many_passwords_at_once_take_no_more_memory_than_a_few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each takes a hundred megabytes; limits count by network, and there are many networks."""
    running, most = 0, 0

    def verify(_self: object, _password: str, _encoded: str) -> bool:
        nonlocal running, most
        running += 1
        most = max(most, running)
        assert not gone_on.wait(0.05)
        running -= 1
        return True

    gone_on = threading.Event()
    monkeypatch.setattr(Argon2PasswordHasher, "verify", verify)
    hasher = get_hasher()
    tries = [threading.Thread(target=hasher.verify, args=(PASSWORD, "")) for _ in range(12)]
    for one in tries:
        one.start()
    for one in tries:
        one.join()
    assert 1 < most <= 4


def test_the_doors_take_nothing_that_another_site_sends_and_are_framed_by_none(installation: Installation) -> None:
    browser = new_browser(checks_forgery=True)
    for one in DOORS:
        path = "/console/" + one.path.replace("<str:token>", "x" * 43)
        if "POST" in one.methods:
            for origin, site in (("https://evil.example", "cross-site"), ("null", "cross-site"), ("null", "same-origin")):
                forged = browser.post(path, {"login": "a@b.example"}, headers={"origin": origin, "sec-fetch-site": site})
                assert forged.status_code == 403, (path, origin, site)
        answer = browser.get(path)
        assert "frame-ancestors 'none'" in answer["content-security-policy"], path
        assert (answer["x-frame-options"], answer["cache-control"], answer["referrer-policy"]) == (
            "DENY",
            "no-store",
            "no-referrer",
        )
    for wanted in (
        "//evil.example",
        "https://evil.example",
        "/console/../i",
        "/console/\\evil",
        "/console/%0d%0aX: y",
        "javascript:x",
    ):
        page = browser.get(LOG_ON, {"next": wanted}).content.decode()
        assert 'name="next" value="/console/"' in page, wanted


def test_the_secret_of_an_app_that_is_being_set_up_is_in_no_table(installation: Installation, browser_of: BrowserOf) -> None:
    """Nor is what somebody typed: it lies in the session meanwhile."""
    browser = browser_of("observer", installation.petition)
    Authenticator.objects.filter(user=browser.account).update(type="webauthn", data={"name": "key", "credential": {}})
    browser.get("/console/account/factors/app/")
    store = SessionStore(browser.cookies[settings.SESSION_COOKIE_NAME].value)
    assert len(store["mfa.totp.secret"]) == 32
    kept = ConsoleSession.objects.get(account=browser.account).session_data
    assert SignedOnly().decode(kept) == {}
    assert store.decode(kept)["mfa.totp.secret"] == store["mfa.totp.secret"]
    assert store.decode(SignedOnly().encode({"a": 1})) == {}
