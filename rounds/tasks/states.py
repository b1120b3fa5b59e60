"""Which deed leads a task from which state into which (pure)."""

from collections.abc import Mapping

from rounds.kernel.words import N_
from rounds.tasks.model import Deed, TaskState

ACTIVE = frozenset({TaskState.OPEN, TaskState.ACCEPTED})
MOVES: Mapping[Deed, tuple[frozenset[TaskState], TaskState]] = {
    Deed.ACCEPT: (frozenset({TaskState.OPEN}), TaskState.ACCEPTED),
    Deed.DECLINE: (ACTIVE, TaskState.DECLINED),
    Deed.DONE: (ACTIVE, TaskState.DONE),
    Deed.REOPEN: (frozenset({TaskState.DONE}), TaskState.ACCEPTED),
    Deed.HAND: (ACTIVE | {TaskState.DECLINED}, TaskState.OPEN),
    Deed.CANCEL: (ACTIVE | {TaskState.DECLINED}, TaskState.CANCELLED),
}
"""From where each deed leads, and to where; giving begins, another day changes no state."""

OWNERS = frozenset({Deed.ACCEPT, Deed.DECLINE, Deed.DONE, Deed.REOPEN})
"""What only the owner of a task does."""

TEAMS = frozenset({Deed.DUE, Deed.HAND, Deed.CANCEL})
"""What the care team, or whoever gave it, does."""

NO_LONGER = N_("This task has changed meanwhile. Please look again.")


def after(state: TaskState, deed: Deed) -> TaskState | None:
    """Return the state after a deed; None for a deed that the state does not allow."""
    if deed is Deed.DUE:
        return state if state in ACTIVE else None
    if deed not in MOVES:
        return None
    whence, to = MOVES[deed]
    return to if state in whence else None


def open_deeds(state: TaskState, among: frozenset[Deed]) -> frozenset[Deed]:
    """Return what can be done to a task now."""
    return frozenset(deed for deed in among if after(state, deed) is not None)
