"""Addresses of the relay and credentials for it, without a relay."""

import base64
import hashlib
import hmac
import string
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds.media.relay import Relay, read_addresses

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
URLS = "turn:turn.example:3478?transport=udp, turn:turn.example?transport=tcp,turns:[2001:db8::1]"


def test_credentials_are_those_the_relay_computes() -> None:
    """As turnserver(1) has it: base64 of HMAC-SHA1 over the name under the shared secret."""
    relay = Relay(read_addresses(URLS), "s" * 32)
    (server,) = relay.ice_servers("seat-7", NOW)
    expiry, holder = server["username"].split(":")
    assert (int(expiry) - NOW.timestamp(), holder) == (300, "seat-7")
    sealed = hmac.new(b"s" * 32, server["username"].encode(), hashlib.sha1).digest()
    assert base64.b64decode(server["credential"]) == sealed
    assert len(server["urls"]) == 3


def test_every_moment_and_every_person_has_others() -> None:
    relay = Relay(read_addresses(URLS), "s" * 32)
    seen = {
        relay.credentials(holder, NOW + timedelta(seconds=later)).password
        for holder in ("anna", "ben")
        for later in range(3)
    }
    assert len(seen) == 6


def test_the_secret_is_not_shown_with_the_relay() -> None:
    assert "hidden" not in repr(Relay(read_addresses(URLS), "hidden" * 6))


def test_addresses_are_read_with_their_usual_ports() -> None:
    assert [(one.host, one.port, one.transport) for one in read_addresses(URLS)] == [
        ("turn.example", 3478, "udp"),
        ("turn.example", 3478, "tcp"),
        ("2001:db8::1", 5349, "tls"),
    ]
    assert read_addresses(" , ") == ()


@pytest.mark.parametrize(
    "text",
    [
        "turn.example", "stun:turn.example", "https://turn.example", "turn:", "turn:a b",
        "turn:turn.example:0", "turn:turn.example:65536", "turn:turn.example?transport=sctp",
        "turns:turn.example?transport=udp", "turn:user@turn.example", "turn:x\ny", "turn:é.example",
        ",".join(["turn:a"] * 9),
    ],
)  # fmt: skip
def test_what_is_no_address_is_named(text: str) -> None:
    with pytest.raises(ValueError, match=r"like turn|port|DTLS|more than"):
        read_addresses(text)


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        found = read_addresses(text)
    except ValueError:
        return
    for one in found:
        assert 0 < one.port < 65536
        assert set(one.host) <= set(string.ascii_letters + string.digits + ".-:")
