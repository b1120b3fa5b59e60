"""Pushes as a push service gets them: sealed for the browser, signed by us, without a name."""

import json
from base64 import urlsafe_b64encode
from pathlib import Path
from typing import Any

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02

from rounds.notices import parcel as why
from rounds.notices.parcel import Browser, Parcel, Undelivered
from rounds.notices.push import Push, PushKey, may_call
from rounds.notices.texts import Text
from tests.making.clock import StoppedClock
from tests.making.ground import make_settings
from tests.making.notices import Service, service

TEXT = Text("Somebody waits", "", "Open rounds to see more.", "")
SECRET = b"s" * 16


def coded(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()


class Phone:
    """The browser's side: its key pair, and what it reads out of a push."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())

    def at(self, gateway: Service, id: str = "one") -> Browser:
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return Browser(id, gateway.url, coded(point), coded(SECRET))

    def read(self, body: bytes) -> Any:
        return json.loads(http_ece.decrypt(body, private_key=self.key, auth_secret=SECRET))


def push(folder: Path) -> Push:
    settings = make_settings(folder, "", push_hosts="127.0.0.1,push.example")
    return Push(settings, PushKey(folder), StoppedClock())


def parcel(*browsers: Browser) -> Parcel:
    return Parcel("an-id", "Harbour", "", TEXT, browsers, 120)


async def test_only_the_browser_can_read_it_and_it_holds_no_name(tmp_path: Path) -> None:
    phone = Phone()
    async with service() as gateway:
        assert await push(tmp_path).send(parcel(phone.at(gateway))) == []
        ((headers, body),) = gateway.posted
    assert phone.read(body) == {
        "title": "Somebody waits",
        "body": "Open rounds to see more.",
        "tag": "rounds-waiting",
    }
    assert headers["TTL"] == "120"
    assert headers["Content-Encoding"] == "aes128gcm"
    assert Vapid02.verify(headers["Authorization"])
    assert PushKey(tmp_path).public in headers["Authorization"]


@pytest.mark.parametrize("status", [404, 410])
async def test_a_browser_that_is_gone_ends(tmp_path: Path, status: int) -> None:
    phone = Phone()
    async with service() as gateway:
        gateway.statuses = [status, 201]
        ended = await push(tmp_path).send(parcel(phone.at(gateway), phone.at(gateway, "two")))
        assert ended == ["one"], "the other one was rung"
        gateway.statuses = [status]
        with pytest.raises(Undelivered) as fault:
            await push(tmp_path).send(parcel(phone.at(gateway)))
    assert (fault.value.for_good, fault.value.ended) == (True, ["one"])


async def test_a_service_in_trouble_is_asked_again(tmp_path: Path) -> None:
    async with service() as gateway:
        gateway.statuses = [503]
        with pytest.raises(Undelivered) as fault:
            await push(tmp_path).send(parcel(Phone().at(gateway)))
    assert (fault.value.words, fault.value.for_good) == (why.NOT_NOW, False)


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://localhost/x", "http://10.0.0.1/x", "https://10.0.0.1/admin", "https://[::1]/x",
        "http://push.example/x", "https://evilpush.example/x", "https://push.example.evil/x",
        "file:///etc/passwd", "https://push.example@10.0.0.1/", "", "https://[", "x" * 2000,
    ],
)  # fmt: skip
async def test_the_server_knocks_at_no_other_door(tmp_path: Path, endpoint: str) -> None:
    settings = make_settings(tmp_path, "", push_hosts="push.example")
    assert not may_call(settings, endpoint)
    browser = Browser("one", endpoint, Phone().at(Service("")).key, coded(SECRET))
    with pytest.raises(Undelivered) as fault:
        await Push(settings, PushKey(tmp_path), StoppedClock()).send(parcel(browser))
    assert fault.value.ended == ["one"]


async def test_known_services_are_known(tmp_path: Path) -> None:
    settings = make_settings(tmp_path, "")
    for host in ("fcm.googleapis.com", "updates.push.services.mozilla.com", "web.push.apple.com"):
        assert may_call(settings, f"https://{host}/a/b")


async def test_the_key_is_made_once_and_only_for_us(tmp_path: Path) -> None:
    first = PushKey(tmp_path).public
    path = tmp_path / "push-key.pem"
    assert PushKey(tmp_path).public == first
    assert len(first) == 87
    assert path.stat().st_mode & 0o777 == 0o400
    path.chmod(0o440)
    with pytest.raises(PermissionError, match="chmod 400"):
        PushKey(tmp_path).public  # noqa: B018 - looking is what fails


@pytest.mark.parametrize("key", ["", "A" * 87, "B" * 87, "%%%", "é" * 87])
async def test_keys_that_are_none_end_the_browser(tmp_path: Path, key: str) -> None:
    async with service() as gateway:
        browser = Browser("one", gateway.url, key, coded(SECRET))
        with pytest.raises(Undelivered) as fault:
            await push(tmp_path).send(parcel(browser))
        assert gateway.posted == []
    assert fault.value.ended == ["one"]
