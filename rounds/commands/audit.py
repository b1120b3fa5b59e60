"""rounds audit verify: is the trail as it was written?"""

import json
import sys
from pathlib import Path

from rounds.audit.chain import Tail
from rounds.audit.checkpoints import read_checkpoints
from rounds.audit.verifying import Finding, Report, What, verify
from rounds.kernel.config import Settings
from rounds.kernel.errors import NotFound
from rounds.resources import lay_foundation

SAYS = {
    What.ALTERED: "the seal or its line was changed",
    What.MISSING: "something that was sealed is gone",
    What.INSERTED: "a line stands there that was never sealed",
    What.REORDERED: "seals changed their places",
    What.COUNT: "the number of times was changed",
    What.UNSEALED: "a line was passed over; lines after it have their seal",
    What.TRUNCATED: "the end was cut off: a checkpoint knew another one",
}


async def verify_trail(settings: Settings, checkpoint: Path | None, as_json: bool) -> int:
    """Verify and print; return 0 all well, 2 broken, 3 truncated.

    Raises NotFound when the key or a file that was named is not there.
    """
    if not (settings.data / "audit-key").exists():
        raise NotFound(
            f"{settings.data / 'audit-key'} is not there, and nothing can be verified without.\n"
            "  Fix: check ROUNDS_DATA; put the file back from where you keep it."
        )
    marks, unreadable = _checkpoints(settings, checkpoint)
    foundation = lay_foundation(settings)
    try:
        report = await verify(foundation.units, settings.audit_key(), marks)
    finally:
        await foundation.close()
    print(json.dumps(_values(report, unreadable)) if as_json else _text(report))
    if unreadable:
        print(f"{unreadable} lines of the checkpoints could not be read.", file=sys.stderr)
    return report.status


def _checkpoints(settings: Settings, named: Path | None) -> tuple[list[Tail], int]:
    path = named or settings.data / "audit-checkpoints"
    if not path.exists():
        if named is not None:
            raise NotFound(f"{named} does not exist.")
        return [], 0
    return read_checkpoints(path)


def _text(report: Report) -> str:
    lines = [_sentence(one) for one in report.findings]
    if report.count > len(report.findings):
        lines.append(f"… and {report.count - len(report.findings)} more.")
    if report.expired:
        lines.append(f"{report.expired} seals are of lines that were kept their time and deleted.")
    if not report.checkpoints:
        lines.append("No checkpoint to compare with: nobody can say whether the end was cut off.")
    if report.waiting.count and report.waiting.since:
        since = report.waiting.since.isoformat(timespec="seconds")
        lines.append(
            f"{report.waiting.count} lines wait for their seal, the first since {since}. "
            "A running server seals them within a second."
        )
    verdict = {0: "The trail is whole", 2: "The trail is broken", 3: "The trail was cut"}
    numbers = f"{report.seals} seals, {report.lines} lines, {report.checkpoints} checkpoints"
    return "\n".join([*lines, f"{verdict[report.status]}: {numbers}."])


def _sentence(one: Finding) -> str:
    where = f"Seal {one.seq}" if one.seq is not None else "Beside the chain"
    about = f" (line {one.entry})" if one.entry else ""
    return f"{where}: {one.what}, {SAYS[one.what]}{about}."


def _values(report: Report, unreadable: int) -> dict[str, object]:
    since = report.waiting.since
    return {
        "status": report.status,
        "seals": report.seals,
        "lines": report.lines,
        "expired": report.expired,
        "checkpoints": report.checkpoints,
        "unreadable_checkpoints": unreadable,
        "waiting": report.waiting.count,
        "waiting_since": since.isoformat() if since else None,
        "first_bad_seq": next((one.seq for one in report.findings if one.seq is not None), None),
        "findings": [
            {"what": str(one.what), "seq": one.seq, "line": one.entry} for one in report.findings
        ],
        "findings_in_all": report.count,
    }
