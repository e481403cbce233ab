"""The authorities' keys: files given, tests made, words checked, keys retired; one row for each jurisdiction."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING, Any, Final

from django.http import Http404, HttpResponse

from civium.errors import Refused
from civium.formats import authority_key
from civium.law.procedure import load_procedure
from civium.server.console import frame
from civium.server.console.downloads import saved_as
from civium.server.console.setup.acts import CHANGE_KEYS
from civium.server.console.setup.deciding import decide, here, mend, page, refused, said
from civium.server.console.setup.given import Form
from civium.server.initiatives.keys import make_test
from civium.server.initiatives.models import AuthorityKey
from civium.server.site.languages import language, reading_order, state_name

if TYPE_CHECKING:
    from civium.server.console.screens import ConsoleRequest
    from civium.server.initiatives.models import Initiative

PAGE: Final = "console/setup/keys.html"
MOST_FILES: Final = 60
_LONGEST_ANSWERS: Final = 8_192


def standing(request: ConsoleRequest) -> dict[str, Any]:
    """Give, for each jurisdiction, its name and its keys; and which key is to be proven first."""
    initiative, code = here(request), frame.words_of(request).code
    procedure, tongue = load_procedure(initiative.procedure), language(code)
    kept: dict[str, list[AuthorityKey]] = {}
    for key in initiative.keys.filter(retired_on=None).order_by("jurisdiction", "-pk").prefetch_related("tests"):
        kept.setdefault(key.jurisdiction, []).append(key)
    places = [(one, state_name(tongue, place), kept.get(one, [])) for one, place in procedure.jurisdictions.items()]
    places.sort(key=lambda place: reading_order(code, place[1]))
    proven = [name for _, name, listed in places if any(key.proven_on for key in listed)]
    all_waiting = [(name, key) for _, name, listed in places for key in listed if key.proven_on is None]
    ours = AuthorityKey.Holder.ORGANISERS
    waiting = [(name, key) for name, key in all_waiting if key.holder != ours]
    return {
        "places": places,
        "proven": proven,
        "unproven": waiting,
        "organisers_waiting": len(all_waiting) - len(waiting),
        "of_organisers": [name for _, name, listed in places if any(key.holder == ours for key in listed)],
        "holder_of": _holder_of,
        "missing": [name for _, name, listed in places if not listed],
        "number_of_places": len(places),
        "fingerprint": lambda key: authority_key.fingerprint_words(bytes(key.key_id)),
        "hex_of": lambda key: bytes(key.key_id).hex(),
        "asked_on": _asked_on,
    }


def keys(request: ConsoleRequest) -> HttpResponse:
    """Show all jurisdictions; take key files in."""
    _ = frame.words_of(request)
    if request.method != "POST":
        return page(request, PAGE, standing(request))
    form = Form(request)
    found = form.files("files", authority_key.LARGEST_FILE, MOST_FILES)
    pasted = form.text("pasted", longest=authority_key.LARGEST_FILE)
    found += [pasted.encode() + b"\n"] if pasted else []
    custody = form.line("custody", longest=300)
    if not found:
        form.errors["files"] = _("Choose the authority's .civium-public-key file, or paste what it holds.")
    elif len(found) > MOST_FILES:
        form.errors["files"] = _("At most %(count)s files at once.", count=MOST_FILES)
    if form.errors:
        return mend(request, form.errors, PAGE, standing(request))
    try:
        jurisdictions = [authority_key.parse(raw).jurisdiction for raw in found]
        facts = {
            "do": "add",
            "files": [b64encode(raw).decode() for raw in found],
            "jurisdictions": jurisdictions,
            "custody": custody,
        }
        decide(request, CHANGE_KEYS, facts)
    except Refused as error:
        return refused(request, error, PAGE, standing(request))
    return frame.back(request, "setup-keys")


def test(request: ConsoleRequest, key: int) -> HttpResponse:
    """Make a test for a key and give it as a file: its six words nobody knows here."""
    found = _key(request, key)
    content = make_test(found, frame.persons(request), now=request.now)
    answer = HttpResponse(content, content_type="application/octet-stream")
    name = f"{found.jurisdiction.lower()}-{bytes(found.key_id).hex()[:8]}.civium-key-test"
    return saved_as(answer, name)


def prove(request: ConsoleRequest, key: int) -> HttpResponse:
    """Check the six words of one key."""
    found = _key(request, key)
    facts = {"do": "prove", **_facts(found), "words": Form(request).line(f"words-{key}", longest=200)}
    return _decided(request, facts)


def prove_several(request: ConsoleRequest) -> HttpResponse:
    """Check the words of several: on each line a jurisdiction and its words. Good lines are taken, the others are told."""
    _ = frame.words_of(request)
    initiative, form = here(request), Form(request)
    lines = [line.split(maxsplit=1) for line in form.text("answers", longest=_LONGEST_ANSWERS).splitlines() if line.strip()]
    if not lines or any(len(parts) != 2 for parts in lines):
        form.errors["answers"] = _("Write on each line a State's code and its six words.")
    told = []
    for parts in () if form.errors else lines:
        code = parts[0].upper().rstrip(":")
        try:
            key = _unproven(initiative, code)
            decide(request, CHANGE_KEYS, {"do": "prove", **_facts(key), "words": parts[1]})
        except Refused as error:
            told.append(f"{_known(initiative, code)}: {said(error, frame.words_of(request))}")
    if form.errors:
        return mend(request, form.errors, PAGE, standing(request))
    if told:
        accepted = _("%(count)s of %(all)s were accepted.", count=len(lines) - len(told), all=len(lines))
        context = {**standing(request), "refusal": " ".join((accepted, *told))}
        return page(request, PAGE, {**context, "given": frame.given(request)}, status=422)
    return frame.back(request, "setup-keys")


def retire(request: ConsoleRequest, key: int) -> HttpResponse:
    """Take a key out."""
    return _decided(request, {"do": "retire", **_facts(_key(request, key))})


def first_look(request: ConsoleRequest) -> HttpResponse:
    """Give a demonstration keys that nobody holds."""
    try:
        decide(request, CHANGE_KEYS, {"do": "first-look"})
    except Refused as error:
        return refused(request, error, PAGE, standing(request))
    return frame.back(request, "setup-keys")


def _decided(request: ConsoleRequest, facts: dict[str, Any]) -> HttpResponse:
    try:
        decide(request, CHANGE_KEYS, facts)
    except Refused as error:
        return refused(
            request,
            error,
            PAGE,
            {**standing(request), "refusal": f"{facts['jurisdiction']}: {said(error, frame.words_of(request))}"},
        )
    return frame.back(request, "setup-keys")


def _facts(key: AuthorityKey) -> dict[str, str]:
    return {"jurisdiction": key.jurisdiction, "key_id": bytes(key.key_id).hex()}


def _unproven(initiative: Initiative, code: str) -> AuthorityKey:
    """Give the one key of a jurisdiction that waits for its proof. Raises Refused `key-unknown`, `key-ambiguous`."""
    listed = list(initiative.keys.filter(jurisdiction=code, retired_on=None, proven_on=None))
    if not listed:
        raise Refused("key-unknown", jurisdiction=_known(initiative, code))
    if len(listed) > 1:
        raise Refused("key-ambiguous", jurisdiction=code, keys=len(listed))
    found: AuthorityKey = listed[0]
    return found


def _known(initiative: Initiative, code: str) -> str:
    return code if code in load_procedure(initiative.procedure).jurisdictions else "unknown"


def _key(request: ConsoleRequest, number: int) -> AuthorityKey:
    found: AuthorityKey | None = here(request).keys.filter(pk=number, retired_on=None).first()
    if found is None:
        raise Http404
    return found


def _holder_of(key: AuthorityKey) -> str:
    """Who has the private half, as a member of a closed set."""
    return "organisers" if key.holder == AuthorityKey.Holder.ORGANISERS else "authority"


def _asked_on(key: AuthorityKey) -> Any:
    """When the last test was made; from what was fetched with the keys."""
    made = [one.made_on for one in key.tests.all()]
    return max(made) if made else None
