"""The OpenAPI 3.1 document of what may be asked over HTTP: made by hand, as data; a test holds it to the paths that exist."""

from __future__ import annotations

from typing import Any

import msgspec

from civium.formats import erasure, posting

Schema = dict[str, Any]

_JSON = "application/json"
_OCTETS = "application/octet-stream"
_TEXT = "text/plain; charset=utf-8"
_CSV = "text/csv; charset=utf-8"
_ANY_DAY: Schema = {"type": "string", "format": "date"}
_OCS_DAY: Schema = {"type": "string", "pattern": "^[0-9]{2}/[0-9]{2}/[0-9]{4}$"}
_TEXT_VALUE: Schema = {"type": "string"}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_FLAG: Schema = {"type": "boolean"}
_MAYBE_TEXT: Schema = {"type": ["string", "null"]}
_COLLECTION = {"name": "collection", "in": "path", "required": True, "schema": {"type": "string", "pattern": "^[0-9a-f]{32}$"}}
_MANIFEST = {"name": "manifest", "in": "path", "required": True, "schema": {"type": "string", "pattern": "^[0-9a-f]{64}$"}}
_SLUG = {
    "name": "slug",
    "in": "path",
    "required": True,
    "schema": {"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$", "maxLength": 64},
}
_LANGUAGE = {"name": "language", "in": "path", "required": True, "schema": {"type": "string", "pattern": "^[a-z]{2}$"}}
_OCS = "/i/{slug}/public/api"
_KEPT = "Made beforehand, the same for everyone; strong ETag, `If-None-Match`, gzip; any site may read it (CORS)."


def document(version: str) -> bytes:
    """Give the document as JSON."""
    return msgspec.json.encode(
        {
            "openapi": "3.1.0",
            "info": {
                "title": "Civium",
                "version": version,
                "description": "Statements of support go in sealed; what is public comes out. docs/spec/http.md and docs/spec/read-api.md describe every path.",
                "license": {"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
            },
            "tags": [
                {"name": "open data", "description": _KEPT},
                {"name": "signing", "description": "What the signatory's page asks; from its own origin only."},
                {
                    "name": "public log",
                    "description": "Manifests, keys, checkpoints and tiles. Moved together every ten minutes.",
                },
                {"name": "OCS", "description": "The read paths of the Commission's Online Collection Software. " + _KEPT},
                {"name": "health", "description": "For whoever runs the server."},
            ],
            "paths": _own_paths() | _log_paths() | _signing_paths() | _health_paths() | _ocs_paths(),
            "components": {"schemas": _schemas()},
        }
    )


def _own_paths() -> Schema:
    return {
        "/api/openapi.json": _get("open data", "this document", _answer(_JSON, {"type": "object"})),
        "/api/initiatives": _get(
            "open data", "the initiatives hosted here", _answer(_JSON, _object(initiatives=_list(_ref("InitiativeInShort"))))
        ),
        "/api/initiatives/{slug}": _get("open data", "one initiative whole", _answer(_JSON, _ref("Initiative")), _SLUG),
        "/api/collections/{collection}/counts": _get(
            "open data",
            "received less destroyed: the total live, jurisdictions as last published",
            _answer(_JSON, _object(received=_COUNT, goal=_COUNT, jurisdictions=_map(_COUNT))),
            _COLLECTION,
        ),
        "/api/collections/{collection}/counts.csv": _get(
            "open data", "the same as a table, with thresholds", _answer(_CSV, _TEXT_VALUE), _COLLECTION
        ),
        "/api/collections/{collection}/series": _get(
            "open data", "entries by day of receipt and jurisdiction", _answer(_JSON, _ref("Series")), _COLLECTION, later=True
        ),
        "/api/collections/{collection}/series.csv": _get(
            "open data", "the same as a table", _answer(_CSV, _TEXT_VALUE), _COLLECTION, later=True
        ),
    }


def _log_paths() -> Schema:
    origin = [
        {"name": name, "in": "path", "required": True, "schema": schema}
        for name, schema in (
            ("jurisdiction", {"type": "string", "pattern": "^[A-Z]{2,3}(-[A-Z])?$"}),
            ("channel", {"type": "string", "pattern": "^[a-z-]+$"}),
            ("generation", {"type": "integer", "minimum": 1}),
        )
    ]
    tile = [
        {"name": "level", "in": "path", "required": True, "schema": {"type": "string", "pattern": "^(0|[1-5]|entries)$"}},
        {
            "name": "number",
            "in": "path",
            "required": True,
            "description": "three digits; before them, in a path segment each, further groups after an `x`; behind them `.p/` and a width, if partial",
            "schema": {"type": "string", "pattern": "^[0-9]{3}$"},
        },
    ]
    log, notices = "/log/{collection}/{jurisdiction}/{channel}/{generation}", "/log/notices/{generation}"
    generation = origin[-1:]
    closing = _answer(_JSON, {"type": "object"}, "the notice that says why it was closed and what goes on in its place")
    keys = _object(
        keys=_map(_object(key_id=_TEXT_VALUE, public_key=_TEXT_VALUE, suite=_TEXT_VALUE)),
        manifest={"type": "string", "pattern": "^[0-9a-f]{64}$"},
    )
    return {
        "/api/collections/{collection}/keys": _get("public log", "the keys to seal to now", _answer(_JSON, keys), _COLLECTION),
        "/api/collections/{collection}/manifests/{manifest}": _get(
            "public log", "a manifest, as it was signed", _answer(_JSON, {"type": "object"}), _COLLECTION, _MANIFEST
        ),
        "/api/collections/{collection}/manifests/{manifest}/signature": _get(
            "public log", "its signed note", _answer(_TEXT, _TEXT_VALUE), _COLLECTION, _MANIFEST
        ),
        "/log/keys": _get("public log", "the keys that check checkpoints, in the form of C2SP", _answer(_TEXT, _TEXT_VALUE)),
        "/log/notices/checkpoint": _get("public log", "checkpoint of the notices", _answer(_TEXT, _TEXT_VALUE), missing=True),
        "/log/notices/successor": _get("public log", "of closed notices, their end", closing, missing=True),
        f"{notices}/checkpoint": _get("public log", "of notices that go on", _answer(_TEXT, _TEXT_VALUE), *generation),
        f"{notices}/successor": _get("public log", "of closed notices, their end", closing, *generation),
        f"{notices}/tile/{{level}}/{{number}}": _get(
            "public log", "a tile of them", _answer(_OCTETS, _TEXT_VALUE), *generation, *tile
        ),
        "/log/notices/tile/{level}/{number}": _get(
            "public log", "a tile of the notices (C2SP tlog-tiles)", _answer(_OCTETS, _TEXT_VALUE), *tile
        ),
        f"{log}/checkpoint": _get("public log", "a log's checkpoint", _answer(_TEXT, _TEXT_VALUE), _COLLECTION, *origin),
        f"{log}/successor": _get("public log", "of a closed log, its end", closing, _COLLECTION, *origin),
        f"{log}/tile/{{level}}/{{number}}": _get(
            "public log", "a tile (C2SP tlog-tiles)", _answer(_OCTETS, _TEXT_VALUE), _COLLECTION, *origin, *tile
        ),
    }


def _signing_paths() -> Schema:
    challenge = _object(algorithm=_TEXT_VALUE, challenge=_TEXT_VALUE, maxnumber=_COUNT, salt=_TEXT_VALUE, signature=_TEXT_VALUE)
    return {
        "/api/collections/{collection}/challenge": _get(
            "signing", "a challenge of proof of work, never cached", _answer(_JSON, challenge), _COLLECTION, limited=True
        ),
        "/api/statements": _post(
            "a sealed statement with what travels beside it", posting.MAXIMUM_SIZE, _answer(_TEXT, _TEXT_VALUE)
        ),
        "/api/tokens": _post("a blinded identity, to be evaluated", posting.MAXIMUM_SIZE, _answer(_OCTETS, _TEXT_VALUE)),
        "/api/erasures": _post(
            "an erasure code: the statement is destroyed", erasure.SIZE, _answer(_JSON, _object(destroyed={"const": True}))
        ),
        "/api/sources": _post("by whose link somebody came", posting.MAXIMUM_SIZE, {"description": "no body"}, status="204"),
    }


def _health_paths() -> Schema:
    return {
        "/health/live": _get("health", "200 while the process runs", _answer(_TEXT, _TEXT_VALUE)),
        "/health/ready": {
            "get": {
                "tags": ["health"],
                "summary": "200 while it receives",
                "responses": {"200": _answer(_TEXT, _TEXT_VALUE), "503": _answer(_TEXT, _TEXT_VALUE, "not ready")},
            }
        },
    }


def _ocs_paths() -> Schema:
    described, counted = _ref("OCSDescriptions"), _object(signatureCountryCount=_list(_ref("OCSCountryCount")))
    languages = _object(languages=_list(_object(languageCode=_TEXT_VALUE, languageName=_TEXT_VALUE, displayOrder=_COUNT)))
    countries = _object(countries=_list(_object(countryCode=_TEXT_VALUE, countryName=_TEXT_VALUE)))
    evolution = _object(evolutionMapEntryDTOs=_list(_ref("OCSEvolution")))
    latest = _object(numbers=_COUNT, metadatas=_list(_object(country=_TEXT_VALUE, date=_OCS_DAY)))
    message = _object(socialMedia=_TEXT_VALUE, message=_TEXT_VALUE, languageCode=_TEXT_VALUE)
    country = {"name": "country", "in": "path", "required": True, "schema": {"type": "string", "pattern": "^[a-z]{2}$"}}
    number = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer", "minimum": 1}}
    medium = {
        "name": "medium",
        "in": "path",
        "required": True,
        "schema": {"type": "string", "enum": ["facebook", "twitter", "callForAction"]},
    }
    plain = {
        "initiative/description": ("the initiative in its original language", described),
        "initiative/alldescriptions": ("the initiative in all its languages", described),
        "initiative/contacts": ("organisers", _object(contactDTOlist=_list(_ref("OCSContact")))),
        "initiative/daysleft": ("whole days after today until the last", _object(value=_COUNT)),
        "initiative/languages": ("languages of the initiative", languages),
        "manager/state": ("state", _object(online=_FLAG, collecting=_FLAG, initialized=_FLAG)),
        "manager/mode": ("mode", _object(mode={"enum": ["ONLINE", "OFFLINE"]})),
        "manager/collectorstate": ("whether statements are taken", _object(collectionMode={"enum": ["ON", "OFF"]})),
        "manager/countries": ("countries", countries),
        "manager/languages": ("languages of the procedure", languages),
        "report/progression": ("total, live, and goal", _object(signatureCount=_COUNT, goal=_COUNT)),
        "report/map": ("counts by country against thresholds", counted),
        "report/top7map": ("the seven countries nearest to, or most beyond, their threshold", counted),
        "report/feedbackRange": ("grades of feedback", _object(values=_list(_TEXT_VALUE))),
        "customisations/show": ("appearance", {"type": "object"}),
        "version": ("version of the software", _object(version=_TEXT_VALUE)),
    }
    paths = {f"{_OCS}/{path}": _ocs(summary, schema) for path, (summary, schema) in plain.items()}
    return paths | {
        f"{_OCS}/report/evolutionMap": _ocs("entries by month and country", evolution, later=True),
        f"{_OCS}/signature/lastSignatures": _ocs("five of the latest entries: country and day", latest, later=True),
        f"{_OCS}/initiative/descriptionById/{{id}}": _ocs("one language by number", described, number),
        f"{_OCS}/initiative/descriptionByLang/{{language}}": _ocs("one language by code", described, _LANGUAGE),
        f"{_OCS}/manager/countryProperties/{{country}}": _ocs("fields of a country's form", _list(_ref("OCSProperty")), country),
        f"{_OCS}/socialmedia/{{medium}}/{{language}}": _ocs("text for sharing", message, medium, _LANGUAGE),
        f"{_OCS}/customfiles/download/logo": {
            "get": {
                "tags": ["OCS"],
                "summary": "the organisers' logo",
                "parameters": [_SLUG],
                "responses": {
                    "200": {"description": "its bytes", "content": {"image/*": {}}},
                    "304": {"description": "unchanged"},
                    "404": _ocs_failure("no such initiative, or no logo"),
                },
            }
        },
    }


def _get(
    tag: str, summary: str, answer: Schema, *parameters: Schema, later: bool = False, limited: bool = False, missing: bool = False
) -> Schema:
    responses = {"200": answer}
    if tag in ("open data", "OCS"):
        responses["304"] = {"description": "unchanged (If-None-Match)"}
    if parameters or missing:
        responses["404"] = _failure("not here, or not yet")
    if limited:
        responses["429"] = _failure("this network asks too often", "too-many")
    if later:
        responses["503"] = _failure("not counted yet since the start: try again (Retry-After)", "not-counted-yet")
    return {
        "get": {
            "tags": [tag],
            "summary": summary,
            **({"parameters": [*parameters]} if parameters else {}),
            "responses": responses,
        }
    }


def _post(summary: str, largest: int, answer: Schema, *, status: str = "200") -> Schema:
    refusals = {
        "400": "malformed",
        "403": "not now: period, pause, challenge",
        "404": "unknown collection, key, manifest or statement",
        "408": "the body came too slowly",
        "409": "too late",
        "413": f"longer than {largest} bytes",
        "415": "not application/octet-stream, or compressed",
        "429": "this network asks too often",
        "503": "full, stopping, or the store is away: try again (Retry-After)",
    }
    return {
        "post": {
            "tags": ["signing"],
            "summary": summary,
            "requestBody": {"required": True, "content": {_OCTETS: {"schema": {"type": "string", "format": "binary"}}}},
            "responses": {status: answer, **{code: _failure(text) for code, text in refusals.items()}},
        }
    }


def _ocs(summary: str, schema: Schema, *parameters: Schema, later: bool = False) -> Schema:
    made = _get("OCS", summary, _answer(_JSON, schema), _SLUG, *parameters, later=later)
    responses = made["get"]["responses"]
    responses["404"] = _ocs_failure("no such initiative, or no such path")
    if parameters:
        responses["204"] = {"description": "well-formed, but nothing is called so"}
        responses["417"] = _ocs_failure("malformed")
    return made


def _answer(media_type: str, schema: Schema, description: str = "the answer") -> Schema:
    return {"description": description, "content": {media_type: {"schema": schema}}}


def _failure(description: str, *codes: str) -> Schema:
    schema = _ref("Failure") if not codes else {"allOf": [_ref("Failure"), {"properties": {"code": {"enum": list(codes)}}}]}
    return {"description": description, "content": {_JSON: {"schema": schema}}}


def _ocs_failure(description: str) -> Schema:
    return {"description": description, "content": {_JSON: {"schema": _ref("OCSFailure")}}}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _map(values: Schema) -> Schema:
    return {"type": "object", "additionalProperties": values}


def _object(**properties: Schema) -> Schema:
    """An object with these members, all of them always there."""
    return {"type": "object", "required": list(properties), "properties": properties}


def _schemas() -> Schema:
    short = {
        "slug": _TEXT_VALUE,
        "procedure": _TEXT_VALUE,
        "deployment": _TEXT_VALUE,
        "state": {"enum": ["waiting", "collecting", "paused", "ended", "withdrawn", "destroyed"]},
        "registration": _TEXT_VALUE,
        "registered_on": _ANY_DAY,
        "opens_on": _ANY_DAY,
        "closes_on": _ANY_DAY,
        "goal": {"type": ["integer", "null"]},
        "original_language": _TEXT_VALUE,
        "titles": _map(_TEXT_VALUE),
        "collection": _MAYBE_TEXT,
        "links": _map(_TEXT_VALUE),
    }
    organiser = _object(role=_TEXT_VALUE, name=_TEXT_VALUE, country=_MAYBE_TEXT, email=_MAYBE_TEXT)
    return {
        "Failure": _object(code=_TEXT_VALUE, facts={"type": "object"}),
        "InitiativeInShort": _object(**short),
        "Initiative": _object(
            **short,
            texts=_map(_map(_TEXT_VALUE)),
            organisers=_list(organiser),
            website=_MAYBE_TEXT,
            register_url=_MAYBE_TEXT,
            central_url=_MAYBE_TEXT,
            thresholds=_map(_COUNT),
            jurisdictions_needed=_COUNT,
            signing_languages=_list(_TEXT_VALUE),
            logs=_map(_TEXT_VALUE),
            bursts=_list(_ref("Burst")),
        ),
        "Burst": _object(
            log=_TEXT_VALUE,
            jurisdiction=_TEXT_VALUE,
            **dict.fromkeys(("first_index", "last_index"), _COUNT),
            day=_ANY_DAY,
            decision={"enum": ["confirmed", "dismissed"]},
            reason=_TEXT_VALUE,
        ),
        "Series": _object(collection=_TEXT_VALUE, days=_list(_ANY_DAY), entries=_map(_list(_COUNT)), destroyed=_map(_COUNT)),
    } | _ocs_schemas()


def _ocs_schemas() -> Schema:
    contact = _object(
        firstName=_TEXT_VALUE, familyName=_TEXT_VALUE, role=_TEXT_VALUE, email=_MAYBE_TEXT, residenceCountry=_MAYBE_TEXT
    )
    shared = _object(
        registrationNumber=_TEXT_VALUE,
        registrationDate=_OCS_DAY,
        closingDate=_OCS_DAY,
        url=_MAYBE_TEXT,
        organizers=_list(_ref("OCSContact")),
        partiallyRegistered=_FLAG,
    )
    one = _object(
        id=_COUNT,
        languageCode=_TEXT_VALUE,
        original=_FLAG,
        title=_TEXT_VALUE,
        objectives=_TEXT_VALUE,
        url=_MAYBE_TEXT,
        partialRegistration=_MAYBE_TEXT,
    )
    month = _object(year=_COUNT, month={"type": "integer", "minimum": 1, "maximum": 12}, count=_COUNT)
    return {
        "OCSFailure": _object(status={"const": "ERROR"}, code={"type": "integer"}, message=_TEXT_VALUE),
        "OCSContact": contact,
        "OCSDescriptions": _object(initiativeInfo=shared, descriptions=_list(one)),
        "OCSCountryCount": _object(
            countryCode=_TEXT_VALUE, count=_COUNT, totalCount=_COUNT, treshold=_COUNT, percentage={"type": "number"}
        ),
        "OCSEvolution": _object(
            countryCode=_TEXT_VALUE,
            totalSupporters=_COUNT,
            mostActiveMonth={"type": "string", "pattern": "^[0-9]{2}/[0-9]{4}$"},
            evolutionMapEntryDetailDTOs=_list(month),
        ),
        "OCSProperty": _object(
            id=_COUNT,
            label=_TEXT_VALUE,
            group=_COUNT,
            type={"enum": ["ALPHANUMERIC", "DATE", "COUNTRY"]},
            priority=_COUNT,
            required=_COUNT,
            value=_TEXT_VALUE,
        ),
    }
