"""Groups of deeds that a reader of the trail can choose from."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from rounds.kernel.words import N_


@dataclass(frozen=True, slots=True)
class Group:
    """Its label (to be translated) and the first words of the actions that belong to it."""

    label: str
    prefixes: tuple[str, ...]


OTHER = "other"
GROUPS: Mapping[str, Group] = {
    "visits": Group(N_("Visits and notes"), ("visit", "today", "quality")),
    "calls": Group(N_("Waiting room and call"), ("room", "self_test")),
    "links": Group(N_("Visit links"), ("link",)),
    "record": Group(
        N_("Record"), ("patient", "person", "chart", "relative", "my", "caseload", "plan")
    ),
    "tasks": Group(N_("Tasks"), ("task",)),
    "team": Group(N_("Care team"), ("team", "responsibility")),
    "consent": Group(N_("Consent"), ("consent", "exclusion")),
    "messages": Group(N_("Messages"), ("notice", "notices", "contact", "reply", "push")),
    "accounts": Group(N_("Accounts and signing in"), ("account", "session", "staff", "device")),
    "clinic": Group(
        N_("Clinic and hours"),
        (
            "clinic",
            "hours",
            "on_call",
            "holiday",
            "protected",
            "shift",
            "time_off",
            "coverage",
            "retention",
            "network",
            "template",
        ),
    ),
    "trail": Group(N_("Trail"), ("trail",)),
}


def group_of(action: str) -> str:
    """Return the key of the group an action belongs to, or OTHER."""
    first = action.partition(".")[0]
    return next((key for key, group in GROUPS.items() if first in group.prefixes), OTHER)


def group_labels(translate: Callable[[str], str]) -> Sequence[tuple[str, str]]:
    """Return every group's key and label, in the order to choose from."""
    return [(key, translate(group.label)) for key, group in GROUPS.items()] + [
        (OTHER, translate(N_("Everything else")))
    ]


def every_prefix() -> tuple[str, ...]:
    """Return the first words of all actions that have a group."""
    return tuple(prefix for group in GROUPS.values() for prefix in group.prefixes)
