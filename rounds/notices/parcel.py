"""What a channel is given, what it gives back, and how it says that it could not."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from rounds.kernel.words import N_
from rounds.notices.texts import Text

NO_EMAIL = N_("No e-mail is set up on this server.")
NO_SMS = N_("No text messages are set up on this server.")
NO_ADDRESS = N_("The address was taken out meanwhile.")
NO_CONSENT = N_("This person wants no messages any more.")
NO_BROWSER = N_("No browser takes notes for this person any more.")
NO_TEXT = N_("There are no words for this kind of message.")
TOO_LATE = N_("It would have come too late.")
OUR_FAULT = N_("It could not be written. The server’s log says why.")
UNREACHABLE = N_("The service that carries it could not be reached.")
NOT_NOW = N_("The service that carries it said: not now.")
NOT_TAKEN = N_("The service that carries it does not take it.")
WRONG_ADDRESS = N_("The service that carries it does not know this address.")
NOT_SIGNED_IN = N_("The service that carries it does not know us: its password or token is wrong.")


@dataclass(frozen=True, slots=True)
class Browser:
    """Where a push goes: the subscription, its address and its two keys."""

    id: str
    endpoint: str
    key: str
    secret: str


@dataclass(frozen=True, slots=True)
class Parcel:
    """One message ready to go: its id, who sends it, to which address or browsers, for how long.

    `seconds` is how long it is of use; a service that holds it longer throws it away.
    """

    id: str
    sender: str
    to: str
    text: Text
    browsers: Sequence[Browser] = ()
    seconds: int = 24 * 3600


class Undelivered(Exception):
    """It did not go out; `for_good` says that trying again is useless.

    `words` is one of the sentences above, `ended` names browsers that take no more pushes.
    """

    def __init__(self, words: str, for_good: bool = False, ended: Sequence[str] = ()) -> None:
        """Keep the reason."""
        super().__init__(words)
        self.words = words
        self.for_good = for_good
        self.ended = ended


class Carrier(Protocol):
    """A way out of the house: e-mail, a gateway for text messages, push, the demo's page."""

    async def send(self, parcel: Parcel) -> Sequence[str]:
        """Hand it over; return the browsers that take no more. Raises Undelivered."""
        ...


class Shown:
    """The demo's own carrier: the page of messages shows it, nothing leaves this machine."""

    async def send(self, parcel: Parcel) -> Sequence[str]:
        """Hand nothing over."""
        return ()
