"""What every test stands on: databases, and a network that ends at this machine."""

import os
from collections.abc import Callable

import pytest
from hypothesis import settings

from tests.measured import Measured, tell
from tests.network import keep_to_this_machine

pytest_plugins = ["tests.databases", "tests.making.fixtures"]

keep_to_this_machine()

settings.register_profile("unhurried", deadline=None)  # a busy machine says nothing of the code
settings.load_profile("unhurried")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI a skipped test is a failed run: what a test needs is installed, never left out."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") == "true" and reporter is not None and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture
def measured(record_property: Callable[[str, object], None]) -> Measured:
    """Writes down a number that a test has measured; in words, as another process may tell it."""
    return lambda what, value: record_property(what, str(value))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    tell(terminalreporter)
