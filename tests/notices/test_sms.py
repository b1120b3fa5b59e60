"""Text messages as a gateway gets them, and gateways that misbehave."""

import json
from pathlib import Path

import pytest

from rounds.notices import parcel as why
from rounds.notices.parcel import Parcel, Undelivered
from rounds.notices.sms import Sms
from rounds.notices.texts import Text
from tests.making.ground import make_settings
from tests.making.notices import Service, service

TEXT = Text("Your visit", "long", "Olá, às 9 h ✓", "<p></p>")
PARCEL = Parcel("an-id", "Harbour", "+447700900123", TEXT)


def sms(gateway: Service, folder: Path) -> Sms:
    token = folder / "token"
    token.write_text("sesame\n")
    return Sms(make_settings(folder, "", sms_url=gateway.url, sms_token_file=token))


async def test_the_gateway_gets_number_text_and_reference(tmp_path: Path) -> None:
    async with service() as gateway:
        await sms(gateway, tmp_path).send(PARCEL)
        ((headers, body),) = gateway.posted
    assert json.loads(body) == {
        "to": "+447700900123",
        "text": "Olá, às 9 h ✓",
        "reference": "an-id",
    }
    assert headers["Authorization"] == "Bearer sesame"


@pytest.mark.parametrize(
    ("status", "words", "for_good"),
    [
        (400, why.NOT_TAKEN, True),
        (422, why.NOT_TAKEN, True),
        (401, why.NOT_SIGNED_IN, False),
        (403, why.NOT_SIGNED_IN, False),
        (408, why.NOT_NOW, False),
        (429, why.NOT_NOW, False),
        (500, why.NOT_NOW, False),
        (503, why.NOT_NOW, False),
    ],
)
async def test_what_the_gateway_says_decides(
    tmp_path: Path, status: int, words: str, for_good: bool
) -> None:
    async with service() as gateway:
        gateway.statuses = [status]
        with pytest.raises(Undelivered) as fault:
            await sms(gateway, tmp_path).send(PARCEL)
    assert (fault.value.words, fault.value.for_good) == (words, for_good)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_a_redirect_is_not_followed(tmp_path: Path, status: int) -> None:
    async with service() as gateway:
        gateway.statuses = [status]
        gateway.headers = {"Location": gateway.url.replace("/take", "/elsewhere")}
        with pytest.raises(Undelivered):
            await sms(gateway, tmp_path).send(PARCEL)
        assert len(gateway.posted) == 1


async def test_a_long_answer_is_not_read_to_its_end(tmp_path: Path) -> None:
    async with service() as gateway:
        gateway.body = b"x" * 50_000_000
        await sms(gateway, tmp_path).send(PARCEL)


async def test_a_gateway_that_is_gone_is_tried_again(tmp_path: Path) -> None:
    async with service() as gateway:
        pass
    with pytest.raises(Undelivered) as fault:
        await sms(gateway, tmp_path).send(PARCEL)
    assert (fault.value.words, fault.value.for_good) == (why.UNREACHABLE, False)


@pytest.mark.parametrize(
    "url", ["http://gateway.example/x", "http://192.0.2.7/x", "ftp://127.0.0.1/x", "//x", "x"]
)
async def test_nothing_crosses_readable(tmp_path: Path, url: str) -> None:
    with pytest.raises(Undelivered) as fault:
        await sms(Service(url), tmp_path).send(PARCEL)
    assert fault.value.for_good
