"""Signed tokens open what they were made for, for as long, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds.kernel.errors import Gone
from rounds.kernel.signing import Signer, fingerprint, new_token

SIGNER = Signer(bytes(range(32)))
OTHER = {"-": "+", "_": "/"}
"""The letters of base64 that its two alphabets write differently (RFC 4648, sections 4 and 5)."""
VALUES = st.dictionaries(st.text(max_size=8), st.text(max_size=8), max_size=4)


@given(VALUES)
def test_what_is_signed_is_read(value: dict[str, str]) -> None:
    assert SIGNER.read("door", SIGNER.sign("door", value), 60) == value


@given(VALUES, st.integers(0, 400), st.characters(codec="ascii"))
def test_a_changed_token_is_none(value: dict[str, str], place: int, letter: str) -> None:
    token = SIGNER.sign("door", value)
    at = place % len(token)
    changed = token[:at] + letter + token[at + 1 :]
    # The same bytes may have another spelling: the last letter of base64 carries spare bits, and
    # both its alphabets are read.
    if changed == token or at == len(token) - 1 or letter == OTHER.get(token[at]):
        return
    with pytest.raises(Gone):
        SIGNER.read("door", changed, 60)


@given(st.text(max_size=200) | st.text(alphabet=".abc-_=", max_size=4000))
def test_anything_else_is_none(token: str) -> None:
    with pytest.raises(Gone):
        SIGNER.read("door", token, 60)


def test_another_door_another_secret_and_another_time_are_none() -> None:
    token = SIGNER.sign("door", {"room": "7"})
    for signer, purpose, seconds in (
        (SIGNER, "window", 60),
        (Signer(bytes(32)), "door", 60),
        (SIGNER, "door", -1),
    ):
        with pytest.raises(Gone):
            signer.read(purpose, token, seconds)
    with pytest.raises(ValueError, match="32 bytes"):
        Signer(bytes(31))


def test_tokens_are_long_and_their_fingerprints_say_nothing_of_them() -> None:
    made = {new_token() for _ in range(1000)}
    assert len(made) == 1000
    assert {len(token) for token in made} == {43}
    one = made.pop()
    assert len(fingerprint(one)) == 64
    assert one not in fingerprint(one)
    assert fingerprint("\ud800")
