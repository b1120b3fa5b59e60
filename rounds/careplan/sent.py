"""What pages of a plan send: forms of the events, and bytes written as text."""

import base64
import binascii
from typing import Any

from pydantic import Field

from rounds.kernel.errors import Invalid
from rounds.kernel.words import N_
from rounds.sync.gate import LAST_CLIENT
from rounds.sync.locks import LONGEST_REASON, is_reason
from rounds.sync.presence import LONGEST_ANCHOR
from rounds.sync.refused import Refused
from rounds.web.request import Body

LONGEST_KIND = 32
MOST_SECTIONS = 64
LONGEST_BYTES = 250_000
"""Letters of bytes as text; the gate says how many an update may have."""
TOO_LONG = N_("This is too long. Please use 200 letters or fewer.")
NOT_PLAIN = N_("This holds signs that cannot be seen. Please write plain words on one line.")
LONGEST_PLACE = -(-LONGEST_ANCHOR // 3) * 4


class Wish(Body):
    """A section to open: the client id the page writes under, and what it has already."""

    kind: str = Field(max_length=LONGEST_KIND)
    client: int = Field(ge=0, le=LAST_CLIENT)
    vector: str = Field(default="", max_length=LONGEST_BYTES)
    epoch: int | None = None


class Open(Body):
    """Sections to open; none named means every one, under the client ids in `clients`."""

    sections: list[Wish] = Field(default_factory=list, max_length=MOST_SECTIONS)
    clients: dict[str, int] = Field(default_factory=dict, max_length=MOST_SECTIONS)


class Section(Body):
    """A section, by its kind."""

    section: str = Field(max_length=LONGEST_KIND)


class Closing(Section):
    """A section to close, and why; `reason_in` says whether that is a reason."""

    reason: str = ""


class Update(Section):
    """A change of a section's texts."""

    update: str = Field(max_length=LONGEST_BYTES)


class Deed(Section):
    """A command; `rounds.sync.commands` reads what is in it."""

    id: Any = ""
    op: Any = ""
    item: Any = ""
    kind: Any = ""
    rank: Any = ""
    values: Any = Field(default_factory=dict)
    if_seq: Any = None


class Spot(Section):
    """Where the page's owner is; an empty section is nowhere."""

    field: str = Field(default="", max_length=64)
    anchor: str = Field(default="", max_length=LONGEST_PLACE)
    head: str = Field(default="", max_length=LONGEST_PLACE)


class Check(Section):
    """What the page holds after row `seq`."""

    seq: int = Field(ge=0)
    hash: str = Field(max_length=64)


def reason_in(told: Closing) -> str:
    """Return why a section is closed, "" where that is not said. Raises Invalid."""
    if len(told.reason) > LONGEST_REASON:
        raise Invalid(TOO_LONG, {"reason": TOO_LONG})
    if told.reason and not is_reason(told.reason):
        raise Invalid(NOT_PLAIN, {"reason": NOT_PLAIN})
    return told.reason


def read_bytes(text: str) -> bytes:
    """Return bytes that were sent as base64 (RFC 4648, section 4). Raises Refused("base64")."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Refused("base64") from None


def write_bytes(data: bytes) -> str:
    """Return bytes as base64."""
    return base64.b64encode(data).decode()
