"""What the parts of a record, the purposes and the matters are called in front of people."""

from collections.abc import Mapping

from rounds.consent.model import Scope, Section
from rounds.kernel.words import N_
from rounds.people.model import Matter

SCOPES: Mapping[Scope, str] = {
    Scope.VISITS: N_("Visits: when they are, and taking part"),
    Scope.GOALS: N_("Your goals"),
    Scope.TASKS: N_("What you agreed to do"),
    Scope.EDUCATION: N_("What you read and learn"),
    Scope.DIARY: N_("Your diary"),
    Scope.SCORES: N_("Your answers as pictures"),
}
"""Parts that can be opened to family, as the patient reads them."""

SECTIONS: Mapping[Section, str] = {
    Section.VISITS: N_("Visits"),
    Section.NOTES: N_("Notes of visits"),
    Section.PLAN: N_("Care plan"),
    Section.MEASURES: N_("Questionnaires and scores"),
    Section.DIARY: N_("Diary"),
}
"""Parts that can be kept from somebody."""

MATTERS: Mapping[Matter, str] = {
    Matter.LEAD: N_("leads your care"),
    Matter.COORDINATION: N_("keeps everything together"),
    Matter.ALERTS: N_("looks after warning signs"),
}
"""What somebody answers for, said to the patient."""

NEVER = N_("Never: answers about safety, and what your team writes to each other")
"""What no family member sees, whatever was ticked (C-06)."""
