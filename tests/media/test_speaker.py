"""Whoever speaks is found soon, and a cough or a short yes changes nothing."""

from hypothesis import given
from hypothesis import strategies as st

from rounds.media.sfu.speaker import HOLD, ActiveSpeaker

TICK = 50_000
TALK, QUIET = 100, 20


class Talk:
    """A room in which time passes in moments."""

    def __init__(self) -> None:
        """Begin silent."""
        self.speaker, self.now = ActiveSpeaker(), 0

    def hear(self, seconds: float, **loudness: int) -> str:
        """Let this sound for so long; return who counts as speaking then."""
        for _ in range(round(seconds * 1_000_000 / TICK)):
            self.now += TICK
            self.speaker.hear(loudness, self.now)
        return self.speaker.seat


def test_the_first_voice_is_the_speaker_within_a_second() -> None:
    talk = Talk()
    assert talk.hear(3, anna=QUIET, ben=QUIET) == ""
    assert talk.hear(1, anna=TALK, ben=QUIET) == "anna"


def test_a_short_yes_changes_nothing_and_an_answer_does() -> None:
    talk = Talk()
    talk.hear(2, anna=TALK, ben=QUIET)
    assert talk.hear(0.5, anna=QUIET, ben=TALK) == "anna"
    assert talk.hear(2, anna=TALK, ben=QUIET) == "anna"
    assert talk.hear(1 + HOLD / 1_000_000, anna=QUIET, ben=TALK) == "ben"


def test_a_pause_keeps_the_speaker_and_leaving_makes_room() -> None:
    talk = Talk()
    talk.hear(2, anna=TALK, ben=QUIET)
    assert talk.hear(5, anna=QUIET, ben=QUIET) == "anna"
    assert talk.hear(1, ben=TALK) == "ben"
    assert talk.hear(1) == "ben"


@given(
    st.lists(
        st.dictionaries(st.sampled_from(["a", "b", "c"]), st.integers(0, 127), max_size=3),
        max_size=100,
    )
)
def test_only_who_was_heard_is_ever_the_speaker(moments: list[dict[str, int]]) -> None:
    speaker, heard = ActiveSpeaker(), {""}
    for number, moment in enumerate(moments):
        speaker.hear(moment, number * TICK)
        heard |= set(moment)
        assert speaker.seat in heard
