"""rounds rules evaluate: which rules fire in cases that a clinic writes itself?"""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from rounds.kernel.broken import BrokenFile
from rounds.kernel.config import Settings
from rounds.kernel.errors import Invalid, NotFound

if TYPE_CHECKING:
    from rounds.registry.cases import Case, Cases
    from rounds.registry.evaluating import Findings


def add_rules(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", epilog: str) -> None:
    """Add `rules` and what it can be told to the command line."""
    rules = commands.add_parser("rules", help="try the rules of the registry", epilog=epilog)
    deeds = rules.add_subparsers(title="commands", required=True, metavar="COMMAND")
    says = "say which rules fire in the cases of a file"
    one = deeds.add_parser("evaluate", help=says, description=f"S{says[1:]}.", epilog=epilog)
    one.add_argument(
        "file", type=Path, metavar="FILE", help="cases, and rules if you bring your own"
    )
    one.add_argument("--json", action="store_true", help="for programs")
    one.set_defaults(run=_evaluate)


async def _evaluate(settings: Settings, given: argparse.Namespace) -> None:  # noqa: ARG001
    evaluate_file(given.file, given.json)


def evaluate_file(path: Path, as_json: bool) -> None:
    """Print which rules fire in each case of a file; needs neither database nor server.

    Raises NotFound when the file is not there, Invalid with file, line and reason when it is
    broken. Rules that could not be assessed are told on the error output, too.
    """
    # Here and not above, which keeps --help quick.
    from rounds.registry.cases import read_cases  # noqa: PLC0415
    from rounds.registry.evaluating import evaluate  # noqa: PLC0415
    from rounds.registry.placed import MOST_BYTES  # noqa: PLC0415

    try:
        with path.open("rb") as file:
            told = read_cases(str(path), file.read(MOST_BYTES + 1))
    except FileNotFoundError:
        raise NotFound(f"{path} does not exist.") from None
    except OSError as fault:
        raise Invalid(f"{path} cannot be read: {fault.strerror}.") from None
    except BrokenFile as broken:
        raise Invalid(_line(str(broken))) from None
    found = [(case, evaluate(told.rules, case.state)) for case in told.cases]
    print(_json(found) if as_json else _text(told, found))
    for case, findings in found:
        for line in _faults(findings):
            print(f"{_line(case.name)}: {line}", file=sys.stderr)


Found = list[tuple["Case", "Findings"]]


def _json(found: Found) -> str:
    results = []
    for case, findings in found:
        result: dict[str, object] = {
            "case": case.name,
            "got": [rule.id for rule in findings.fired],
        }
        if findings.faults:
            result["could_not_be_assessed"] = [
                {"rule": one.rule.id, "variable": one.variable, "reason": one.reason}
                for one in findings.faults
            ]
        results.append(result)
    return json.dumps({"results": results}, indent=2)


def _text(told: "Cases", found: Found) -> str:
    lines: list[str] = []
    different = 0
    for case, findings in found:
        lines += ["", _line(case.name)] if lines else [_line(case.name)]
        lines += [
            f"  {rule.id:<5} {rule.urgency:<25} {_line(rule.message)}" for rule in findings.fired
        ]
        if not findings.fired:
            lines.append("  no rule fires")
        lines += [f"  {line}" for line in _faults(findings)]
        if case.expected is not None and {one.id for one in findings.fired} != {*case.expected}:
            different += 1
            lines.append(f"  expected: {_line(', '.join(case.expected)) or 'no rule'}")
    expecting = sum(case.expected is not None for case in told.cases)
    lines += ["", f"{len(told.rules.rules)} rules, {len(found)} cases."]
    if expecting:
        lines.append(f"{different} of {expecting} cases differ from what they expect.")
    return "\n".join(lines).strip()


def _faults(findings: "Findings") -> list[str]:
    return [
        f"{one.rule.id} could not be assessed: {one.variable or 'a number'}: {one.reason}"
        for one in findings.faults
    ]


def _line(said: str) -> str:
    """Return words as one line that moves no cursor, rings no bell and fits every terminal."""
    plain = "".join(sign if sign.isprintable() else "?" for sign in said)
    encoding = sys.stdout.encoding or "utf-8"
    return plain.encode(encoding, "replace").decode(encoding)
