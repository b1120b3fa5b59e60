"""Settings that keep media from people: each is named with its fix."""

from pathlib import Path
from typing import Any

import pytest

from rounds.commands.reach import look_at_reach
from rounds.kernel.finding import Finding
from rounds.media.sfu.hall import Hall
from rounds.media.sfu.settings import SfuSettings
from tests.making.ground import make_settings

OUTSIDE = {"host": "0.0.0.0", "public_url": "https://rounds.example"}
URLS = "turn:t.example:3478?transport=udp,turn:t.example:3478?transport=tcp,turns:t.example:443"
GOOD = "0123456789abcdef" * 4


def found(folder: Path, **settings: Any) -> list[Finding]:
    return list(look_at_reach(make_settings(folder, "", **settings)))


def one(folder: Path, part: str, **settings: Any) -> Finding:
    (finding,) = [each for each in found(folder, **settings) if part in each.said]
    assert finding.remedy
    return finding


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """A file with the relay's secret."""
    file = tmp_path / "relay-secret"
    file.write_text(GOOD + "\n")
    file.chmod(0o600)
    return file


# --- addresses ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("addresses", "said", "fix"),
    [
        ("media.example", "no IP address", "getent ahosts media.example"),
        ("203.0.113.7:3478", "has a port", "ROUNDS_MEDIA_PORT"),
        ("[2001:db8::7]:3478", "has a port", "Write 2001:db8::7 alone"),
        ("203.0.113.0/24", "no IP address", "addresses it stands for"),
        ("0.0.0.0", "no address of one machine", "this server"),
        ("::", "no address of one machine", "this server"),
        ("224.0.0.1", "no address of one machine", "this server"),
        ("fe80::1", "one cable only", "global"),
        ("169.254.7.7", "one cable only", "global"),
        ("::ffff:203.0.113.7", "in disguise", "203.0.113.7"),
        ("127.0.0.1", "nobody but this machine", "Take it out"),
        ("203.0.113.7, localhost", "no IP address", "localhost"),
        ("Local", "no IP address", "Local"),
    ],
)
def test_an_address_that_cannot_be_told(
    tmp_path: Path, addresses: str, said: str, fix: str
) -> None:
    finding = one(tmp_path, said, media_addresses=addresses, **OUTSIDE)
    assert finding.refuses
    assert fix in finding.remedy
    assert "ROUNDS_MEDIA_ADDRESSES" in finding.said


@pytest.mark.parametrize(
    ("host", "addresses", "family"),
    [("192.0.2.7", "2001:db8::7", "IPv6"), ("2001:db8::7", "192.0.2.7", "IPv4")],
)
def test_an_address_of_a_family_that_is_not_bound(
    tmp_path: Path, host: str, addresses: str, family: str
) -> None:
    finding = one(tmp_path, family, media_host=host, media_addresses=addresses, **OUTSIDE)
    assert finding.refuses
    assert host in finding.said


@pytest.mark.parametrize(
    "addresses", ["", "8.8.4.4", "8.8.4.4, 2606:4700::7", "8.8.4.4,local", "192.168.7.7,8.8.4.4"]
)
def test_addresses_that_can_be_told_refuse_nothing(tmp_path: Path, addresses: str) -> None:
    assert not any(each.refuses for each in found(tmp_path, media_addresses=addresses, **OUTSIDE))


def test_a_server_of_the_internet_that_tells_addresses_of_a_house(tmp_path: Path) -> None:
    finding = one(tmp_path, "elsewhere", media_addresses="192.168.7.7", **OUTSIDE)
    assert not finding.refuses
    assert "OUTER-ADDRESS,local" in finding.remedy
    said = found(tmp_path, media_addresses="192.168.7.7,8.8.4.4", **OUTSIDE)
    assert not any("elsewhere" in each.said for each in said)
    assert found(tmp_path) == []


def test_media_by_tcp_wants_a_port_of_its_own(tmp_path: Path) -> None:
    finding = one(tmp_path, "both want TCP port 8441", port=8441, media_tcp_port=8441)
    assert finding.refuses
    assert "ROUNDS_MEDIA_TCP_PORT" in finding.remedy
    assert found(tmp_path, port=8441, media_tcp_port=8442) == []


def test_local_stands_for_the_addresses_of_this_machine() -> None:
    def told(*addresses: str) -> tuple[str, ...]:
        settings = SfuSettings(port=0, addresses=addresses, loopback=True)
        hall = Hall(settings, lambda _: None, None)  # type: ignore[arg-type]
        try:
            return hall._reachable()
        finally:
            hall._mux._socket.close()

    mine = told()
    assert "127.0.0.1" in mine
    assert told("local") == mine
    assert told("203.0.113.7", "local") == ("203.0.113.7", *mine)
    assert told("203.0.113.7", "2001:db8::7") == ("203.0.113.7", "2001:db8::7")
    assert told("127.0.0.1", "local")[0] == "127.0.0.1"
    assert sorted(told("127.0.0.1", "local")) == sorted(mine)


# --- relay -------------------------------------------------------------------------------------


def test_a_relay_that_is_set_up_well_is_silent(tmp_path: Path, secret: Path) -> None:
    said = found(
        tmp_path, turn_urls=URLS, turn_secret_file=secret, media_addresses="8.8.4.4", **OUTSIDE
    )
    assert said == []


@pytest.mark.parametrize(
    ("urls", "said", "refuses"),
    [
        ("turn.example", "like turn:HOST", True),
        ("turns:turn.example?transport=udp", "DTLS", True),
        ("turn:t.example:3478?transport=tcp", "TLS on port 443", False),
        ("turns:t.example:5349?transport=tcp,turn:t.example?transport=tcp", "port 443", False),
        ("turn:t.example:3478,turns:t.example:443", "transport=tcp", False),
        ("turn:localhost:3478?transport=tcp", "own machine", False),
        ("turn:[::1]:3478?transport=tcp", "own machine", False),
    ],
)
def test_addresses_of_the_relay(
    tmp_path: Path, secret: Path, urls: str, said: str, refuses: bool
) -> None:
    finding = one(tmp_path, said, turn_urls=urls, turn_secret_file=secret)
    assert finding.refuses == refuses


def test_a_relay_that_is_set_up_by_half(tmp_path: Path, secret: Path) -> None:
    assert one(tmp_path, "by half", turn_urls=URLS).refuses
    assert one(tmp_path, "by half", turn_secret_file=secret).refuses
    nowhere = tmp_path / "nowhere"
    assert one(tmp_path, "no file", turn_urls=URLS, turn_secret_file=nowhere).refuses


def test_no_relay_is_a_weakness_of_a_server_that_others_reach(tmp_path: Path) -> None:
    assert not one(tmp_path, "no relay", media_addresses="8.8.4.4", **OUTSIDE).refuses
    assert found(tmp_path) == []


def test_a_secret_that_is_short_or_open_to_others(tmp_path: Path, secret: Path) -> None:
    secret.write_text("changeme")
    secret.chmod(0o644)
    short = one(tmp_path, "fewer than 32", turn_urls=URLS, turn_secret_file=secret)
    assert short.refuses
    assert "openssl rand -hex 32" in short.remedy
    assert "chmod" in one(tmp_path, "everybody", turn_urls=URLS, turn_secret_file=secret).remedy


@pytest.mark.parametrize("other", ["secret", "audit-key", "sms_reply_secret_file"])
@pytest.mark.parametrize("spelled", ["as it is", "in hexadecimal"])
def test_a_secret_that_serves_twice(tmp_path: Path, secret: Path, other: str, spelled: str) -> None:
    settings: dict[str, Any] = {"turn_urls": URLS, "turn_secret_file": secret}
    file = tmp_path / other
    file.write_text(GOOD) if spelled == "as it is" else file.write_bytes(bytes.fromhex(GOOD))
    if other.endswith("_file"):
        settings[other] = file
    finding = one(tmp_path, "the same secret", **settings)
    assert finding.refuses
    assert str(file) in finding.said
    assert GOOD not in finding.said + finding.remedy
    file.write_text("another secret altogether, of some length")
    assert not any("same secret" in each.said for each in found(tmp_path, **settings))
