"""rounds admin create: from an empty folder to a clinic that needs only a browser."""

from pathlib import Path

import pytest

from rounds.__main__ import main

CLINIC = {
    "clinic": "Harbour Street Practice",
    "phone": "020 7946 0321",
    "time-zone": "Europe/London",
    "country": "GB",
    "language": "en-GB",
}
LENA = {"name": "Lena Moreau", "email": "lena@harbour.example"}


class Terminal:
    """Runs the command in this process, in a folder of its own, with nobody to answer."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def run(self, *words: str, **options: str) -> tuple[int, str]:
        given = [f"--{name.replace('_', '-')}={value}" for name, value in options.items()]
        code = main(["admin", "create", *given, *words])
        told = self._capsys.readouterr()
        return code, told.out + told.err

    def doctor(self) -> tuple[int, str]:
        code = main(["doctor"])
        return code, self._capsys.readouterr().out


@pytest.fixture
def terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Terminal:
    monkeypatch.setenv("ROUNDS_DATA", str(tmp_path / "data"))
    return Terminal(capsys)


def test_from_nothing_to_a_clinic_that_starts(terminal: Terminal) -> None:
    code, told = terminal.run(**CLINIC, **LENA)
    assert code == 0, told
    assert "Lena Moreau is an administrator of Harbour Street Practice." in told
    assert "Samaritans 116 123" in told
    first = told.partition("/set-up#t=")[2].split()[0]
    assert len(first) == 43
    code, told = terminal.doctor()
    assert (code, "refused" in told) == (0, False)
    code, told = terminal.run(email=LENA["email"])
    assert (code, first in told) == (0, False)
    assert "Lena Moreau gets a new link" in told
    code, told = terminal.run(name="Sam Okafor", email="sam@harbour.example")
    assert code == 0
    assert "Sam Okafor is an administrator" in told


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("email", "nobody"),
        ("phone", "call us"),
        ("time-zone", "Europe/Atlantis"),
        ("country", "XX"),
        ("country", "Britain"),
        ("language", "klingon-language"),
        ("clinic", "x" * 121),
        ("name", "Lena\x1b[31m"),
        ("clinic", ""),
    ],
)
def test_what_does_not_do_is_named_and_nothing_is_made(
    terminal: Terminal, option: str, value: str
) -> None:
    code, told = terminal.run(**(CLINIC | LENA | {option: value}))
    assert code == 1
    assert f"--{option}" in told
    assert "Fix: " in told
    assert "does not start" not in told
    assert "There is no clinic" in terminal.doctor()[1]


def test_a_country_without_known_help_gives_its_own(terminal: Terminal) -> None:
    code, told = terminal.run(**(CLINIC | LENA | {"country": "IS", "phone": "+354 543 1000"}))
    assert code == 1
    assert "--crisis-number" in told
    own = {
        "crisis-number": "1717",
        "crisis-text": "Feel unsafe right now? Call",
        "crisis-source": "1717.is",
    }
    code, told = terminal.run(**(CLINIC | LENA | own | {"country": "IS", "phone": "+354 543 1000"}))
    assert code == 0, told
    assert "Feel unsafe right now? Call 1717" in told
