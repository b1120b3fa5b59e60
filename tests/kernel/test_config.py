"""Settings: which addresses are ours, and which database is meant."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from rounds.kernel.config import Settings


@pytest.mark.parametrize(
    ("given_settings", "origins", "secure", "loopback"),
    [
        (
            {},
            ("http://localhost:8080", "http://127.0.0.1:8080", "http://[::1]:8080"),
            False,
            True,
        ),
        ({"public_url": "https://rounds.example"}, ("https://rounds.example",), True, True),
        ({"public_url": "https://rounds.example/"}, ("https://rounds.example",), True, True),
        (
            {"public_url": "https://a.example", "other_origins": "https://b.example/, https://c"},
            ("https://a.example", "https://b.example", "https://c"),
            True,
            True,
        ),
        ({"host": "192.0.2.7", "port": 99}, ("http://192.0.2.7:99",), False, False),
    ],
)
def test_our_own_addresses(
    given_settings: dict[str, Any], origins: tuple[str, ...], secure: bool, loopback: bool
) -> None:
    settings = Settings(**given_settings)
    assert settings.origins == origins
    assert (settings.secure, settings.listens_on_loopback) == (secure, loopback)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("postgresql://u@h/d", "postgresql+asyncpg://u@h/d"),
        ("postgres://u@h/d", "postgresql+asyncpg://u@h/d"),
        ("sqlite:////x/y.sqlite", "sqlite+aiosqlite:////x/y.sqlite"),
        ("postgresql+asyncpg://u@h/d", "postgresql+asyncpg://u@h/d"),
    ],
)
def test_which_database_is_meant(written: str, meant: str) -> None:
    assert Settings(database=written).database_url == meant
    here = Settings(data=Path("/here")).database_url
    assert here == "sqlite+aiosqlite:////here/rounds.sqlite"


@given(st.text(max_size=40) | st.text(alphabet="https:/.[]@?#x", max_size=20))
def test_a_public_address_is_an_origin_or_refused(text: str) -> None:
    try:
        settings = Settings(public_url=text)
    except ValidationError:
        return
    if text:
        scheme, _, rest = settings.origin.partition("://")
        assert scheme in ("http", "https")
        assert rest
        assert not set(rest) & set("/?#")
