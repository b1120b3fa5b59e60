"""Databases for tests: a SQLite file each, or one real PostgreSQL server that the tests start."""

import asyncio
import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import threading
from collections import deque
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from rounds.kernel.config import Settings
from rounds.kernel.database import make_engine
from rounds.migrations.runner import migrate

on_both_databases = pytest.mark.parametrize(
    "database_kind",
    ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)],
)
"""Marks a test (or a module) that runs once on each kind of database."""

SUPERUSER = "rounds"


class PostgreSQL:
    """A throwaway server on a Unix socket, with nothing of it kept and nothing of it durable."""

    def __init__(self, home: Path) -> None:
        self._data, self._home = home / "data", home
        self._account = _account_for_server()
        self._lines: deque[str] = deque(maxlen=50)
        self._names = count(1)
        self._shape = ""

    def start(self) -> None:
        """Make the cluster; return when it accepts connections, or RuntimeError with its log."""
        if self._account is not None:
            shutil.chown(self._home, self._account)
        self._run("initdb", "-D", str(self._data), "-U", SUPERUSER, "-A", "trust", "-E", "UTF8",
                  "--locale=C.UTF-8", "--no-sync")  # fmt: skip
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self._home),
            "fsync": "off",
            "full_page_writes": "off",
            "synchronous_commit": "off",
            "shared_buffers": "32MB",
            "max_connections": "120",
        }
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        self._process = subprocess.Popen(
            [_program("postgres"), "-D", str(self._data), *options],
            user=self._account, cwd=self._home, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        log = self._process.stderr
        assert log is not None
        for line in log:
            self._lines.append(line)
            if "database system is ready to accept connections" in line:
                break
        else:
            raise RuntimeError("PostgreSQL did not start:\n" + "".join(self._lines))
        self._log, self._reader = log, threading.Thread(target=self._lines.extend, args=(log,))
        self._reader.start()

    def stop(self) -> None:
        self._process.send_signal(signal.SIGINT)  # "fast": clients still there are disconnected
        self._process.wait(timeout=20)
        self._reader.join(timeout=20)
        self._log.close()

    def new_database(self) -> str:
        """An empty database's address, as an operator would write it in ROUNDS_DATABASE."""
        return self._address(self._create())

    def shaped_database(self) -> str:
        """A database of the newest shape with nothing in it: a copy of one that was migrated."""
        if not self._shape:
            made = self._create()
            asyncio.run(_shape(self._address(made)))
            self._shape = made
        return self._address(self._create("-T", self._shape))

    def _create(self, *options: str) -> str:
        name = f"rounds_{next(self._names)}"
        self._run("createdb", "-h", str(self._home), "-U", SUPERUSER, *options, name)
        return name

    def _address(self, name: str) -> str:
        return f"postgresql://{SUPERUSER}@/{name}?host={self._home}"

    def _run(self, program: str, *words: str) -> None:
        subprocess.run(
            [_program(program), *words],
            user=self._account, cwd=self._home, check=True, capture_output=True, text=True,
        )  # fmt: skip


async def _shape(address: str) -> None:
    engine = make_engine(Settings(database=address).database_url)
    try:
        await migrate(engine)
    finally:
        await engine.dispose()


def _account_for_server() -> str | None:
    """PostgreSQL refuses to run as root: the account that its package makes, or a powerless one."""
    if os.geteuid() != 0:
        return None
    with contextlib.suppress(KeyError):
        return pwd.getpwnam("postgres").pw_name
    return "nobody"


def _program(name: str) -> str:
    """Debian keeps the server's programs beside each other per version, off the path."""
    versions = Path("/usr/lib/postgresql").glob(f"*/bin/{name}")
    newest = max(versions, key=lambda path: int(path.parts[4]), default=None)
    found = str(newest) if newest else shutil.which(name)
    if found is None:
        raise RuntimeError(f"{name} is missing; `make test-deps` installs PostgreSQL")
    return found


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    # The socket's path has a limit of about 100 bytes, which pytest's own folders may exceed.
    with tempfile.TemporaryDirectory(prefix="rounds-pg-") as folder:
        Path(folder).chmod(0o755)
        server = PostgreSQL(Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.stop()


@pytest.fixture
def database_kind() -> str:
    """The kind a test gets that does not ask; ROUNDS_TEST_DATABASE=postgresql moves all of them."""
    return os.environ.get("ROUNDS_TEST_DATABASE", "sqlite")


@pytest.fixture
def database_url(database_kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """An empty database for this test alone."""
    if database_kind == "sqlite":
        return f"sqlite:///{tmp_path / 'rounds.sqlite'}"
    server: PostgreSQL = request.getfixturevalue("postgresql")
    return server.new_database()
