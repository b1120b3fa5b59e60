"""E-mail as a real mail server gets it: its headers, its two forms, and what the server answers."""

from pathlib import Path

import pytest

from rounds.notices import parcel as why
from rounds.notices.email import Email
from rounds.notices.parcel import Parcel, Undelivered
from rounds.notices.texts import Text
from tests.making.clock import StoppedClock
from tests.making.ground import make_settings
from tests.making.notices import Mailbox, mailbox

ID = "0199a0c4-7d1a-7c3e-8000-0123456789ab"
TEXT = Text("Your visit", "Hello Mara,\n\nyour link.", "Hello", "<p>Hello Mara</p>")


def email(box: Mailbox, folder: Path, **changes: object) -> Email:
    usual: dict[str, object] = {
        "smtp_host": "127.0.0.1",
        "smtp_port": box.port,
        "smtp_tls": "none",
        "mail_from": "visits@clinic.example",
    }
    return Email(make_settings(folder, "", **(usual | changes)), StoppedClock())


def parcel(to: str = "mara@home.example", sender: str = "Harbour, Street") -> Parcel:
    return Parcel(ID, sender, to, TEXT)


async def refused(carrier: Email, given: Parcel) -> Undelivered:
    with pytest.raises(Undelivered) as fault:
        await carrier.send(given)
    return fault.value


async def test_a_letter_names_the_clinic_and_nobody_else(tmp_path: Path) -> None:
    async with mailbox() as box:
        await email(box, tmp_path).send(parcel())
        letter = box.newest()
    assert letter["From"] == '"Harbour, Street" <visits@clinic.example>'
    assert letter["To"] == "mara@home.example"
    assert letter["Subject"] == "Your visit"
    assert letter["Message-ID"] == f"<{ID}@clinic.example>"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Date"] == "Mon, 16 Nov 2026 09:00:00 +0000"
    plain, page = letter.get_body(("plain",)), letter.get_body(("html",))
    assert plain is not None
    assert plain.get_content().split() == ["Hello", "Mara,", "your", "link."]
    assert page is not None
    assert page.get_content().strip() == "<p>Hello Mara</p>"
    assert box.letters[0].rcpt_tos == ["mara@home.example"]


@pytest.mark.parametrize("name", ["Klinik Ü \r\nBcc: all@x.example", "診療所", "a" * 300, '"'])
async def test_no_name_of_a_clinic_adds_a_header(tmp_path: Path, name: str) -> None:
    async with mailbox() as box:
        await email(box, tmp_path).send(parcel(sender=name))
        assert box.newest()["Bcc"] is None
        assert box.letters[0].rcpt_tos == ["mara@home.example"]


# What the mail server of the tests thinks of passwords without TLS, and of itself.
@pytest.mark.filterwarnings("ignore::UserWarning", "ignore::DeprecationWarning")
async def test_a_password_is_read_from_its_file(tmp_path: Path) -> None:
    path = tmp_path / "password"
    async with mailbox(("rounds", "right")) as box:
        carrier = email(box, tmp_path, smtp_user="rounds", smtp_password_file=path)
        path.write_text("wrong\n")
        assert (await refused(carrier, parcel())).words == why.NOT_SIGNED_IN
        path.write_text("right\n")
        await carrier.send(parcel())
        assert len(box.letters) == 1


@pytest.mark.parametrize(
    ("answer", "words", "for_good"),
    [
        ("550 no such person", why.WRONG_ADDRESS, True),
        ("450 later", why.NOT_NOW, False),
        ("421 going down", why.NOT_NOW, False),
    ],
)
async def test_what_the_server_says_decides(
    tmp_path: Path, answer: str, words: str, for_good: bool
) -> None:
    async with mailbox() as box:
        box.answer = answer
        fault = await refused(email(box, tmp_path), parcel())
    assert (fault.words, fault.for_good) == (words, for_good)


async def test_nothing_crosses_readable(tmp_path: Path) -> None:
    async with mailbox() as box:
        # The server offers no TLS: nothing is sent instead of sending it openly.
        for way in ("starttls", "tls"):
            fault = await refused(email(box, tmp_path, smtp_tls=way), parcel())
            assert (fault.words, fault.for_good) == (why.UNREACHABLE, False)
        assert box.letters == []
        with pytest.raises(ValueError, match="this machine alone"):
            email(box, tmp_path, smtp_host="mail.clinic.example")


async def test_a_server_that_is_gone_is_tried_again(tmp_path: Path) -> None:
    async with mailbox() as box:
        pass
    fault = await refused(email(box, tmp_path), parcel())
    assert (fault.words, fault.for_good) == (why.UNREACHABLE, False)


@pytest.mark.parametrize("to", ["", "no address", "a@b\r\nRCPT TO:<x@y.example>", "a" * 999])
async def test_an_address_that_is_none_is_given_up(tmp_path: Path, to: str) -> None:
    async with mailbox() as box:
        fault = await refused(email(box, tmp_path), parcel(to=to))
        assert fault.for_good
        assert box.letters == []
