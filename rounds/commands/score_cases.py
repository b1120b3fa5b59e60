"""rounds measures score: what the answers of a file come to, to compare with one's own sums."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from rounds.kernel.broken import BrokenFile, shown
from rounds.kernel.errors import Invalid, NotFound
from rounds.measures.cases import (
    MOST_BYTES,
    Results,
    got_change,
    got_score,
    got_sum,
    plain,
    score_cases,
)

HEAD = ("INSTRUMENT", "CASE", "STATUS", "TOTAL", "BAND", "MORE", "EXPECTED")
CHANGE_HEAD = ("INSTRUMENT", "FROM, TO", "BETTER BY", "PER CENT", "COURSE", "MORE", "EXPECTED")
WIDEST = 44


def score_file(path: Path, as_json: bool) -> None:
    """Print the score of every case. Raises NotFound or Invalid, and prints nothing then."""
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as fault:
        raise NotFound(f"{path} cannot be read: {fault.strerror}.") from None
    try:
        results = score_cases(str(path), data)
    except BrokenFile as broken:
        raise Invalid(str(broken)) from None
    print(json.dumps(_told(results), indent=2) if as_json else "\n".join(_text(results)))


def _told(results: Results) -> dict[str, Any]:
    return {
        "results": [
            {"instrument": one.instrument, "case": one.case, "got": got_score(found)}
            for one, found in results.scores
        ],
        "restricted_results": [
            {"instrument": one.instrument, "case": one.case, "got": got_sum(found)}
            for one, found in results.sums
        ],
        "change_results": [
            {"instrument": one.instrument, "got": got_change(found)}
            for one, found in results.changes
        ],
    }


def _text(results: Results) -> Iterator[str]:
    rows, differing = [], 0
    scores: list[tuple[Any, dict[str, Any]]] = [
        (one, got_score(found)) for one, found in results.scores
    ]
    scores += [(one, got_sum(found)) for one, found in results.sums]
    for one, got in scores:
        verdict = _verdict(one.expected, got)
        differing += verdict == "differs"
        more = {name: got[name] for name in ("missing", "sub", "alerts") if got.get(name)}
        first = [one.instrument, one.case or "", got["status"], _word(got["total"])]
        rows.append([*first, got["band"] or "", _more(more), verdict])
    changes = []
    for pair, change in results.changes:
        got = got_change(change)
        verdict = _verdict(pair.expected, got)
        differing += verdict == "differs"
        names = ("response", "remission", "nys_improved", "reliable")
        course = str(change.course or "")
        way = f"{_word(pair.baseline)}, {_word(pair.current)}"
        first = [pair.instrument, way, _word(got["delta"]), _word(got["pct"]), course]
        more = {name: got[name] for name in names if got[name] is not None}
        changes.append([*first, _more(more), verdict])
    if rows:
        yield from _table(HEAD, rows)
    if changes:
        yield from _table(CHANGE_HEAD, changes)
    yield f"{len(rows) + len(changes)} cases, {differing} of them not as expected."


def _verdict(expected: Mapping[str, Any] | None, got: Mapping[str, Any]) -> str:
    if expected is None:
        return ""
    return "yes" if plain(expected) == got else "differs"


def _word(value: object) -> str:
    if value is None:
        return "-"
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def _more(values: Mapping[str, Any]) -> str:
    said = []
    for name, value in values.items():
        if isinstance(value, Mapping):
            said += [f"{inner} {_word(one)}" for inner, one in value.items()]
        else:
            said.append(f"{name} {', '.join(value) if isinstance(value, list) else _word(value)}")
    return "; ".join(said)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    told = [head, *([shown(one) for one in row] for row in rows)]
    widths = [min(WIDEST, max(len(row[at]) for row in told)) for at in range(len(head))]
    for row in told:
        yield "  ".join(one.ljust(width) for one, width in zip(row, widths, strict=True)).rstrip()
    yield ""
