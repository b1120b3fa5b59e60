"""What a command may say."""

import pytest

from rounds.sync.commands import is_text, read
from rounds.sync.refused import Refused

SENT = {"id": "1", "op": "set", "item": "g1"}


@pytest.mark.parametrize(
    "words",
    ["Grüße", "می\u200cخواهم", "👩\u200d⚕️", "\u200fעברית", "a  b", ""],
)
def test_words_of_every_script_are_text(words: str) -> None:
    assert is_text(words)
    assert read({**SENT, "values": {"body": f"{words}\n{words}"}}).values["body"]


@pytest.mark.parametrize("words", ["a\x00", "\x1b[2J", "\u202egnp", "\ud800", "a\u2028b"])
def test_controls_and_halves_of_letters_are_none(words: str) -> None:
    assert not is_text(words)
    with pytest.raises(Refused) as refused:
        read({**SENT, "values": {"body": words}})
    assert refused.value.code == "command"
