"""A browser in words: what its owner knows again, whatever it says of itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds.accounts.browsers import PROGRAMS, SYSTEMS, browser_label, browser_words

CHROME = "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/140.0.0.0 Mobile"
KNOWN = {
    f"{CHROME} Safari/537.36": "Chrome on Android",
    f"{CHROME} Safari/537.36 EdgA/140.0": "Edge on Android",
    f"{CHROME} Safari/537.36 OPR/90.0": "Opera on Android",
    "Mozilla/5.0 (Linux; Android 14) SamsungBrowser/26.0 Chrome/122 Mobile Safari/537.36": (
        "Samsung Internet on Android"
    ),
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1": (
        "Safari on iPhone"
    ),
    "Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X) CriOS/140.0 Mobile Safari/604.1": (
        "Chrome on iPad"
    ),
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0": (
        "Firefox on Windows"
    ),
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.0 Safari/605.1.15": (
        "Safari on Mac"
    ),
    "curl/8.5.0": "A browser",
    "": "A browser",
}
LABELS = {f"{program} on {system}" for program, _ in PROGRAMS for system, _ in SYSTEMS}


@pytest.mark.parametrize("said", KNOWN)
def test_a_browser_is_named_in_words(said: str) -> None:
    assert browser_label(browser_words(said), str) == KNOWN[said]


@given(st.text(max_size=2000) | st.sampled_from(list(KNOWN)).flatmap(st.permutations).map("".join))
def test_whatever_is_said_only_known_words_are_kept(said: str) -> None:
    names = {name for name, _ in (*PROGRAMS, *SYSTEMS)}
    kept = browser_words(said)
    assert len(kept) <= 120
    assert set(kept.split(", ")) - {""} <= names
    assert browser_label(kept, str) in LABELS | names | {"A browser"}
