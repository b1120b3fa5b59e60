"""What is wrong with a password, in plain words."""

import re
from collections.abc import Sequence
from typing import Any

from rounds.accounts.passwords import LONGEST, SHORTEST, Passwords
from rounds.kernel.errors import Invalid
from rounds.kernel.words import N_

# Zxcvbn's scale from 0 to 4; 3 resists 10^8 guesses (security.md 3.1, ASVS 6.2).
WEAKEST = 3
# What zxcvbn reads; its work grows with the square of the length.
READ = 72
# So many letters besides one's own names make more than a name with a year.
ENOUGH = 8

LENGTH = N_("Please use 15 to 128 characters. A few words in a row are easy to remember.")
OWN = N_("This is close to your own name or address. Please choose something else.")
COMMON = N_("Many people use passwords like this one. Please choose a few words of your own.")
ROW = N_("Keys or numbers in a row are easy to guess. Please choose a few words of your own.")
REPEAT = N_("The same again and again is easy to guess. Please choose a few words of your own.")
GUESSED = N_("This is easy to guess. Please add another word or two.")


def fault_of(secret: str, own_words: Sequence[str]) -> str | None:
    """Return the sentence that says what is wrong, or nothing for a good password.

    `own_words` are the person's names and e-mail, which others would try first.
    """
    # Its lists of words take long to read, and a restart does not wait for them.
    from zxcvbn import zxcvbn  # noqa: PLC0415

    if not SHORTEST <= len(secret) <= LONGEST:
        return LENGTH
    own = _parts(own_words)
    if any(word in secret.lower() for word in own) and _own_apart(secret, own) < ENOUGH:
        return OWN
    found = zxcvbn(secret[:READ], user_inputs=own)
    if found["score"] >= WEAKEST:
        return None
    parts: list[dict[str, Any]] = found["sequence"]
    longest = max(parts, key=lambda part: len(part["token"]))
    if longest["pattern"] in ("spatial", "sequence", "date"):
        return ROW
    if longest["pattern"] == "repeat":
        return REPEAT
    return COMMON if longest["pattern"] == "dictionary" else GUESSED


async def check_password(passwords: Passwords, secret: str, own_words: Sequence[str]) -> None:
    """Raise Invalid for a password that is too short, too long or easy to guess."""
    fault = await passwords.weigh(fault_of, secret, own_words)
    if fault is not None:
        raise Invalid("This password does not do.", {"password": fault})


def _parts(words: Sequence[str]) -> list[str]:
    whole = [word.lower() for word in words if word]
    parts = [part for word in whole for part in re.split(r"\W+", word) if len(part) > 2]
    return [*whole, *parts]


def _own_apart(secret: str, own: Sequence[str]) -> int:
    """Return how many letters and digits are left without the person's own words."""
    rest = secret.lower()
    for word in sorted(own, key=len, reverse=True):
        rest = rest.replace(word, " ")
    return sum(letter.isalnum() for letter in rest)
