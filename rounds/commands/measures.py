"""rounds measures: the words of the command; what it does is read when it is needed."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rounds.kernel.config import Settings


def add_measures(commands: Any, command: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the command and its deeds to the command line; `command` adds one that runs."""
    measures = commands.add_parser(
        "measures", help="check scores of questionnaires", epilog="See docs/OPERATIONS.md."
    )
    deeds = measures.add_subparsers(title="commands", required=True, metavar="COMMAND")
    score = command(deeds, "score", "score the cases of a file, to check them", _score)
    score.add_argument("file", type=Path, metavar="FILE", help="cases (docs/OPERATIONS.md)")
    score.add_argument("--json", action="store_true", help="for programs")


async def _score(_settings: Settings, given: argparse.Namespace) -> None:
    from rounds.commands.score_cases import score_file  # noqa: PLC0415

    score_file(given.file, given.json)
