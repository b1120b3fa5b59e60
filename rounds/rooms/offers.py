"""What a browser sends to describe its connections, on every namespace that carries media."""

from pydantic import Field

from rounds.web.request import Body

LONGEST_SDP = 64 * 1024


class Offer(Body):
    """A browser's offer of its sending connection."""

    sdp: str = Field(min_length=1, max_length=LONGEST_SDP)


class Answer(Body):
    """A browser's answer to the engine's offer of that version."""

    version: int = Field(ge=0, le=1_000_000)
    sdp: str = Field(min_length=1, max_length=LONGEST_SDP)
