"""Every path of the OpenAPI document asked with what Schemathesis invents, against a demonstration served as an operator serves it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error, positive_data_acceptance

from civium.server.open_data import openapi
from tests.faults import load

pytestmark = pytest.mark.slow
ACTS = [(path, method) for path, acts in json.loads(openapi.document("0.1.0"))["paths"].items() for method in acts]
EXAMPLES = 12
STATEMENTS = 5


@dataclass(frozen=True)
class Demonstration:
    """A demonstration that is being served, and its document with names in it that exist."""

    url: str
    schema: Any
    log: Path

    def read(self, path: str) -> Any:
        """Give what a path tells."""
        with urllib.request.urlopen(self.url + path, timeout=60) as reply:
            return json.loads(reply.read())


def _run(*arguments: str) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CIVIUM_", "DJANGO_", "COV_"))}
    subprocess.run([sys.executable, "-m", "civium.command", *arguments], check=True, capture_output=True, env=kept, timeout=600)


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demonstration]:
    load.check_built()
    folder, port = tmp_path_factory.mktemp("demonstration") / "demo", load.free_port()
    _run("demo", "--no-serve", "--folder", str(folder), "--statements", str(STATEMENTS), "--port", str(port))
    settings = {"CIVIUM_DATA": str(folder / "server"), "CIVIUM_LIMIT": "0"}
    premises = load.Premises(folder, None, None, settings)  # type: ignore[arg-type]  served, not opened
    url = f"http://127.0.0.1:{port}"
    with load.serving(premises, port):
        found = Demonstration(url, None, folder.parent / "server.log")
        document = found.read("/api/openapi.json")
        collection = found.read("/api/initiatives")["initiatives"][0]["collection"]
        manifest = found.read(f"/api/collections/{collection}/keys")["manifest"]
        _name(document, {"collection": collection, "manifest": manifest, "slug": "night-trains"})
        yield Demonstration(url, schemathesis.openapi.from_dict(document), found.log)


def _name(document: dict[str, Any], names: dict[str, str]) -> None:
    """Let what exists be invented as often as what does not."""
    for acts in document["paths"].values():
        for act in acts.values():
            for parameter in act.get("parameters", ()):
                if parameter["name"] in names:
                    parameter["schema"] = {"anyOf": [{"enum": [names[parameter["name"]]]}, parameter["schema"]]}


@pytest.mark.parametrize(("path", "method"), ACTS, ids=[f"{method} {path}" for path, method in ACTS])
def test_whatever_is_invented_is_answered_as_the_document_says(demonstration: Demonstration, path: str, method: str) -> None:
    operation = demonstration.schema[path][method.upper()]
    said, counted = demonstration.log.read_bytes(), demonstration.read("/i/night-trains/public/api/report/progression")
    assert counted["signatureCount"] == STATEMENTS
    bounded = settings(
        max_examples=EXAMPLES, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )

    @bounded
    @given(case=operation.as_strategy(GenerationMode.POSITIVE))
    def as_described(case: schemathesis.Case) -> None:
        # What is posted has a format of its own: no schema tells which octets are right.
        case.call_and_validate(base_url=demonstration.url, timeout=60, excluded_checks=[positive_data_acceptance])

    @bounded
    @given(case=operation.as_strategy(GenerationMode.NEGATIVE))
    def otherwise(case: schemathesis.Case) -> None:
        case.call_and_validate(base_url=demonstration.url, timeout=60, checks=[not_a_server_error])

    as_described()
    if operation.path_parameters:
        otherwise()
    assert demonstration.log.read_bytes() == said, "nothing of a stranger is worth a line"
    assert demonstration.read("/i/night-trains/public/api/report/progression") == counted
