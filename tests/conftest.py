"""What every test stands on: databases, and a network that ends at this machine."""

import os
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, settings
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from tests.measured import Measured, tell
from tests.network import keep_to_this_machine

pytest_plugins = ["tests.databases", "tests.making.fixtures"]

keep_to_this_machine()

BROWSERS = "tests/browser/"

# A busy machine says nothing of the code.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the browsers, which take longest."""
    items.sort(key=lambda item: not item.nodeid.startswith(BROWSERS))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadFileScheduling:
    """Give whole files to the workers, and all browsers to one."""
    return Sharing(config, log)


class Sharing(LoadFileScheduling):  # type: ignore[misc]
    """A worker has a file alone, as its tests share what they stand on.

    Two calls between browsers are more than two cores carry: one worker has all of them.
    """

    def _split_scope(self, nodeid: str) -> str:
        file: str = super()._split_scope(nodeid)
        return BROWSERS if file.startswith(BROWSERS) else file


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
