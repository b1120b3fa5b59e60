"""What every test stands on: databases, and a network that ends at this machine."""

import os

import pytest

from tests.network import keep_to_this_machine

pytest_plugins = ["tests.databases", "tests.making.fixtures"]

keep_to_this_machine()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI a skipped test is a failed run: what a test needs is installed, never left out."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") == "true" and reporter is not None and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
