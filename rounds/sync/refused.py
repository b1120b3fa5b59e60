"""Why an update of a section is not taken, and what its sender can do about it."""

from enum import StrEnum


class Remedy(StrEnum):
    """What helps: nothing (the sender keeps the text to copy it), or to open the section anew."""

    NONE = "none"
    REOPEN = "reopen"


REOPENED = frozenset({"missing_dependency", "overlap", "foreign_client"})
"""What an honest sender can meet as well, after a break: with the server's state it goes on."""


class Refused(ValueError):
    """The gate says no; nothing was changed. `code` is one word of docs/PROTOCOL.md."""

    def __init__(self, code: str) -> None:
        """Refuse for the reason named `code`."""
        super().__init__(code)
        self.code = code

    @property
    def remedy(self) -> Remedy:
        """Say what helps the sender."""
        return Remedy.REOPEN if self.code in REOPENED else Remedy.NONE
