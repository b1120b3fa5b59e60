"""How a line becomes a link: what of it is sealed, and how each head grows from the one before."""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

ENTRY, COUNT = "entry", "count"
GENESIS = "0" * 64
"""The head before the first seal."""

SEALED = (
    "id", "clinic_id", "at", "actor_kind", "actor_id", "actor_role", "session_hash", "patient_id",
    "action", "object_kind", "object_id", "outcome", "request", "together",
)  # fmt: skip
"""The columns of a line that never change; `count` grows where lines are gathered."""

IDS = frozenset({"id", "clinic_id", "actor_id", "patient_id", "object_id"})
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
GRACE = timedelta(minutes=2)
"""For how long after a period a deed that began in it may still count on."""

KEPT = timedelta(days=6 * 365 + 2)
"""For how long lines are kept at least: six years (45 CFR 164.316(b)(2)(i)); seals stay."""

_spell = json.encoder.encode_basestring_ascii


@dataclass(frozen=True, slots=True)
class Tail:
    """Where the chain ends: its last number and head."""

    seq: int = 0
    head: str = GENESIS


def line_digest(values: Sequence[object], count: int) -> str:
    """Return the SHA-256 (hex) of a line, given as the values of SEALED in that order.

    The number of a line that is not gathered (`together` empty) is final and hashed with it.

    They are hashed as JSON with sorted keys and no spaces: `at` as microseconds since 1970 UTC,
    ids as 32 hex digits, so that both databases and every move between them give the same.
    """
    told = dict(zip(SEALED, values, strict=True))
    return _sha256(told if told["together"] is not None else told | {"count": count})


def count_digest(entry_id: str, count: object) -> str:
    """Return the SHA-256 (hex) of how often a line came; the id as 32 hex digits."""
    return _sha256({"entry_id": entry_id, "count": count})


def plain(name: str, value: object) -> object:
    """Return a column's value as it is hashed."""
    if isinstance(value, datetime):
        return microseconds(value)
    return value.replace("-", "") if name in IDS and isinstance(value, str) else value


def microseconds(moment: datetime) -> int:
    """Return whole microseconds since 1970 UTC."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def link(key: bytes, before: str, seq: int, kind: str, entry_id: str, digest: str) -> str:
    """Return the head (hex) of a seal: an HMAC-SHA256 over the head before it and what it seals."""
    told = f"{before}|{seq}|{kind}|{entry_id}|{digest}".encode("utf-8", "surrogatepass")
    return hmac.digest(key, told, hashlib.sha256).hex()


def final_at(at: datetime, outcome: str) -> datetime:
    """Return when the number of a gathered line is final: its period and the grace are over."""
    period = MINUTE if outcome == "denied" else DAY
    return at - (at - EPOCH) % period + period + GRACE


def is_kept_no_longer(entry_id: str, now: datetime) -> bool:
    """Tell whether a line, by the time in its id (RFC 9562), is older than lines are kept."""
    return int(entry_id[:12], 16) // 1000 < (now - KEPT).timestamp()


def _sha256(told: Mapping[str, object]) -> str:
    # JSON with sorted keys and no spaces, written out: a trail has millions of lines.
    parts = [
        f'"{name}":{_spell(value) if type(value) is str else "null" if value is None else value}'
        for name, value in sorted(told.items())
    ]
    return hashlib.sha256(f"{{{','.join(parts)}}}".encode()).hexdigest()
