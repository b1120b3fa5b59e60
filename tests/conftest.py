"""What every test stands on: databases, and a network that ends at this machine."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

from tests.measured import Measured, tell
from tests.network import keep_to_this_machine

pytest_plugins = ["tests.databases", "tests.making.fixtures"]

keep_to_this_machine()

settings.register_profile("unhurried", deadline=None)  # a busy machine says nothing of the code
settings.load_profile("unhurried")


@pytest.hookimpl(tryfirst=True)  # before the groups are read
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give each worker whole files, as their tests share what they stand on.

    All browsers go to one worker, and first: two calls are more than two cores carry.
    """
    browsers = Path(__file__).parent / "browser"
    items.sort(key=lambda item: browsers not in item.path.parents)
    for item in items:
        group = "browsers" if browsers in item.path.parents else str(item.path)
        item.add_marker(pytest.mark.xdist_group(group))


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
