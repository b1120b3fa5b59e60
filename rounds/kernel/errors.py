"""The six refusals a rule may raise; doors translate them, nobody else does.

    Refusal
    ├── Invalid      what was sent cannot be understood or breaks a rule of form
    ├── Forbidden    known and visible to the actor, but not theirs to do
    ├── NotFound     does not exist, or must look as if it did not
    ├── Conflict     collides with what somebody else did meanwhile
    ├── Gone         existed once and does not come back
    └── Unavailable  not now: overloaded, throttled, restarting
        └── Collision    two transactions waited for each other, and the database ended this one

A message is a whole sentence for a person, already translated or translatable, and never
carries clinical words.
"""

from collections.abc import Mapping


class Refusal(Exception):
    """A rule says no; nothing was changed."""

    code = "refused"

    def __init__(self, message: str = "", **details: object) -> None:
        """Keep `message` (a sentence) and `details` (numbers and ids a client may act on)."""
        super().__init__(message)
        self.message = message
        self.details: Mapping[str, object] = details


class Invalid(Refusal):
    """The input is refused; `fields` maps a field's name to its sentence."""

    code = "invalid"

    def __init__(
        self, message: str = "", fields: Mapping[str, str] | None = None, **details: object
    ) -> None:
        """Keep the sentence for the whole and, per field, the sentence for that field."""
        super().__init__(message, **details)
        self.fields: Mapping[str, str] = dict(fields or {})


class Forbidden(Refusal):
    """The actor may see the thing but may not do this to it."""

    code = "forbidden"


class NotFound(Refusal):
    """There is no such thing, or the actor may not know that there is."""

    code = "not_found"


class Conflict(Refusal):
    """The thing is no longer in the state the deed needs."""

    code = "conflict"


class Gone(Refusal):
    """The thing has ended for good."""

    code = "gone"


class Unavailable(Refusal):
    """Try again: after `retry_after` seconds, if known. `throttled` says it was too much."""

    code = "unavailable"

    def __init__(
        self,
        message: str = "",
        retry_after: int | None = None,
        throttled: bool = False,
        **details: object,
    ) -> None:
        """Keep the wait in whole seconds and whether the caller's own haste is the cause."""
        super().__init__(message, **details)
        self.retry_after = retry_after
        self.throttled = throttled


class Collision(Unavailable):
    """Nothing was done, as another transaction held what this one needed; it can be done again."""
