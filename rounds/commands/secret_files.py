"""Looks at files that hold a secret: there, with something in it, ours alone, of one use only."""

import hmac
import stat
from collections.abc import Iterator
from pathlib import Path

from rounds.kernel.config import Settings
from rounds.kernel.finding import Finding
from rounds.notices.credentials import read_secret


def look_at_secret_file(name: str, path: Path | None) -> Iterator[Finding]:
    """Yield what is wrong with the file a setting names."""
    if path is None:
        return
    if not path.is_file() or not read_secret(path):
        yield Finding(True, f"{name}={path} is no file with something in it.", "Check the path.")
    elif path.stat().st_mode & stat.S_IROTH:
        yield Finding(False, f"{path} can be read by everybody.", f"Run: chmod o-r {path}")


def look_for_double_use(name: str, path: Path | None, settings: Settings) -> Iterator[Finding]:
    """Yield a secret that another program holds as well, if it is also one of our own."""
    mine = read_secret(path)
    if path is None or not mine:
        return
    for other in _others(path, settings):
        if any(hmac.compare_digest(mine.encode(), form) for form in _forms(other)):
            yield Finding(
                True,
                f"{name} holds the same secret as {other}: who has the one would have the other.",
                f"Run: openssl rand -hex 32 > {path}, and tell the other program.",
            )


def _others(path: Path, settings: Settings) -> Iterator[Path]:
    named = (
        settings.turn_secret_file,
        settings.smtp_password_file,
        settings.sms_token_file,
        settings.sms_reply_secret_file,
    )
    for other in (*named, settings.data / "secret", settings.data / "audit-key"):
        if other is not None and other.is_file() and other.absolute() != path.absolute():
            yield other


def _forms(path: Path) -> tuple[bytes, ...]:
    """Return a secret as it stands in its file and as it would be copied by hand."""
    raw = path.read_bytes()
    return raw, raw.strip(), raw.hex().encode()
