"""Accounts as people meet them: invited once, a second factor always, locked out after too many failures, never led elsewhere."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.conf import settings
from django.test import Client

from civium.errors import Refused
from civium.server.console.accounts import invitations, membership, unlocking
from civium.server.console.models import Account, ConsoleSession, Invitation, Membership
from civium.server.console.permissions import Role
from civium.server.initiatives.models import JournalEntry
from tests.server.console.conftest import (
    PASSWORD,
    SECRET,
    Browser,
    BrowserOf,
    Clock,
    Installation,
    make_account,
    new_browser,
)
from tests.server.initiatives import place

LOG_ON, SECOND = "/console/log-on/", "/console/log-on/second-factor/"
ADDRESS = "anna@organisers.example"


@pytest.fixture
def ticking(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Let an authenticator app's clock stand, and move it: `ticking(30)` is the next code."""
    at = [1_800_000_000.0]
    monkeypatch.setattr(totp.time, "time", lambda: at[0])

    def tick(seconds: float) -> None:
        at[0] += seconds

    return tick


@pytest.fixture
def anna(installation: Installation) -> Account:
    """Give an account with a password, an app, and a role in the petition."""
    account = make_account("Anna Ribeiro", ADDRESS, password=PASSWORD)
    Membership.objects.create(account=account, initiative=installation.petition, role="representative", since=place.TODAY)
    return account


def code(secret: str = SECRET) -> str:
    """Give the code that an app shows now."""
    return totp.format_hotp_value(totp.hotp_value(secret, int(totp.time.time()) // 30))


def typed(browser: Browser, password: str = PASSWORD, address: str = ADDRESS, **more: str) -> Any:
    """Send the form of the log-on."""
    return browser.post(LOG_ON, {"login": address, "password": password, **more})


def acts() -> list[str]:
    """Give what the journal tells, in order."""
    return [entry.act for entry in JournalEntry.objects.order_by("number")]


def logged_on(browser: Browser) -> Browser:
    """Log on with password and code, by the pages."""
    assert typed(browser)["Location"] == SECOND
    assert browser.post(SECOND, {"code": code()})["Location"] == "/console/"
    return browser


def test_password_and_code_let_one_in_and_the_journal_says_so(anna: Account, ticking: Any) -> None:
    browser = logged_on(new_browser())
    assert "Night trains" in browser.get("/console/").content.decode()
    entry = JournalEntry.objects.get(act="logged-on")
    assert (entry.persons, entry.facts) == (["Anna Ribeiro"], {"account": anna.pk, "with": "authenticator-app"})


def test_without_the_second_factor_nothing_is_reached(anna: Account, ticking: Any) -> None:
    browser = new_browser()
    assert typed(browser)["Location"] == SECOND
    for path in (
        "/console/",
        "/console/account/",
        "/console/account/factors/passkey/",
        "/console/initiatives/quiet-skies/people/",
    ):
        assert browser.get(path)["Location"].startswith(LOG_ON), path
    assert browser.post(SECOND, {"code": "000000"}).status_code == 422
    assert browser.get("/console/").status_code == 303


def test_no_answer_tells_whether_an_address_has_an_account(anna: Account) -> None:
    wrong = typed(new_browser(), "not-the-right-password")
    nobody = typed(new_browser(), "not-the-right-password", "nobody@organisers.example")
    hidden = re.compile(rb'(name="csrfmiddlewaretoken" value|id="f-login" name="login" type="email" value)="[^"]*"')
    assert wrong.status_code == nobody.status_code == 422
    assert hidden.sub(b"", wrong.content) == hidden.sub(b"", nobody.content)
    assert acts().count("log-on-refused") == 1
    kept = JournalEntry.objects.get(act="log-on-refused")
    assert (kept.persons, kept.facts) == ([], {"account": anna.pk, "factor": "password"})


def test_five_failures_close_an_address_but_not_for_ever_and_not_a_passkey(anna: Account, ticking: Any) -> None:
    for _ in range(5):
        assert typed(new_browser(), "not-the-right-password").status_code == 422
    closed = typed(new_browser())
    assert closed.status_code == 429
    assert "a passkey still works" in closed.content.decode()
    unlocking.unlock(anna, place.ONE, now=place.NOW)
    logged_on(new_browser())


def test_codes_cannot_be_guessed_either(anna: Account, ticking: Any) -> None:
    browser = new_browser()
    typed(browser)
    statuses = [browser.post(SECOND, {"code": f"{guess:06}"}).status_code for guess in range(6)]
    assert statuses == [422] * 5 + [429]
    assert browser.post(SECOND, {"code": code()}).status_code == 429


def test_a_code_opens_once(anna: Account, ticking: Any) -> None:
    seen = code()
    logged_on(new_browser())
    again = new_browser()
    typed(again)
    assert again.post(SECOND, {"code": seen}).status_code == 422
    # Nor a little later, while clocks that differ would still let it pass.
    ticking(30)
    assert again.post(SECOND, {"code": seen}).status_code == 422
    assert again.post(SECOND, {"code": code()})["Location"] == "/console/"


def test_a_recovery_code_opens_once(anna: Account, ticking: Any) -> None:
    RecoveryCodes.activate(anna)
    one = Authenticator.objects.get(user=anna, type="recovery_codes").wrap().get_unused_codes()[0]
    browser = new_browser()
    typed(browser)
    assert browser.post(SECOND, {"code": one})["Location"] == "/console/"
    assert "recovery-code-used" in acts()
    again = new_browser()
    typed(again)
    assert again.post(SECOND, {"code": one}).status_code == 422


def test_secrets_of_apps_are_sealed_in_the_table(anna: Account) -> None:
    kept = Authenticator.objects.get(user=anna, type="totp")
    assert SECRET not in str(kept.data)
    assert kept.wrap().validate_code(code())


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/console/",
        "/\\evil.example",
        "/console/\\..\\evil",
        "/console/../en/",
        "javascript:alert(1)",
        "/en/",
        "/console/no-such-screen/",
        "/console//evil.example",
    ],
)
def test_nobody_is_led_elsewhere_after_the_log_on(anna: Account, ticking: Any, elsewhere: str) -> None:
    page = new_browser().get(LOG_ON, {"next": elsewhere})
    assert 'name="next" value="/console/"' in page.content.decode()
    browser = new_browser()
    typed(browser, next=elsewhere)
    assert browser.post(SECOND, {"code": code()})["Location"] == "/console/"


def test_one_is_led_to_what_one_asked_for(anna: Account, ticking: Any) -> None:
    browser = new_browser()
    wanted = "/console/initiatives/quiet-skies/people/"
    typed(browser, next=wanted)
    assert browser.post(SECOND, {"code": code()})["Location"] == wanted


def test_a_session_that_was_planted_is_not_the_one_after_the_log_on(anna: Account, ticking: Any) -> None:
    """Session fixation: the cookie's value changes at the log-on, and the old one opens nothing."""
    browser = new_browser()
    typed(browser)
    before = browser.cookies[settings.SESSION_COOKIE_NAME].value
    browser.post(SECOND, {"code": code()})
    assert browser.cookies[settings.SESSION_COOKIE_NAME].value != before
    planted = new_browser()
    planted.cookies[settings.SESSION_COOKIE_NAME] = before
    assert planted.get("/console/account/").status_code == 303


def test_cookies_are_the_consoles_alone(anna: Account, ticking: Any) -> None:
    browser = logged_on(new_browser())
    browser.get("/console/")
    assert set(browser.cookies) == {"civium-console", "civium-console-form"}
    for cookie in browser.cookies.values():
        assert (cookie["path"], cookie["samesite"], bool(cookie["httponly"]), bool(cookie["secure"])) == (
            "/console/",
            "Strict",
            True,
            True,
        )
        assert not cookie["max-age"]


def test_public_pages_set_no_cookie_and_read_none(installation: Installation, anna: Account, ticking: Any) -> None:
    browser = logged_on(new_browser())
    for path in ("/", "/en/", "/en/i/quiet-skies", "/en/i/quiet-skies/news", "/en/no-such-page", "/console-like"):
        answered = Client(headers={"host": "collect.example"}).get(path)
        assert not answered.cookies, path
        assert "Cookie" not in answered.get("Vary", ""), path
        assert not browser.get(path).cookies, path


def test_a_cookie_in_the_table_opens_nothing(anna: Account, ticking: Any) -> None:
    browser = logged_on(new_browser())
    kept = ConsoleSession.objects.get(account=anna)
    assert browser.cookies["civium-console"].value not in (kept.session_key, kept.session_data)
    thief = new_browser()
    thief.cookies["civium-console"] = kept.session_key
    assert thief.get("/console/account/").status_code == 303


def test_a_session_enrolled_elsewhere_is_no_way_around_the_factor(installation: Installation) -> None:
    """Whoever had the password before there was a factor gets no further when there is one."""
    made = invitations.invite("lena@organisers.example", Role.MEMBER, installation.petition, place.ONE, now=place.NOW)
    invitations.accept_anew(made.token, "Lena Moser", PASSWORD, now=place.NOW)
    thief = new_browser()
    assert typed(thief, address="lena@organisers.example")["Location"] == "/console/"
    assert thief.get("/console/")["Location"] == "/console/account/factors/"
    totp.TOTP.activate(Account.objects.get(name="Lena Moser"), SECRET)
    assert thief.get("/console/account/factors/app/")["Location"].startswith(LOG_ON)
    assert thief.get("/console/account/factors/")["Location"].startswith(LOG_ON)


def test_an_invitation_makes_an_account_once(installation: Installation, ticking: Any, clock: Clock) -> None:
    made = invitations.invite("Lena@Organisers.example", Role.MEMBER, installation.petition, place.ONE, now=place.NOW)
    path = f"/console/invitation/{made.token}/"
    browser = new_browser()
    assert "Night trains" in browser.get(path).content.decode()
    assert Account.objects.count() == 0  # opening the link does nothing: mail programs open links
    weak = browser.post(path, {"name": "Lena Moser", "password": "civium-2026"})
    assert weak.status_code == 422
    assert 'value="Lena Moser"' in weak.content.decode()
    assert browser.post(path, {"name": "Lena Moser", "password": PASSWORD})["Location"] == "/console/account/factors/"
    assert browser.get("/console/")["Location"] == "/console/account/factors/"
    page = browser.get("/console/account/factors/app/").content.decode()
    found = re.search(r'id="secret">([A-Z2-7 ]+)<', page)
    assert found is not None
    added = browser.post("/console/account/factors/app/", {"code": code(found[1].replace(" ", ""))})
    assert added["Location"] == "/console/account/recovery-codes/"
    shown = browser.get("/console/account/recovery-codes/").content.decode()
    assert len(re.findall(r"<li>\d{8}</li>", shown)) == 10
    assert "<li>" not in browser.get("/console/account/recovery-codes/").content.decode().split("<main")[1]
    assert "Night trains" in browser.get("/console/").content.decode()
    used = new_browser().get(path)
    assert used.status_code == 410
    assert "This link is over" in used.content.decode()
    assert acts()[-6:] == ["account-invited", "account-made", "person-joined", "logged-on", "factor-added", "recovery-codes-made"]
    assert "@" not in str(list(JournalEntry.objects.values_list("persons", "facts")))


def test_an_invitation_ends_after_seven_days_and_when_it_is_withdrawn(
    installation: Installation, browser_of: BrowserOf, clock: Clock
) -> None:
    made = invitations.invite("lena@organisers.example", Role.MEMBER, installation.petition, place.ONE, now=place.NOW)
    clock.now = place.NOW + timedelta(days=7)
    assert new_browser().get(f"/console/invitation/{made.token}/").status_code == 410
    clock.now = place.NOW
    manager = browser_of("representative", installation.petition)
    assert manager.post(f"/console/initiatives/quiet-skies/people/invitations/{made.invitation.pk}/withdraw/").status_code == 303
    assert new_browser().post(f"/console/invitation/{made.token}/", {"name": "L", "password": PASSWORD}).status_code == 410
    assert not Invitation.objects.exists()


def test_an_invited_address_that_has_an_account_joins_with_it(installation: Installation, anna: Account, ticking: Any) -> None:
    made = invitations.invite(ADDRESS, Role.AUDITOR, installation.demonstration, place.ONE, now=place.NOW)
    path = f"/console/invitation/{made.token}/"
    browser = new_browser()
    assert "You have an account" in browser.get(path).content.decode()
    led = browser.post(path)
    assert led["Location"] == f"{LOG_ON}?next={path}"
    typed(browser, next=path)
    assert browser.post(SECOND, {"code": code()})["Location"] == path
    assert browser.post(path)["Location"] == "/console/"
    assert {held.held for held in anna.memberships.all()} == {Role.REPRESENTATIVE, Role.AUDITOR}


def test_an_invitation_to_another_is_no_use(installation: Installation, browser_of: BrowserOf, anna: Account) -> None:
    made = invitations.invite(ADDRESS, Role.AUDITOR, installation.demonstration, place.ONE, now=place.NOW)
    other = browser_of("observer", installation.petition)
    assert other.post(f"/console/invitation/{made.token}/").status_code == 422
    assert Membership.objects.filter(initiative=installation.demonstration).count() == 0


def test_only_so_many_hold_a_role(installation: Installation, browser_of: BrowserOf) -> None:
    manager = browser_of("representative", installation.petition)
    for number in range(2):
        manager.post(
            "/console/initiatives/quiet-skies/people/invite/", {"address": f"m{number}@organisers.example", "role": "mandated"}
        )
    refused = manager.post(
        "/console/initiatives/quiet-skies/people/invite/", {"address": "m3@organisers.example", "role": "mandated"}
    )
    assert refused.status_code == 422
    assert 'value="m3@organisers.example"' in refused.content.decode()
    with pytest.raises(Refused, match="role-taken"):
        membership.check_room(installation.petition, Role.REPRESENTATIVE)


def test_an_invitation_shows_its_link_once(installation: Installation, browser_of: BrowserOf) -> None:
    manager = browser_of("representative", installation.petition)
    form = {"address": "lena@organisers.example", "role": "clerk"}
    shown = manager.post("/console/initiatives/quiet-skies/people/invite/", form).content.decode()
    link = re.search(r'id="link">([^<]+)<', shown)
    assert link is not None
    assert new_browser().get(urlsplit(link[1]).path).status_code == 200
    listed = manager.get("/console/initiatives/quiet-skies/people/").content.decode()
    assert "lena@organisers.example" in listed
    assert link[1].split("/")[-2] not in listed


def test_roles_are_changed_and_taken_away_but_somebody_stays(installation: Installation, browser_of: BrowserOf) -> None:
    manager = browser_of("representative", installation.petition)
    member = browser_of("member", installation.petition)
    people = "/console/initiatives/quiet-skies/people/"
    of = {held.role: held.pk for held in Membership.objects.filter(initiative=installation.petition)}
    assert manager.post(f"{people}{of['member']}/", {"role": "auditor"}).status_code == 303
    assert member.get(f"{people}invite/").status_code == 403
    assert manager.post(f"{people}{of['representative']}/remove/").status_code == 422
    assert manager.post(f"{people}{of['representative']}/", {"role": "observer"}).status_code == 422
    assert manager.post(f"{people}{of['member']}/remove/").status_code == 303
    assert member.get(people)["Location"].startswith(LOG_ON)  # no role left anywhere: the sessions ended
    assert acts()[-2:] == ["role-changed", "person-removed"]


def test_the_last_operator_stays(installation: Installation, browser_of: BrowserOf) -> None:
    operator = browser_of("operator", None)
    own = Membership.objects.get(initiative=None)
    assert operator.post(f"/console/installation/people/{own.pk}/remove/").status_code == 422
    assert Membership.objects.filter(initiative=None).count() == 1


def test_an_operator_gives_an_initiative_its_first_people_and_no_others(
    installation: Installation, browser_of: BrowserOf
) -> None:
    operator = browser_of("operator", None)
    invite = "/console/installation/people/invite/"
    form = {"address": "lena@organisers.example", "role": "representative", "initiative": "quiet-skies"}
    assert operator.post(invite, form).status_code == 200
    browser_of("representative", installation.demonstration)
    assert operator.post(invite, form | {"initiative": "night-trains"}).status_code == 422
    assert operator.post(invite, form | {"role": "auditor"}).status_code in (200, 422)
    assert operator.post(invite, {"address": "ben@operator.example", "role": "operator", "initiative": ""}).status_code == 200


def test_sessions_are_listed_and_ended(anna: Account, ticking: Any) -> None:
    first = logged_on(new_browser())
    ticking(60)
    second = logged_on(new_browser())
    listed = second.get("/console/account/").content.decode()
    assert listed.count("/end/") == 2
    key = ConsoleSession.objects.order_by("pk").get(session_key=_kept(first)).session_key
    assert second.post(f"/console/account/sessions/{key}/end/").status_code == 303
    assert first.get("/console/account/").status_code == 303
    assert second.get("/console/account/").status_code == 200


def _kept(browser: Browser) -> str:
    from civium.server.console.sessions import kept_key

    return kept_key(browser.cookies["civium-console"].value)


def test_nobody_ends_another_persons_session(installation: Installation, browser_of: BrowserOf) -> None:
    one, other = browser_of("member", installation.petition), browser_of("auditor", installation.petition)
    assert other.post(f"/console/account/sessions/{_kept(one)}/end/").status_code == 404
    assert one.get("/console/account/").status_code == 200


def test_another_password_ends_all_other_sessions(anna: Account, ticking: Any) -> None:
    first = logged_on(new_browser())
    ticking(60)
    second = logged_on(new_browser())
    form = {"password_now": PASSWORD, "password": "a-quite-different-one"}
    assert second.post("/console/account/password/", form | {"password_now": "wrong"}).status_code == 422
    assert second.post("/console/account/password/", form).status_code == 303
    assert first.get("/console/account/").status_code == 303
    assert second.get("/console/account/").status_code == 200
    assert typed(new_browser()).status_code == 422


def test_the_last_factor_stays(installation: Installation, browser_of: BrowserOf) -> None:
    browser = browser_of("member", installation.petition)
    only = Authenticator.objects.get(user=browser.account)
    browser.post(f"/console/account/factors/{only.pk}/remove/")
    assert Authenticator.objects.filter(user=browser.account).count() == 1
    assert "This is your only one" in browser.get("/console/account/").content.decode()


def test_a_closed_account_is_let_in_no_more(anna: Account, ticking: Any) -> None:
    browser = logged_on(new_browser())
    Account.objects.filter(pk=anna.pk).update(is_active=False)
    assert browser.get("/console/account/").status_code == 303
    led = typed(new_browser())
    assert led["Location"] == "/console/log-on/closed/"


@pytest.mark.parametrize(
    ("password", "is_fine"),
    [
        ("short", False),
        ("elevenchars", False),
        ("passwordpassword", False),
        ("qwertyuiopqw", False),
        ("aaaaaaaaaaaaaaaa", False),
        ("Anna Ribeiro", False),
        ("anna@organisers", False),
        ("x" * 1025, False),
        ("three wet socks", True),
        ("ἁπλῶς ὡς ἔχει", True),
    ],
)
def test_which_passwords_are_taken(password: str, is_fine: bool, installation: Installation) -> None:
    account = Account(name="Anna Ribeiro", email=ADDRESS)
    if is_fine:
        invitations.check_password(password, account)
        return
    with pytest.raises(Refused, match="password-weak"):
        invitations.check_password(password, account)


def test_passwords_are_kept_as_argon2(anna: Account) -> None:
    assert anna.password.startswith("argon2$argon2id$")


def test_nothing_of_anybody_is_shown_by_accident(anna: Account) -> None:
    made = invitations.invite("lena@organisers.example", Role.MEMBER, anna.memberships.get().initiative, place.ONE, now=place.NOW)
    shown = f"{anna!r} {anna} {made!r} {made.invitation!r} {anna.memberships.get()!r}"
    for secret in ("Anna", "@", made.token):
        assert secret not in shown
