"""Numbers that tests measured: kept in each test's report, and told at the end of the run."""

from collections.abc import Callable

import pytest

Measured = Callable[[str, object], None]


def tell(reporter: pytest.TerminalReporter) -> None:
    """Print what was measured, also by tests that another process ran."""
    reports = [*reporter.stats.get("passed", []), *reporter.stats.get("failed", [])]
    lines = [f"{what}: {value}" for report in reports for what, value in report.user_properties]
    if lines:
        reporter.section("measured")
        for line in lines:
            reporter.line(line)
