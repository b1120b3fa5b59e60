"""What a report of a self-test means: the light staff see, and what is the matter."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds.rooms.self_test import (
    PICTURE_KILOBITS,
    VOICE_KILOBITS,
    Cause,
    Concern,
    Report,
    Result,
    concerns,
    result,
)
from rounds.visits.views.light_words import advice, number_words

WELL = Report(
    socket="websocket",
    path="host",
    protocol="udp",
    voice=True,
    picture=True,
    round_trip=40,
    lost=0,
    up=4000,
    down=9000,
)
REPORTS = st.builds(
    Report,
    microphone=st.sampled_from(get_args(Cause)),
    camera=st.sampled_from(get_args(Cause)),
    socket=st.sampled_from(["", "websocket", "polling"]),
    path=st.sampled_from(["", "host", "relay", "untried"]),
    protocol=st.sampled_from(["", "udp", "tcp", "tls"]),
    relay=st.none() | st.booleans(),
    voice=st.none() | st.booleans(),
    picture=st.none() | st.booleans(),
    round_trip=st.none() | st.integers(0, 60_000),
    lost=st.none() | st.integers(0, 1000),
    up=st.none() | st.integers(0, 1_000_000),
    down=st.none() | st.integers(0, 1_000_000),
)


def changed(**by: object) -> Report:
    return Report.model_validate(WELL.model_dump() | by)


@pytest.mark.parametrize(
    ("by", "light", "what"),
    [
        ({}, Result.GOOD, []),
        ({"microphone": "denied"}, Result.BAD, [Concern.NO_MICROPHONE]),
        ({"microphone": "off", "voice": None}, Result.WEAK, [Concern.LISTENS]),
        ({"camera": "in_use"}, Result.WEAK, [Concern.NO_CAMERA]),
        ({"camera": "off", "picture": None}, Result.GOOD, []),
        ({"socket": ""}, Result.BAD, [Concern.NO_LINE]),
        ({"path": "", "voice": None, "picture": None}, Result.BAD, [Concern.NO_MEDIA]),
        ({"path": "untried", "voice": None}, Result.WEAK, [Concern.UNTRIED]),
        ({"voice": False}, Result.BAD, [Concern.NO_VOICE]),
        ({"picture": False}, Result.WEAK, [Concern.NO_PICTURE]),
        ({"path": "relay", "protocol": "tls"}, Result.GOOD, [Concern.NO_UDP]),
        ({"protocol": "tcp", "relay": False}, Result.GOOD, [Concern.NO_RELAY, Concern.NO_UDP]),
        ({"up": VOICE_KILOBITS - 1}, Result.BAD, [Concern.TOO_SLOW]),
        ({"down": PICTURE_KILOBITS - 1}, Result.WEAK, [Concern.SLOW]),
        ({"up": None, "down": None}, Result.GOOD, []),
        ({"round_trip": 501, "lost": 51}, Result.WEAK, [Concern.FAR, Concern.LOSSY]),
    ],
)
def test_the_light(by: dict[str, object], light: Result, what: list[Concern]) -> None:
    assert result(changed(**by)) is light
    assert concerns(changed(**by)) == what


@given(REPORTS)
def test_every_report_has_a_light_and_words(report: Report) -> None:
    found = concerns(report)
    assert found == sorted(found, key=list(Concern).index)
    assert (result(report) is Result.GOOD) <= (Concern.NO_VOICE not in found)
    for concern in found:
        what, help_ = advice(concern, report, str)
        assert what
        assert help_
    assert all(word and value for word, value in number_words(report, str))


@given(REPORTS)
def test_whoever_cannot_be_heard_has_a_red_light(report: Report) -> None:
    unheard = report.microphone not in ("", "off") or report.path == "" or report.socket == ""
    if unheard:
        assert result(report) is Result.BAD
