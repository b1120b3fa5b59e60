"""Every rule fires in one state, and keeps quiet one step beside it."""

from typing import Any

import pytest

from rounds.registry.rules import Rule, shipped
from tests.registry.given import fired

LATE: dict[str, Any] = {"elevated": True, "days_since_recommendation": 5, "days_since_change": 5}
"""Not improving, with a consultation and a change of late."""

EACH: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "R-01": ({"item9_open": True}, {"item9_open": None}),
    "R-02": ({"asq_band": "positive-acuity-unknown"}, {"asq_band": "non-acute-positive"}),
    "R-03": ({"item9_missing": True}, {"item9_missing": False}),
    "R-04": ({"gad7_prev": 6, "gad7_c": 10}, {"gad7_prev": 6, "gad7_c": 9}),
    "R-05": ({"red_flag_symptom": True}, {"red_flag_symptom": None}),
    "R-06": (
        {"baseline_missing": True, "days_enrolled": 15},
        {"baseline_missing": True, "days_enrolled": 14},
    ),
    "R-07": (
        {"days_since_contact": None, "days_enrolled": 14},
        {"days_since_contact": None, "days_enrolled": 13},
    ),
    "R-08": ({"days_since_contact": 29}, {"days_since_contact": 28}),
    "R-09": (
        {"days_since_contact": 15, "days_enrolled": 56},
        {"days_since_contact": 15, "days_enrolled": 57},
    ),
    "R-10": ({"days_since_scale": 29}, {"days_since_scale": 28}),
    "R-11": (
        {"phq9_b": 10, "phq9_c": 6, "days_on_treatment": 28},
        {"phq9_b": 10, "phq9_c": 5, "days_on_treatment": 28},
    ),
    "R-12": (
        LATE | {"days_enrolled": 83, "days_since_recommendation": 28},
        LATE | {"days_enrolled": 84, "days_since_recommendation": 29},
    ),
    "R-13": (
        LATE | {"days_enrolled": 100, "days_since_recommendation": 61},
        LATE | {"days_enrolled": 100, "days_since_recommendation": 60},
    ),
    "R-14": (
        LATE | {"days_enrolled": 100, "days_since_change": 57},
        LATE | {"days_enrolled": 100, "days_since_change": 56},
    ),
    "R-15": ({"rec_pending_days": 15}, {"rec_pending_days": 14}),
    "R-16": (
        {"remission": True, "remission_days": 56},
        {"remission": True, "remission_days": 55},
    ),
    "R-17": ({"was_remission": True, "phq9_c": 10}, {"was_remission": True, "phq9_c": 9}),
    "R-18": ({"days_since_contact": 91}, {"days_since_contact": 91, "status": "paused"}),
    "R-19": ({"missed_of_last3": 2}, {"missed_of_last3": 1}),
    "R-20": ({"phq15_c": 10, "days_enrolled": 42}, {"phq15_c": 10, "days_enrolled": 41}),
    "R-21": (
        {"somatic_step": 2, "days_on_step": 84, "function_improved": False},
        {"somatic_step": 2, "days_on_step": 84, "function_improved": None},
    ),
    "R-22": (
        {"consult_letter_missing": True, "somatic_step": 2},
        {"consult_letter_missing": True, "somatic_step": 1},
    ),
    "R-23": (
        {"chronic_primary_pain": True, "new_drug_class": "gabapentinoid"},
        {"chronic_primary_pain": True, "new_drug_class": "antidepressant"},
    ),
    "R-24": (
        {"auditc_positive": True, "new_drug_class": "benzodiazepine"},
        {"auditc_positive": True, "new_drug_class": "nsaid"},
    ),
    "R-25": ({"repeat_test_days": 89}, {"repeat_test_days": 89, "repeat_reason": True}),
    "R-26": ({"sdoh_need_open_days": 8}, {"sdoh_need_open_days": 7}),
    "R-27": ({"burden_c": 7}, {"burden_c": 6}),
    "R-28": ({"plan_age_days": 91}, {"plan_age_days": 90}),
    "R-29": ({"handoff_open_hours": 24.5}, {"handoff_open_hours": 24}),
    "R-30": ({"conflicting_advice": True}, {"conflicting_advice": None}),
    "R-31": ({"consent_expires_days": -1}, {"consent_expires_days": 31}),
    "R-32": ({"pcptsd": 4}, {"pcptsd": 3}),
    "R-33": (
        {"month_minutes_next_threshold": 5, "days_left_in_month": 3},
        {"month_minutes_next_threshold": 5, "days_left_in_month": 4},
    ),
    "R-34": ({"active_per_fte": 151}, {"active_per_fte": 150}),
    "R-35": ({"asq_incomplete": True}, {"asq_incomplete": False}),
}


def test_no_rule_is_left_out() -> None:
    assert set(EACH) == set(shipped().rules)


@pytest.mark.parametrize("id", EACH)
def test_a_rule_fires_and_keeps_quiet(id: str) -> None:
    fires, quiet = EACH[id]
    assert id in fired(fires)
    assert id not in fired(quiet)


@pytest.mark.parametrize("rule", shipped().rules.values(), ids=lambda one: one.id)
def test_a_rule_keeps_quiet_where_nothing_is_assessed(rule: Rule) -> None:
    assert rule.condition.test({}) is None
