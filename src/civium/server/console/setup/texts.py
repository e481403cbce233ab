"""Text by hand: the initiative in each language, held to the law's lengths, kept as a draft until it is taken over; and words for sharing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from django.http import Http404

from civium.errors import Refused
from civium.law.procedure import load_procedure
from civium.server.console import frame
from civium.server.console.setup.acts import ADD_LANGUAGE, CHANGE_DETAILS, CHANGE_WORDS
from civium.server.console.setup.deciding import decide, draft_of, drop_draft, here, keep_draft, mend, page, refused
from civium.server.console.setup.given import Form
from civium.server.initiatives.texts import unofferable_languages
from civium.server.site import loading, sharing
from civium.server.site.languages import own_name, reading_order

if TYPE_CHECKING:
    from django.http import HttpResponse

    from civium.server.console.screens import ConsoleRequest
    from civium.server.initiatives.models import Initiative

_LIST, _EDIT = "console/setup/texts.html", "console/setup/text.html"
_SHARING, _SHARE = "console/setup/sharing.html", "console/setup/share.html"
# What stands in the register or on the form, and what only helps the campaign.
LINES: Final = ("title", "objectives", "lead", "annex", "treaties", "additional_information", "draft_act", "language_note")
_ONE_LINE: Final[Mapping[str, int]] = {"title": 400, "language_note": 400}
LONGEST_SHARE, MOST_QUESTIONS, LONGEST_LABEL = 600, 10, 120


def texts(request: ConsoleRequest) -> HttpResponse:
    """List the languages: those that are there, and those that could be added."""
    initiative = here(request)
    present = initiative.texts_in_force()
    possible = [code for code in load_procedure(initiative.procedure).languages if code not in present]
    rows = [(code, own_name(code), text) for code, text in present.items()]
    context = {
        "rows": rows,
        "possible": sorted(((code, own_name(code)) for code in possible), key=lambda one: reading_order("en", one[1])),
        "not_offered": unofferable_languages(initiative),
        "is_live": initiative.live_collection() is not None,
    }
    return page(request, _LIST, context)


def choose(request: ConsoleRequest) -> HttpResponse:
    """Lead to the text of a language that is to be added."""
    language = request.POST.get("language", "")
    is_possible = language in load_procedure(here(request).procedure).languages
    return frame.back(request, "setup-text", language=language) if is_possible else frame.back(request, "setup-texts")


def text(request: ConsoleRequest, language: str) -> HttpResponse:
    """Show one language, count, keep it as a draft, take it over."""
    initiative = here(request)
    _check_language(initiative, language)
    present, is_live = initiative.text(language), initiative.live_collection() is not None
    draft = draft_of(request, f"text-{language}")
    loaded = {name: getattr(present, name) if present else "" for name in LINES}
    shown = {**loaded, **(draft.told if draft and not (is_live and present) else {})}
    context = {
        "language_shown": language,
        "own_name": own_name(language),
        "is_new": present is None,
        "is_fixed": is_live and present is not None,
        "is_original": language == initiative.original_language,
        "lines": shown,
        "draft_here": draft if draft and shown != loaded else None,
        "lengths": load_procedure(initiative.procedure).lengths,
        "counts": counts_of(shown),
    }
    if request.method != "POST":
        return page(request, _EDIT, context)
    if context["is_fixed"]:
        return refused(request, Refused("live-unchangeable", what=f"text-{language}"), _EDIT, context)
    return _take_text(request, language, context)


def _take_text(request: ConsoleRequest, language: str, context: dict[str, Any]) -> HttpResponse:
    _ = frame.words_of(request)
    form = Form(request)
    told = {name: form.line(name, longest=_ONE_LINE[name]) if name in _ONE_LINE else form.text(name) for name in LINES}
    context = {**context, "counts": counts_of(told)}
    if request.POST.get("act") == "draft" and not form.errors:
        keep_draft(request, f"text-{language}", told)
        frame.say(request, _("Kept as your draft, for thirty days. Nothing was taken over."))
        return frame.back(request, "setup-text", language=language)
    for name, missing in (("title", _("Write the title.")), ("objectives", _("Write the objectives."))):
        if not told[name]:
            form.errors.setdefault(name, missing)
    if context["is_original"]:
        for name, longest in context["lengths"].items():
            if context["counts"][name] > longest:
                form.errors.setdefault(
                    name,
                    _(
                        "%(count)s characters; the original text may have %(longest)s (Annex II).",
                        count=f"{context['counts'][name]:,}",
                        longest=f"{longest:,}",
                    ),
                )
    if form.errors:
        return mend(request, form.errors, _EDIT, context)
    facts: dict[str, Any] = {"texts": {language: {"lines": _with_campaign(told, language, request), "questions": None}}}
    try:
        decide(request, ADD_LANGUAGE if context["is_new"] else CHANGE_DETAILS, facts)
    except Refused as error:
        return refused(request, error, _EDIT, context)
    drop_draft(request, f"text-{language}")
    return frame.back(request, "setup-texts")


def _with_campaign(told: Mapping[str, str], language: str, request: ConsoleRequest) -> dict[str, str]:
    present = here(request).text(language)
    return {**told, "share_text": present.share_text if present else "", "thanks_note": present.thanks_note if present else ""}


def counts_of(lines: Mapping[str, str]) -> dict[str, int]:
    """Count as Annex II does: the title with its spaces, objectives and annex without."""
    return {
        name: len(lines[name]) if name == "title" else sum(not character.isspace() for character in lines[name])
        for name in ("title", "objectives", "annex")
    }


def shares(request: ConsoleRequest) -> HttpResponse:
    """List the languages with what is said in each, and set the way back after signing."""
    initiative = here(request)
    calls = initiative.appearance.get("call_for_action", {})
    context = {
        "rows": [(code, own_name(code), text, code in calls) for code, text in initiative.texts_in_force().items()],
        "callback_url": initiative.appearance.get("callback_url", ""),
    }
    if request.method != "POST":
        return page(request, _SHARING, context)
    form = Form(request)
    address = form.address("callback_url", secure=True)
    if form.errors:
        return mend(request, form.errors, _SHARING, context)
    try:
        decide(request, CHANGE_WORDS, {"told": {"callback_url": address or None}})
    except Refused as error:
        return refused(request, error, _SHARING, context)
    return frame.back(request, "setup-sharing")


def share(request: ConsoleRequest, language: str) -> HttpResponse:
    """Show what is said in one language, with what a share looks like; take it over."""
    initiative = here(request)
    present = initiative.text(language)
    if present is None:
        raise Http404
    calls = initiative.appearance.get("call_for_action", {})
    shown = loading.previewed(initiative, initiative.appearance, request.now.date()).texts[language]
    from django.conf import settings

    context = {
        "language_shown": language,
        "own_name": own_name(language),
        "text": present,
        "call": calls.get(language, {"label": "", "url": ""}),
        "questions": [*present.organiser_questions, *[{"question": "", "answer": ""}] * 2][:MOST_QUESTIONS],
        "longest": LONGEST_SHARE,
        "share": sharing.share(initiative.slug, shown, settings.CONFIG.url),
    }
    if request.method != "POST":
        return page(request, _SHARE, context)
    form = Form(request)
    facts = _words(form, language, dict(calls), context)
    if form.errors:
        return mend(request, form.errors, _SHARE, context)
    try:
        decide(request, CHANGE_WORDS, facts)
    except Refused as error:
        return refused(request, error, _SHARE, context)
    return frame.back(request, "setup-share", language=language)


def _words(form: Form, language: str, calls: dict[str, Any], context: Mapping[str, Any]) -> dict[str, Any]:
    _ = form.words
    lines = {"share_text": form.line("share_text", longest=LONGEST_SHARE), "thanks_note": form.text("thanks_note", longest=2_000)}
    label, address = form.line("call_label", longest=LONGEST_LABEL), form.address("call_url", secure=True)
    if bool(label) != bool(address):
        form.errors["call_label" if not label else "call_url"] = _("A call for action needs its words and its address.")
    calls.pop(language, None)
    if label and address:
        calls[language] = {"label": label, "url": address}
    questions = []
    for number in range(1, len(context["questions"]) + 1):
        asked, answer = form.line(f"question-{number}"), form.text(f"answer-{number}", longest=4_000)
        if bool(asked) != bool(answer):
            form.errors[f"{'answer' if asked else 'question'}-{number}"] = _("A question needs its answer.")
        if asked and answer:
            questions.append([asked, answer])
    return {"texts": {language: {"lines": lines, "questions": questions}}, "told": {"call_for_action": calls or None}}


def _check_language(initiative: Initiative, language: str) -> None:
    if language not in load_procedure(initiative.procedure).languages:
        raise Http404
