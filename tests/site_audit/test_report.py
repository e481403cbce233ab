"""The evidence counts faults, not their repetitions, and never claims that people have tested."""

from __future__ import annotations

import json
from datetime import date

from audit import report
from audit.examining import Fault
from audit.report import Found
from audit.working import Unit, failed

from civium.server.site import accessibility_page
from civium.server.site.accessibility_page import Audited

ON = date(2026, 11, 22)
BEFORE = Audited(
    on=ON,
    views=0,
    faulty_views=0,
    languages=0,
    by_keyboard=0,
    axe="",
    chromium="",
    faults={},
    tested_by_people_on=date(2027, 1, 9),
)


def _fault(**changes: object) -> Fault:
    values: dict[str, object] = {
        "check": "overflow",
        "criterion": "1.4.10",
        "page": "front",
        "language": "el",
        "width": 320,
        "scheme": "light",
        "what": "p “Καλημέρα”: its text is cut off",
    }
    return Fault(**(values | changes))  # type: ignore[arg-type]


def _found(*faults: Fault) -> Found:
    found = Found(faults=list(faults), by_keyboard=["el", "mt"], chromium="156.0.1")
    found.views.update({("front", "el"): 1, ("front", "de"): 1, ("outage", "mul"): 1})
    return found


def test_the_same_fault_in_two_languages_is_one_and_two_views_have_it() -> None:
    found = _found(_fault(), _fault(language="de", what="p “Guten Tag”: its text is cut off"), _fault(width=1280))
    kept = accessibility_page.parse(report.evidence(found, on=ON, before=BEFORE).encode())
    assert kept.faults == {"1.4.10": 1}
    assert (kept.views, kept.faulty_views, kept.languages, kept.by_keyboard) == (3, 2, 2, 2)
    assert kept.tested_by_people_on == date(2027, 1, 9)
    assert (kept.on, kept.chromium) == (ON, "156")


def test_advice_and_rules_of_the_house_are_no_faults_of_wcag() -> None:
    found = _found(_fault(check="region", criterion=""), _fault(check="small-text", criterion=report.OUR_OWN))
    kept = accessibility_page.parse(report.evidence(found, on=ON, before=BEFORE).encode())
    assert kept.faults == {}
    assert kept.faulty_views == 0
    assert [fault.check for fault in found.failures] == ["small-text"]
    assert [fault.check for fault in found.advice] == ["region"]


def test_everything_is_in_the_json_and_the_table_names_page_and_languages() -> None:
    found = _found(_fault(), _fault(language="de", what="p “Guten Tag”: its text is cut off"))
    told = json.loads(report.whole(found, on=ON, seconds=61.4))
    assert len(told["failures"]) == 2
    assert told["views"] == ["de front", "el front", "mul outage"]
    lines = "\n".join(report.table(found))
    assert "failures: 1" in lines
    assert "[de el]" in lines


def test_what_was_written_of_an_audit_can_be_read_again() -> None:
    found = _found(_fault(), _fault(criterion="", check="region"))
    read = report.read_whole(report.whole(found, on=ON, seconds=1).encode())
    assert (read.views, read.faults, read.by_keyboard, read.chromium) == (
        found.views,
        found.faults,
        found.by_keyboard,
        found.chromium,
    )


def test_what_failed_is_done_again_and_nothing_else() -> None:
    work = [
        Unit("page", "el", "front"),
        Unit("page", "de", "front"),
        Unit("form", "el", "screens"),
        Unit("form", "de", "screens"),
    ]
    assert failed(work, _found(_fault())) == work[:1]
    assert failed(work, _found(_fault(page="form-sent"))) == [work[2]]
    assert failed(work, _found(_fault(criterion=""))) == []
    assert failed([*work, Unit("page", "el", "rights")], _found()) == [Unit("page", "el", "rights")]


def test_what_was_done_again_stands_in_place_of_what_it_gave_before() -> None:
    still, mended, other = _fault(page="form-sent"), _fault(), _fault(language="de")
    again = Found(faults=[still], chromium="157")
    again.views.update({("front", "el"): 1, ("form-sent", "el"): 1})
    work = [Unit("page", "el", "front"), Unit("form", "el", "screens")]
    joined = report.joined(_found(mended, still, other), again, work)
    assert joined.faults == [other, still]
    assert set(joined.views) == {("front", "el"), ("front", "de"), ("outage", "mul"), ("form-sent", "el")}
    assert joined.by_keyboard == ["el", "mt"]
