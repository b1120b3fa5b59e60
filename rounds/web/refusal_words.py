"""The words of a refusal page: what happened, and what to do next, per HTTP status."""

from dataclasses import dataclass

from rounds.kernel.words import N_


@dataclass(frozen=True, slots=True)
class RefusalWords:
    """Title, what happened, what to do next; to be translated."""

    title: str
    happened: str
    next_step: str


OURS = RefusalWords(
    N_("Something went wrong on our side"),
    N_("We could not do what you asked."),
    N_("Please try again. If it happens again, please call."),
)

BY_STATUS = {
    403: RefusalWords(
        N_("This is not open to you"),
        N_("This is not yours to do."),
        N_("Go back, or ask a colleague who may."),
    ),
    404: RefusalWords(
        N_("There is nothing here"),
        N_("This page does not exist, or it is not yours to see."),
        N_("If you came with a link, please open your link again."),
    ),
    405: RefusalWords(
        N_("There is nothing here"),
        N_("This page cannot be used in this way."),
        N_("Go back and try again."),
    ),
    409: RefusalWords(
        N_("Somebody was quicker"),
        N_("This changed while you were looking at it."),
        N_("Load the page again to see how it is now."),
    ),
    410: RefusalWords(
        N_("This has ended"),
        N_("What you opened is over."),
        N_("If you need us, please call."),
    ),
    413: RefusalWords(
        N_("This is too much at once"),
        N_("What was sent is larger than we take."),
        N_("Please send less."),
    ),
    421: RefusalWords(
        N_("Wrong address"),
        N_("This server does not answer under this address."),
        N_("Please use the address you were given."),
    ),
    422: RefusalWords(
        N_("Something is not as it should be"),
        N_("What was sent could not be used."),
        N_("Go back, check it and try again."),
    ),
    429: RefusalWords(
        N_("Please wait a little"),
        N_("There were many tries in a short time."),
        N_("Wait a minute and try again."),
    ),
    503: RefusalWords(
        N_("One moment, please"),
        N_("We are starting again and will be back at once."),
        N_("Try again in a few seconds."),
    ),
}
