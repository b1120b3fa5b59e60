"""Commands that change a section's items, read from what was sent and from the log (pure)."""

import json
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from rounds.sync.refused import Refused

MOST_VALUES = 40
LONGEST_VALUE = 2_000
LARGEST = 16 * 1024
"""Bytes of one command in the log."""

_JOINERS = dict.fromkeys((0x200C, 0x200D, 0x200E, 0x200F))

Value = str | int | bool | None


class Op(StrEnum):
    """What a command does to an item."""

    ADD = "add"
    SET = "set"
    RANK = "rank"
    ARCHIVE = "archive"
    RESTORE = "restore"


@dataclass(frozen=True, slots=True)
class Command:
    """One deed on one item.

    `id` is chosen by whoever sends it, so that a command sent twice is done once; `if_seq` is the
    number up to which the sender had seen the item, None for whatever became of it.
    """

    id: str
    op: Op
    item: str
    kind: str = ""
    rank: str = ""
    values: dict[str, Value] = field(default_factory=dict)
    if_seq: int | None = None


def read(sent: object) -> Command:
    """Return the command that a client sent. Raises Refused("command") for anything else."""
    if not isinstance(sent, dict):
        raise Refused("command")
    values = sent.get("values", {})
    if_seq = sent.get("if_seq")
    id, item, kind, rank = texts = [sent.get(name, "") for name in ("id", "item", "kind", "rank")]
    if (
        not isinstance(values, dict)
        or len(values) > MOST_VALUES
        or not all(isinstance(one, str) and len(one) <= 64 for one in (*texts, *values))
        or not all(_is_value(one) for one in values.values())
        or not (if_seq is None or (type(if_seq) is int and 0 <= if_seq < 1 << 53))
        or not id
        or str(sent.get("op")) not in set(Op)
    ):
        raise Refused("command")
    command = Command(id, Op(sent["op"]), item, kind, rank, values, if_seq)
    if len(written(command)) > LARGEST:
        raise Refused("too_large")
    return command


def written(command: Command) -> bytes:
    """Return a command as the log keeps it: JSON without what is empty."""
    told: dict[str, Any] = {"id": command.id, "op": command.op, "item": command.item}
    for name in ("kind", "rank", "values"):
        if getattr(command, name):
            told[name] = getattr(command, name)
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def unwritten(data: bytes) -> Command:
    """Return a command of the log. Raises Refused("command") when it is damaged."""
    try:
        return read(json.loads(data))
    except ValueError:
        raise Refused("command") from None


def is_text(value: str) -> bool:
    """Say whether a value is one line of text as people write it.

    Marks that join letters or turn their direction belong to it (Persian, Arabic, emoji), controls
    and lone surrogates, which could not be written as UTF-8, do not.
    """
    return value.translate(_JOINERS).isprintable()


def _is_value(value: object) -> bool:
    if isinstance(value, str):
        return len(value) <= LONGEST_VALUE and is_text(value.replace("\n", ""))
    return value is None or isinstance(value, bool) or (type(value) is int and abs(value) < 1 << 53)
