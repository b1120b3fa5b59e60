"""How sections and the values of their items are called, for the team and for patients."""

from collections.abc import Callable, Mapping
from typing import Any

from rounds.careplan.kinds import SECTIONS
from rounds.kernel.words import N_

Translate = Callable[[str], str]

VALUES: Mapping[str, str] = {
    "addresses": N_("what it is about"),
    "agreement": N_("what was agreed"),
    "at": N_("date"),
    "by": N_("who gets in touch"),
    "certainty": N_("how sure"),
    "channel": N_("way"),
    "code": N_("code"),
    "comparator": N_("limit"),
    "done": N_("done on"),
    "dose": N_("dose"),
    "drug_class": N_("kind of medicine"),
    "due": N_("until"),
    "duty": N_("part"),
    "goal": N_("goal"),
    "how": N_("way"),
    "importance": N_("importance"),
    "interpreter": N_("interpreter"),
    "language": N_("language"),
    "measure": N_("measure"),
    "name": N_("name"),
    "next_contact": N_("next contact"),
    "observation": N_("sign"),
    "ordered": N_("ordered on"),
    "origin": N_("where it came from"),
    "owner": N_("who does it"),
    "prescriber": N_("who prescribes"),
    "priority": N_("priority"),
    "repeat": N_("how often"),
    "result": N_("result"),
    "side": N_("side"),
    "sort": N_("kind"),
    "started": N_("since"),
    "status": N_("state"),
    "stopped": N_("stopped on"),
    "target": N_("target"),
    "target_date": N_("target date"),
    "task": N_("task"),
    "threshold": N_("number"),
    "urgency": N_("how soon"),
    "who": N_("who"),
    "whom": N_("whom to ask"),
}
CHOICES: Mapping[str, str] = {
    "active": N_("active"),
    "activity": N_("activity"),
    "agreed": N_("agreed"),
    "antidepressant": N_("antidepressant"),
    "antipsychotic": N_("antipsychotic"),
    "at_least": N_("at least"),
    "at_most": N_("at most"),
    "at_once": N_("at once"),
    "barrier": N_("what gets in the way"),
    "benzodiazepine": N_("benzodiazepine"),
    "body": N_("body"),
    "both": N_("body and mind"),
    "cancelled": N_("cancelled"),
    "conference": N_("case conference"),
    "coordinates": N_("coordinates appointments"),
    "declined": N_("declined"),
    "done": N_("done"),
    "falls_by": N_("falls by"),
    "gabapentinoid": N_("gabapentinoid"),
    "gad7": "GAD-7",
    "going_on": N_("going on"),
    "high": N_("high"),
    "leads": N_("leads"),
    "life": N_("life"),
    "likely": N_("likely"),
    "low": N_("low"),
    "medium": N_("medium"),
    "message": N_("message"),
    "mind": N_("mind"),
    "need": N_("what is needed"),
    "next_conference": N_("next case conference"),
    "next_working_day": N_("next working day"),
    "not_again": N_("not to be repeated"),
    "nsaid": N_("anti-inflammatory painkiller"),
    "on_site": N_("at the clinic"),
    "on_the_way": N_("on the way"),
    "only_if": N_("only if something changes"),
    "open": N_("open"),
    "opioid": N_("opioid"),
    "ordered": N_("ordered"),
    "other": N_("other"),
    "own": N_("own number"),
    "paracetamol": N_("paracetamol"),
    "pcs": "PCS",
    "peg": "PEG",
    "phone": N_("phone"),
    "phq15": "PHQ-15",
    "phq9": "PHQ-9",
    "planned": N_("planned"),
    "preference": N_("preference"),
    "prescribes": N_("prescribes"),
    "reached": N_("reached"),
    "referral": N_("referral"),
    "resolved": N_("settled"),
    "accepted": N_("accepted"),
    "rejected": N_("not taken"),
    "rises_by": N_("rises by"),
    "ruled_out": N_("ruled out"),
    "same_day": N_("same day"),
    "self_help": N_("self-help"),
    "set_aside": N_("set aside"),
    "sleep": N_("sleep medicine"),
    "social": N_("social support"),
    "sss8": "SSS-8",
    "stopped": N_("stopped"),
    "supports": N_("supports"),
    "suspected": N_("suspected"),
    "symptom": N_("symptom"),
    "tells_results": N_("tells results"),
    "test": N_("test"),
    "therapy": N_("therapy"),
    "treatment": N_("treatment"),
    "treats": N_("treats"),
    "unsure": N_("unsure"),
    "sure": N_("sure"),
    "video": N_("video"),
    "visit": N_("visit"),
    "whodas12": "WHODAS 2.0",
}
DETAIL = N_("a detail")
YES, NO = N_("yes"), N_("no")
SOMEBODY = N_("Somebody")
FREE = frozenset({"name", "dose", "repeat", "observation", "code", "origin"})
"""Values in words of whoever wrote them, which happen to be no choice of ours."""


def title_of(kind: str, translate: Translate, own: bool = False) -> str:
    """Return the heading of a section; `own` as patients and family read it."""
    section = SECTIONS[kind]
    return translate(section.for_patients if own and section.for_patients else section.title)


def value_label(name: str, translate: Translate) -> str:
    """Return how a value is called within a sentence."""
    return translate(VALUES.get(name, DETAIL))


def value_words(name: str, value: Any, translate: Translate, names: Mapping[str, str]) -> str:
    """Return a value as people read it; `names` are those of people by id."""
    if isinstance(value, bool):
        return translate(YES if value else NO)
    text = str(value)
    if text in names:
        return names[text]
    if name not in FREE and text in CHOICES:
        return translate(CHOICES[text])
    return text
