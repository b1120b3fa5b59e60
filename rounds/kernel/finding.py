"""A finding: one thing that is not well, and how to mend it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not well; `refuses` says that the server does not start with it.

    `what` and `fix` may name `values` as %(name)s, so that pages can say them in other languages.
    `place` is where an administrator mends it, if that is a page.
    """

    refuses: bool
    what: str
    fix: str
    values: Mapping[str, Any] = field(default_factory=dict)
    place: str = ""

    @property
    def said(self) -> str:
        """What is not well, in English."""
        return self.what % self.values if self.values else self.what

    @property
    def remedy(self) -> str:
        """How to mend it, in English."""
        return self.fix % self.values if self.values else self.fix
