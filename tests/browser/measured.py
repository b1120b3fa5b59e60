"""Numbers that tests measured: kept in each test's report, and told at the end of the run."""

from collections.abc import Callable

import pytest

Measured = Callable[[str, object], None]
RESULTS = pytest.StashKey[list[str]]()


def measuring(request: pytest.FixtureRequest, record: Callable[[str, object], None]) -> Measured:
    """A function that writes a number down."""

    def measured(what: str, value: object) -> None:
        record(what, value)
        request.config.stash.setdefault(RESULTS, []).append(f"{what}: {value}")

    return measured


def tell(reporter: pytest.TerminalReporter) -> None:
    """Print what was measured."""
    results = reporter.config.stash.get(RESULTS, [])
    if results:
        reporter.section("measured in browsers")
        for line in results:
            reporter.line(line)
