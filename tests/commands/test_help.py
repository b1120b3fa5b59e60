"""Every command explains itself, and says what was wrong with what it was given."""

import pytest

from rounds import __version__
from rounds.__main__ import main

COMMANDS = [
    "serve", "demo", "migrate", "doctor", "links", "admin", "backup", "restore", "retention",
    "audit", "measures", "bench", "rules",
]  # fmt: skip


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    try:
        code = main(words)
    except SystemExit as ended:
        code = int(ended.code or 0)
    told = capsys.readouterr()
    return code, told.out, told.err


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = said(capsys, "--help")
    assert code == 0
    for command in COMMANDS:
        assert f"\n    {command}" in out
    assert "ROUNDS_PORT" in out


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_help(capsys: pytest.CaptureFixture[str], command: str) -> None:
    code, out, err = said(capsys, command, "--help")
    assert (code, err) == (0, "")
    assert f"usage: rounds {command}" in out
    assert "docs/OPERATIONS.md" in out


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "--version")[:2] == (0, f"rounds {__version__}\n")


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["dance"],
        ["serve", "--port"],
        ["links", "--xml"],
        ["restore"],
        ["retention"],
        ["retention", "--run", "--dry-run"],
        ["measures"],
        ["measures", "score"],
        ["bench"],
        ["rules"],
        ["rules", "evaluate"],
        ["bench", "media", "--processes", "many"],
        ["bench", "media", "--processes", "0"],
        ["bench", "media", "--seconds", "-1"],
    ],
)
def test_wrong_words_end_with_two(capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    code, out, err = said(capsys, *words)
    assert (code, out) == (2, "")
    assert "usage: rounds" in err


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "0"),
        ("PORT", "http"),
        ("PUBLIC_URL", "rounds.example"),
        ("PUBLIC_URL", "https://rounds.example/path"),
        ("LOG_FORMAT", "xml"),
        ("SIGN_IN_TRIES", "0"),
    ],
)
def test_a_setting_that_cannot_be_read_is_named(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"ROUNDS_{name}", value)
    code, _, err = said(capsys, "doctor")
    assert code == 2
    assert err.startswith(f"ROUNDS_{name}: ")
