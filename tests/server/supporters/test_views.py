"""What is posted after signing: uniform answers, no cookie, other sites refused, links that act when pressed, limits, pages that go nowhere else."""

from __future__ import annotations

import dataclasses
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.test import Client
from django.test.utils import override_settings
from lxml import html

from civium.server.config import Config
from civium.server.initiatives.models import Initiative
from civium.server.site import languages
from civium.server.supporters import asking, sending
from civium.server.supporters.models import ConsentText, Feedback, Subscription, Unconfirmed
from tests.server.initiatives.place import NOW

from .asked import ADDRESS, asked, links_of
from .mailbox import Mailbox

NEWS, FEEDBACK = "/en/i/night-trains/news", "/en/i/night-trains/feedback"
TYPE = "application/x-www-form-urlencoded"


def _tree(answer: Any) -> html.HtmlElement:
    return html.document_fromstring(answer.content.decode())


def _post(client: Client, path: str, values: dict[str, str], **headers: str) -> Any:
    return client.post(path, urlencode(values), content_type=TYPE, headers=headers)


def _form(client: Client, path: str = NEWS) -> dict[str, str]:
    tree = _tree(client.get(path))
    return {"address": ADDRESS, "news": "yes", "consent": tree.xpath("//input[@name='consent']/@value")[0]}


def test_the_form_asks_for_an_address_and_two_things_apart_unticked(client: Client) -> None:
    answer = client.get(NEWS)
    assert answer["Content-Security-Policy"].count("form-action 'self'") == 1
    assert "form-action 'none'" not in answer["Content-Security-Policy"]
    tree = _tree(answer)
    assert tree.xpath("//form/@action") == [NEWS]
    assert tree.xpath("//main//input[@type='checkbox']/@name") == ["news", "other"]
    assert tree.xpath("//main//input[@checked]") == []
    said = " ".join(tree.xpath("//main")[0].text_content().split())
    assert "Your support counts with or without it" in said  # Art. 18(2)
    assert "Annelore Vantieghem, for the group of organisers may write to me about this initiative" in said
    assert "destroyed after 14 days" in said
    assert "You can stop it at any time" in said


def test_other_pages_still_send_nothing_anywhere(client: Client) -> None:
    assert "form-action 'none'" in client.get("/en/i/night-trains")["Content-Security-Policy"]


def test_asking_is_answered_alike_whatever_is_known(
    client: Client, initiative: Initiative, config: Config, mailbox: Mailbox
) -> None:
    wish = _form(client)
    answers = [_post(client, NEWS, wish)]
    sending.send_waiting(config, clock=lambda: NOW)
    client.post(links_of(mailbox.mails[0])["confirm"])
    assert Subscription.objects.count() == 1
    answers.append(_post(client, NEWS, wish))  # known
    answers.append(_post(client, NEWS, wish | {"address": "unknown@example.org"}))
    answers += [_post(client, NEWS, wish) for _ in range(4)]  # too often
    assert len({(answer.status_code, answer["Location"], answer.content, str(answer.cookies)) for answer in answers}) == 1
    assert (answers[0].status_code, answers[0]["Location"]) == (303, "/en/i/night-trains/news-sent")
    assert client.get(answers[0]["Location"]).status_code == 200


def test_what_was_agreed_to_is_kept_in_the_words_of_the_page(client: Client) -> None:
    page = _tree(client.get("/el/i/night-trains/news"))
    _post(client, "/el/i/night-trains/news", _form(client, "/el/i/night-trains/news") | {"other": "yes"})
    kept = ConsentText.objects.get()
    assert kept.language == "el"
    said = " ".join(page.xpath("//main")[0].text_content().split())
    for line in kept.text.split("\n"):
        assert " ".join(line.removeprefix("[ ] ").split()) in said
    found = Unconfirmed.objects.get()
    assert (found.wants_news, found.wants_other_news, found.language) == (True, True, "el")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"address": "eimear"}, "address"),
        ({"address": "a@example.org\r\nBcc: b@example.org"}, "address"),
        ({"news": ""}, "purposes"),
        ({"consent": "00"}, "words"),
    ],
)
def test_what_must_be_mended_is_said_and_given_back(client: Client, change: dict[str, str], field: str) -> None:
    answer = _post(client, NEWS, _form(client) | {"address": '"><script>x</script>@example.org'} | change)
    assert answer.status_code == 422
    assert answer["Cache-Control"] == "no-store"
    tree = _tree(answer)
    assert len(tree.xpath("//*[@role='alert']//li")) >= 1
    assert tree.xpath("//script") == []
    assert Unconfirmed.objects.count() == 0
    typed = change.get("address", '"><script>x</script>@example.org')
    assert " ".join(tree.xpath("//input[@name='address']/@value")[0].split()) == " ".join(typed.split())


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "cross-site", "origin": "https://collect.example"},
    ],
)
def test_a_form_from_another_site_is_refused(client: Client, headers: dict[str, str]) -> None:
    for path, values in ((NEWS, _form(client)), (FEEDBACK, {"grade": "good"})):
        assert _post(client, path, values, **headers).status_code == 403
    assert (Unconfirmed.objects.count(), Feedback.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("origin", "status"), [("https://evil.example", 403), ("https://collect.example", 303), ("null", 303), (None, 303)]
)
def test_browsers_that_know_no_fetch_metadata_tell_their_origin(initiative: Initiative, origin: str | None, status: int) -> None:
    old = Client(headers={"host": "collect.example"} | ({"origin": origin} if origin else {}))
    assert _post(old, FEEDBACK, {"grade": "good"}).status_code == status


def test_a_link_acts_when_its_button_is_pressed_and_not_before(
    client: Client, initiative: Initiative, config: Config, mailbox: Mailbox
) -> None:
    asking.ask(initiative, asked(), now=NOW)
    sending.send_waiting(config, clock=lambda: NOW)
    links = links_of(mailbox.mails[0])
    for _ in range(3):  # programs that look through mail
        page = client.get(links["confirm"])
        assert (page.status_code, page["Cache-Control"], page["Referrer-Policy"]) == (200, "no-store", "no-referrer")
        client.head(links["confirm"])
    assert Subscription.objects.count() == 0
    never_sent = links["confirm"][:-43] + "A" * 43
    assert client.get(never_sent).content == page.content, "looking at a link tells nothing of it"
    assert client.post(links["confirm"]).status_code == 200
    assert Subscription.objects.count() == 1
    assert client.post(links["confirm"]).status_code == 410
    assert client.post(never_sent).content == client.post(links["confirm"]).content
    token = links["confirm"].rpartition("/")[2]
    assert token not in page.content.decode()


def test_one_click_of_a_mail_program_stops_all(initiative: Initiative, config: Config, mailbox: Mailbox) -> None:
    """RFC 8058: a POST from anywhere, with neither cookie nor session nor a browser's headers."""
    asking.ask(initiative, asked(), now=NOW)
    sending.send_waiting(config, clock=lambda: NOW)
    link = links_of(mailbox.mails[0])["stop"]
    program = Client(headers={"host": "collect.example"})
    assert program.get(link).status_code == 200
    assert Unconfirmed.objects.count() == 1, "opening it does nothing"
    first = program.post(link, "List-Unsubscribe=One-Click", content_type=TYPE)
    assert (first.status_code, Unconfirmed.objects.count()) == (200, 0)
    again = program.post(link, {"List-Unsubscribe": "One-Click"})  # multipart, as RFC 8058 prefers
    unknown = program.post(link[:-43] + "A" * 43)
    assert first.content == again.content == unknown.content


def test_feedback_is_taken_from_a_page_without_script(client: Client) -> None:
    tree = _tree(client.get(FEEDBACK))
    assert tree.xpath("//input[@type='radio']/@value") == ["bad", "fair", "fine", "good"]
    assert tree.xpath("//textarea/@maxlength") == ["1000"]
    answer = _post(client, FEEDBACK, {"grade": "fine", "comment": "Quick."})
    assert (answer.status_code, answer["Location"]) == (303, "/en/i/night-trains/feedback-sent")
    assert client.get(answer["Location"]).status_code == 200
    assert Feedback.objects.get().comment == "Quick."
    for values in ({"comment": "Quick."}, {"grade": "good", "comment": "x" * 1001}):
        assert _post(client, FEEDBACK, values).status_code == 422
    assert not client.cookies


def test_one_network_sends_twenty_forms_a_minute(initiative: Initiative) -> None:
    sender = Client(headers={"host": "collect.example"}, REMOTE_ADDR="192.0.2.9")
    other = Client(headers={"host": "collect.example"}, REMOTE_ADDR="198.51.100.9")
    found = [_post(sender, FEEDBACK, {"grade": "good"}).status_code for _ in range(22)]
    assert (found[:20], found[-1]) == ([303] * 20, 429)
    assert _post(sender, FEEDBACK, {"grade": "good"})["Retry-After"] == "60"
    assert _post(other, FEEDBACK, {"grade": "good"}).status_code == 303


def test_without_a_mail_server_nobody_is_asked_for_an_address(client: Client, config: Config) -> None:
    with override_settings(CONFIG=dataclasses.replace(config, mail=None)):
        assert client.get(NEWS).status_code == 404
        assert client.get("/en/i/night-trains/news-sent").status_code == 404
        assert _post(client, NEWS, {"address": ADDRESS, "news": "yes"}).status_code == 404
        assert b"night-trains/news" not in client.get("/en/i/night-trains").content
        assert client.get(FEEDBACK).status_code == 200
    assert settings.CONFIG is config
    assert b"night-trains/news" in client.get("/en/i/night-trains").content


@pytest.mark.parametrize(
    "path",
    ["/en/i/unknown/news", "/xx/i/night-trains/feedback", "/en/i/unknown/confirm/" + "A" * 43, "/en/i/unknown/stop/" + "A" * 43],
)
def test_what_is_not_there_is_not_there(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404
    assert _post(client, path, {}).status_code == 404


def test_other_methods_are_refused(client: Client) -> None:
    for path in ("/en/i/night-trains/confirm/" + "A" * 43, "/en/i/night-trains/stop/" + "A" * 43):
        assert client.put(path).status_code == 405


@pytest.mark.parametrize("code", languages.CODES)
def test_every_page_is_there_in_every_language(client: Client, code: str) -> None:
    for page in ("news", "news-sent", "feedback", "feedback-sent", "confirm/" + "A" * 43, "stop/" + "A" * 43):
        answer = client.get(f"/{code}/i/night-trains/{page}")
        assert answer.status_code == 200
        assert _tree(answer).get("lang") == code
