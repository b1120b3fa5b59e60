"""The file of checkpoints only grows, and the key of the chain is ours alone."""

import stat
from pathlib import Path

import pytest

from rounds.audit.chain import SEALED, Tail
from rounds.audit.checkpoints import Checkpoints, read_checkpoints
from rounds.audit.model import AuditEntry
from tests.making.clock import StoppedClock
from tests.making.ground import make_settings


def test_the_file_only_grows_and_outlives_a_torn_line(tmp_path: Path) -> None:
    path, now = tmp_path / "marks", StoppedClock().now()
    assert Checkpoints(path).newest() is None
    Checkpoints(path).append(Tail(1, "a"), now)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    first = path.read_bytes()
    with path.open("ab") as file:
        file.write(b'{"seq": 2, "he')
    Checkpoints(path).append(Tail(3, "c"), now)
    assert path.read_bytes().startswith(first)
    assert read_checkpoints(path) == ([Tail(1, "a"), Tail(3, "c")], 1)
    assert Checkpoints(path).newest() == Tail(3, "c")


def test_the_servers_log_serves_as_checkpoints(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text(
        '{"event": "media_process_ready", "port": 1}\n'
        '{"event": "audit_checkpoint", "seq": 7, "head": "ab"}\n\n[1]\nrounds is at\n\xff\n',
        encoding="latin-1",
    )
    assert read_checkpoints(path) == ([Tail(7, "ab")], 3)


def test_the_key_is_made_once_and_only_for_us(tmp_path: Path) -> None:
    settings = make_settings(tmp_path, "")
    key = settings.audit_key()
    assert len(key) == 32
    assert (settings.audit_key(), settings.secret() == key) == (key, False)
    path = tmp_path / "audit-key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o400
    path.chmod(0o440)
    with pytest.raises(PermissionError, match="chmod 400"):
        settings.audit_key()


def test_everything_of_a_line_but_its_number_is_sealed() -> None:
    assert {*SEALED, "count"} == {column.name for column in AuditEntry.__table__.columns}
