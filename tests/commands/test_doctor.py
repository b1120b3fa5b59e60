"""Doctor names what is unsafe or weak, and how to mend each."""

import os
import socket
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from rounds.__main__ import main
from rounds.commands.doctor import Finding, look_at_data, look_at_settings
from rounds.commands.media import look_at_ports
from rounds.kernel.actor import SYSTEM
from rounds.kernel.config import MOST_MEDIA_PROCESSES
from rounds.kernel.cores import cores
from rounds.migrations.runner import migrate
from rounds.people.model import Clinic
from rounds.resources import lay_foundation
from tests.databases import on_both_databases
from tests.making.clock import StoppedClock
from tests.making.ground import free_udp_ports, ground, make_settings
from tests.making.people import make_clinic

UNSAFE: list[tuple[dict[str, Any], str, str]] = [
    ({"host": "0.0.0.0"}, "without HTTPS", "--tls-cert"),
    ({"host": "192.0.2.7"}, "without HTTPS", "--self-signed"),
    ({"host": "0.0.0.0", "tls_cert": "x", "tls_key": "x"}, "every address", "ROUNDS_PUBLIC_URL"),
    ({"public_url": "http://rounds.example"}, "not HTTPS", "https://"),
    ({"host": "0.0.0.0", "public_url": "http://rounds.example"}, "without HTTPS", "proxy"),
    ({"tls_cert": "no-such-file"}, "certificate needs its key", "--tls-key"),
    ({"tls_key": "no-such-file"}, "certificate needs its key", "--tls-cert"),
    ({"tls_cert": "nowhere", "tls_key": "nowhere"}, "does not exist", "path"),
    ({"tls_cert": "x", "tls_key": "x", "self_signed": True}, "self-signed", "Leave out"),
    ({"smtp_host": "mail.example"}, "set up by half", "ROUNDS_MAIL_FROM"),
    ({"mail_from": "visits@clinic.example"}, "set up by half", "ROUNDS_SMTP_HOST"),
    ({"smtp_host": "localhost", "mail_from": "A <a@b.example>"}, "not an e-mail", "only the"),
    (
        {"smtp_host": "mail.example", "mail_from": "a@b.example", "smtp_tls": "none"},
        "cross the network readable",
        "starttls",
    ),
    ({"smtp_user": "rounds"}, "needs its password", "ROUNDS_SMTP_PASSWORD_FILE"),
    ({"smtp_password_file": "nowhere"}, "no file with something", "path"),
    ({"sms_url": "http://gateway.example/send"}, "not HTTPS", "https://"),
    ({"sms_url": "https://g.example", "sms_token_file": "nowhere"}, "no file", "path"),
    ({"sms_reply_secret_file": "nowhere"}, "no file", "path"),
    ({"metrics_token_file": "nowhere"}, "no file", "path"),
    ({"media_port": 65_535, "media_processes": 2}, "ports beyond 65535", "ROUNDS_MEDIA_PORT"),
]


def refusals(found: list[Finding]) -> list[Finding]:
    return [one for one in found if one.refuses]


def test_a_server_on_this_machine_is_safe(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    assert refusals(list(look_at_settings(make_settings(tmp_path, "")))) == []
    behind = make_settings(tmp_path, "", public_url="https://rounds.example")
    assert refusals(list(look_at_settings(behind))) == []
    at_home = make_settings(tmp_path, "", host="0.0.0.0", self_signed=True)
    assert refusals(list(look_at_settings(at_home))) == []


@pytest.mark.parametrize(("settings", "what", "fix"), UNSAFE, ids=lambda value: str(value)[:40])
def test_what_is_unsafe_is_refused_with_its_fix(
    tmp_path: Path, settings: dict[str, Any], what: str, fix: str
) -> None:
    if settings.get("tls_cert") == "x":
        (tmp_path / "x").touch(mode=0o600)
        settings |= {name: tmp_path / "x" for name in ("tls_cert", "tls_key") if name in settings}
    found = refusals(list(look_at_settings(make_settings(tmp_path, "", **settings))))
    assert any(what in one.what and fix in one.fix for one in found), found


def test_files_that_others_could_read_are_named(tmp_path: Path) -> None:
    secret, key = tmp_path / "secret", tmp_path / "key.pem"
    secret.write_bytes(bytes(31))
    key.touch()
    for path in (secret, key):
        path.chmod(0o644)
    tmp_path.chmod(0o755)
    settings = make_settings(tmp_path, "", tls_key=key, tls_cert=key)
    found = {one.what: one for one in look_at_settings(settings)}
    assert found[f"{secret} can be read by others."].fix == f"Run: chmod 400 {secret}"
    assert found[f"{key} can be read by everybody."].refuses
    assert "new one is made" in found[f"{secret} is shorter than 32 bytes."].fix
    assert not found[f"{tmp_path} is open to everybody."].refuses
    with pytest.raises(PermissionError, match="chmod 400"):
        settings.secret()


def test_secrets_of_messages_are_looked_at(tmp_path: Path) -> None:
    secret, key = tmp_path / "reply", tmp_path / "push-key.pem"
    secret.write_text("too short\n")
    secret.chmod(0o644)
    key.write_text("key")
    key.chmod(0o644)
    tmp_path.chmod(0o700)
    settings = make_settings(
        tmp_path, "", sms_url="https://gateway.example", sms_reply_secret_file=secret
    )
    found = {one.what: one for one in look_at_settings(settings)}
    assert found[f"{secret} holds fewer than 32 characters: answers could be forged."].refuses
    assert not found[f"{secret} can be read by everybody."].refuses
    assert found[f"{key} can be read by others."].refuses
    assert not found["The gateway for text messages is asked without a token."].refuses


def test_a_monitor_with_a_short_token_is_refused(tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("x" * 31)
    token.chmod(0o600)
    tmp_path.chmod(0o700)
    settings = make_settings(tmp_path, "", metrics_token_file=token)
    (found,) = refusals(list(look_at_settings(settings)))
    assert "could be guessed" in found.what
    token.write_text("x" * 32 + "\n")
    assert refusals(list(look_at_settings(settings))) == []


def test_a_server_that_can_write_to_nobody_is_told(tmp_path: Path) -> None:
    reached = make_settings(tmp_path, "", host="192.0.2.7", public_url="https://rounds.example")
    silent = [one for one in look_at_settings(reached) if "reach nobody" in one.what]
    assert [one.refuses for one in silent] == [False]
    mail = {"smtp_host": "mail.example", "mail_from": "a@b.example"}
    writes = make_settings(tmp_path, "", host="192.0.2.7", public_url="https://r.example", **mail)
    assert not any("reach nobody" in one.what for one in look_at_settings(writes))


def test_more_media_processes_than_cores_are_a_weakness(tmp_path: Path) -> None:
    def about_cores(count: int) -> list[Finding]:
        settings = make_settings(tmp_path, "", media_processes=count)
        return [one for one in look_at_settings(settings) if "than cores" in one.said]

    assert about_cores(1) == []
    (found,) = about_cores(MOST_MEDIA_PROCESSES) if cores() < MOST_MEDIA_PROCESSES else (None,)
    assert found is None or (not found.refuses and "ROUNDS_MEDIA_PROCESSES" in found.remedy)


def test_media_ports_that_are_taken_are_named_unless_our_server_holds_them(tmp_path: Path) -> None:
    first = free_udp_ports(2)
    settings = make_settings(tmp_path, "", media_port=first, media_processes=2)
    assert list(look_at_ports(settings)) == []
    with socket.socket(type=socket.SOCK_DGRAM) as taken:
        taken.bind(("0.0.0.0", first + 1))
        (found,) = look_at_ports(settings)
        assert found.refuses
        assert f"UDP port {first + 1}" in found.said
        assert "ROUNDS_MEDIA_PORT" in found.remedy
        with socket.create_server(("127.0.0.1", settings.port)):
            assert list(look_at_ports(settings)) == []


def test_the_secret_is_made_once_and_only_for_us(tmp_path: Path) -> None:
    settings = make_settings(tmp_path, "")
    first = settings.secret()
    assert (len(first), settings.secret()) == (32, first)
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o400


@on_both_databases
async def test_what_the_database_lacks_is_named(tmp_path: Path, database_url: str) -> None:
    foundation = lay_foundation(make_settings(tmp_path, database_url))

    async def found() -> list[str]:
        return [one.fix async for one in look_at_data(foundation) if one.refuses]

    try:
        assert await found() == ["Run: rounds migrate"]
        await migrate(foundation.engine)
        assert await found() == ["Run: rounds admin create; or, to try the product: rounds demo"]
        clinic = await make_clinic(foundation.units)
        assert await found() == []
        for values, fix in (
            ({"crisis_reviewed_on": None}, "Enter whom people call in danger"),
            ({"crisis_text": ""}, "Enter whom people call in danger"),
        ):
            async with foundation.units(SYSTEM) as unit:
                await unit.session.execute(
                    update(Clinic).where(Clinic.id == clinic.id).values(**values)
                )
            (one,) = await found()
            assert one.startswith(fix)
    finally:
        await foundation.close()


async def test_a_database_that_does_not_answer_is_named(tmp_path: Path) -> None:
    settings = make_settings(tmp_path, "postgresql://rounds@/none?host=/nowhere")
    foundation = lay_foundation(settings)
    (one,) = [finding async for finding in look_at_data(foundation)]
    assert one.refuses
    assert "ROUNDS_DATABASE" in one.fix
    await foundation.close()


async def test_old_crisis_help_is_only_a_note(tmp_path: Path) -> None:
    from datetime import date

    async with ground(make_settings(tmp_path, ""), StoppedClock()) as foundation:
        clinic = await make_clinic(foundation.units)
        async with foundation.units(SYSTEM) as unit:
            statement = update(Clinic).where(Clinic.id == clinic.id)
            await unit.session.execute(statement.values(crisis_reviewed_on=date(2020, 1, 1)))
        found = [finding async for finding in look_at_data(foundation)]
        (one,) = [finding for finding in found if "crisis help" in finding.what]
        assert not one.refuses
        assert "Call the number" in one.fix


def test_doctor_ends_well_or_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in list(os.environ):
        if name.startswith("ROUNDS_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("ROUNDS_DATA", str(tmp_path))
    assert main(["doctor"]) == 1
    assert "refused: The database is not of this version.\n  Fix: " in capsys.readouterr().out
    assert main(["migrate"]) == 0
    assert "revision 0" in capsys.readouterr().out
    assert main(["migrate", "--to", "no-such"]) == 1
    assert "Fix: choose a revision" in capsys.readouterr().err
    assert main(["doctor"]) == 1
    monkeypatch.setenv("ROUNDS_HOST", "0.0.0.0")
    assert main(["doctor"]) == 1
    assert "without HTTPS" in capsys.readouterr().out
    assert sys.flags.optimize == 0
