"""The voice of coded tones is understood when whole, and counts for what is missing, and added."""

import numpy as np
import pytest

from tests.media.impairment.symbols import (
    PERIOD,
    RATE,
    SPOKEN,
    SYMBOL,
    Understood,
    compare,
    listen,
    voice,
)


def test_no_tone_returns_within_three_wherever_the_voice_begins() -> None:
    assert len(SPOKEN) == PERIOD
    around = SPOKEN * 2
    assert all(len(set(around[at : at + 3])) == 3 for at in range(PERIOD))


@pytest.mark.parametrize(("begin", "rate"), [(0, 48_000), (7_777, 48_000), (300_000, 16_000)])
def test_a_whole_voice_is_understood_wherever_it_begins(begin: int, rate: int) -> None:
    samples = np.tile(voice(), 2)[begin : begin + 10 * RATE : RATE // rate]
    heard = compare(listen(samples, rate), 10)
    assert heard.share == 1.0
    assert heard.said >= 10 / SYMBOL - 3


def test_silence_noise_and_nothing_are_not_understood() -> None:
    noise = np.random.default_rng(1).normal(0, 0.2, 5 * RATE)
    for samples in (np.zeros(5 * RATE), noise, np.zeros(0)):
        assert compare(listen(samples, RATE), 5).share < 0.2


@pytest.mark.parametrize("lost", [1, 5, 30])
def test_each_tone_that_is_cut_out_is_counted(lost: int) -> None:
    size = int(SYMBOL * RATE)
    samples = voice().copy()
    for number in range(lost):
        at = (20 + 5 * number) * size
        samples[at : at + size] = 0
    heard = compare(listen(samples, RATE), len(samples) / RATE)
    assert heard == Understood(PERIOD - 2 - lost, PERIOD - 2)


def test_wrong_and_added_tones_are_counted_too() -> None:
    said = list(SPOKEN[10:60])
    seconds = len(said) * SYMBOL
    assert compare(said, seconds) == Understood(48, 48)
    wrong = [*said[:20], (said[20] + 1) % 6, *said[21:]]
    assert compare(wrong, seconds).right == 47
    added = [*said[:20], (said[20] + 1) % 6, *said[20:]]
    assert compare(added, seconds) == Understood(47, 48)


def test_a_stretched_voice_is_read_alike() -> None:
    samples = voice()
    slower = np.interp(np.arange(0, len(samples), 0.97), np.arange(len(samples)), samples)
    assert compare(listen(slower, RATE), len(samples) / RATE).share > 0.95
