"""Whatever is answered: no total of an incomplete form, none out of range, no alert withheld."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rounds.measures.instrument_files import shipped
from rounds.measures.scoring import UNANSWERED, score
from tests.measures.forms import contexts, forms

INSTRUMENTS = st.sampled_from(sorted(shipped()))

COUNTS = {"asq"}
"""Its number is the count of Yes and no score, so it stands in an incomplete form."""

GIVES_WAY = {
    "CR-ASQ-NONACUTE": "a refusal counts until it is answered, a Yes until item 5 says more",
    "CR-ASQ-ACUITY-UNKNOWN": "it asks for item 5, and item 5 ends it",
}
"""Alerts that a further answer may end, and why; all others stay."""


@given(st.data())
@settings(max_examples=600, deadline=None)
def test_a_total_is_whole_and_within_its_range(data: st.DataObject) -> None:
    instrument = shipped()[data.draw(INSTRUMENTS)]
    found = score(instrument, data.draw(forms(instrument)), data.draw(contexts()))
    scoring = instrument.scoring
    if found.status not in ("complete", "partial") and instrument.id not in COUNTS:
        assert (found.total, found.raw, found.band) == (None, None, None)
    if scoring.missing and scoring.missing.policy == "most-missing":
        assert (found.status == "incomplete") == (len(found.missing) > scoring.missing.most)
    if found.total is not None:
        assert scoring.min is not None
        assert scoring.max is not None
        assert scoring.min <= found.total <= scoring.max
        assert found.band is not None or not instrument.bands


@given(st.data())
@settings(max_examples=600, deadline=None)
def test_a_further_answer_withdraws_no_alert(data: st.DataObject) -> None:
    instrument = shipped()[data.draw(INSTRUMENTS)]
    form, context = data.draw(forms(instrument)), data.draw(contexts())
    left_out = data.draw(st.sets(st.sampled_from([item.id for item in instrument.items])))
    fewer = {id: answer for id, answer in form.items() if id not in left_out}
    before = score(instrument, fewer, context).alerts
    after = score(instrument, form, context).alerts
    staying = {one for one in before if not one.endswith(UNANSWERED) and one not in GIVES_WAY}
    assert staying <= set(after)


@given(form=forms(shipped()["asq"]), context=contexts())
@settings(deadline=None)
def test_a_yes_to_the_suicide_screen_always_alerts(
    form: dict[str, Any], context: dict[str, Any]
) -> None:
    found = score(shipped()["asq"], form, context)
    if 1 in form.values():
        assert found.alerts
    if form.get("asq-5") == 1:
        assert found.alerts == ("CR-ASQ-ACUTE",)
        assert found.band == "acute-positive"


@pytest.mark.parametrize("answer", [1, 2, 3])
def test_item_nine_alone_alerts(answer: int) -> None:
    found = score(shipped()["phq-9"], {"phq-9-9": answer}, {})
    assert found.alerts == ("CR-PHQ9-ITEM9",)
    assert (found.status, found.total) == ("incomplete", None)


def test_item_nine_left_blank_is_no_zero() -> None:
    rest = {f"phq-9-{at}": 0 for at in range(1, 9)}
    phq = shipped()["phq-9"]
    assert score(phq, rest, {}).alerts == ("CR-PHQ9-ITEM9:not-answered",)
    assert score(phq, {}, {}).alerts == ()
    assert score(phq, rest | {"phq-9-9": 0}, {}).alerts == ()


def test_one_red_flag_is_enough() -> None:
    for item, answer in (("phq-15-6", 2), ("phq-15-8", 1), ("phq-15-10", 2)):
        assert score(shipped()["phq-15"], {item: answer}, {}).alerts == ("CR-PHQ15-REDFLAG",)
    assert score(shipped()["rounds-prem"], {"rounds-prem-7": 2}, {}).alerts == ("CR-PREM-LOW",)
    diary = score(shipped()["rounds-daily-diary"], {"rounds-daily-diary-11": 1}, {})
    assert diary.alerts == ("CR-DIARY-NEW",)


def test_what_was_not_asked_of_a_need_is_unknown() -> None:
    found = score(shipped()["ahc-hrsn-core"], {"ahc-hrsn-core-4": 1}, {})
    assert found.status == "partial"
    assert (found.sub["food"], found.sub["housing"], found.sub["safety"]) == (
        "need", "unknown", "unknown",
    )  # fmt: skip
    assert "safety_score" not in found.sub


def test_facts_of_the_person_decide_where_the_instrument_says_so() -> None:
    three = {"audit-c-1": 2, "audit-c-2": 1, "audit-c-3": 0}
    bands = {
        sex: score(shipped()["audit-c"], three, {"sex": sex}).band
        for sex in ("male", "female", "other", "unknown", None)
    }
    assert bands.pop("male") == "negative"
    assert set(bands.values()) == {"positive"}
    whole = {f"phq-15-{at}": 1 for at in range(1, 16) if at != 4}
    applies = {"item4_not_applicable": True}
    assert score(shipped()["phq-15"], whole, {}).missing == ("phq-15-4",)
    assert score(shipped()["phq-15"], whole, applies).total == 14


@pytest.mark.parametrize(
    ("instrument", "answers", "status", "total"),
    [
        ("exercise-vital-sign", {1: 0}, "complete", 0),
        ("exercise-vital-sign", {2: 0}, "incomplete", None),
        ("pc-ptsd-5", {1: 1, 2: 1, 3: 1, 4: 1, 5: 1}, "incomplete", None),
        ("rounds-participation", {2: 5, 3: 6, 4: 1}, "invalid", None),
        ("rounds-participation", {2: 5, 3: 4}, "incomplete", None),
        ("rounds-prem", {1: 5, 2: 5, 3: 5, 4: 5, 5: 5}, "complete", 5),
        ("rounds-prem", {1: 5, 2: 5, 3: 5, 4: 5}, "incomplete", None),
        ("who-5", {1: 5, 2: 5, 3: 5, 4: 5}, "incomplete", None),
    ],
)
def test_each_instrument_has_its_own_rule_for_blanks(
    instrument: str, answers: dict[int, int], status: str, total: int | None
) -> None:
    form = {f"{instrument}-{at}": answer for at, answer in answers.items()}
    found = score(shipped()[instrument], form, {})
    assert (found.status, found.total) == (status, total)
