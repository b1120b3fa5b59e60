"""One reader of the environment, one clock, one supervisor, and logs that carry no words."""

import ast
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from rounds.kernel.logs import ALLOWED_KEYS
from tests.house.sources import full_name, imported_names, modules

LOG_METHODS = {"debug", "info", "warning", "error", "critical", "exception"}

LAST_LINES = {
    "rounds/kernel/tasks.py": "the supervisor survives any fault of what it supervises",
    "rounds/kernel/unit.py": "what reacts after a commit cannot undo the deed",
    "rounds/media/sfu/udp.py": "a stranger's datagram ends nobody's call",
    "rounds/media/sfu/loop/mux.py": "the same, where the compiled loop hands it over",
    "rounds/media/sfu/hall.py": "one seat's fault does not stop the clock of all",
    "rounds/media/sfu/worker.py": "what one browser described ends nobody else's visit",
    "rounds/careplan/opener.py": "whatever went wrong, no page stays half opened",
    "rounds/sync/writer.py": "nobody may believe what is not certain to be on the disk",
    "rounds/web/health.py": "whatever is wrong, the answer is that something is",
    "rounds/web/middleware.py": "a fault must not show its inside",
    "rounds/web/namespace.py": "every event is answered",
}
"""Where a fault may be caught whatever it is, and why it must not spread from there."""

HOMES: dict[str, tuple[Callable[[str], bool], set[str]]] = {
    "background tasks are started by the supervisor": (
        lambda name: name.endswith((".create_task", "asyncio.ensure_future")),
        {"rounds/kernel/tasks.py"},
    ),
    "settings are read in one place": (
        lambda name: name in ("os.environ", "os.getenv", "os.environ.get"),
        {"rounds/kernel/config.py"},
    ),
    "time comes from the unit or the clock": (
        lambda name: (
            name in ("datetime.datetime.now", "datetime.datetime.utcnow", "datetime.date.today")
        ),
        {"rounds/kernel/clock.py", "rounds/commands/certificate.py", "rounds/commands/doctor.py"},
    ),
    "identifiers come from one place": (
        lambda name: name in ("uuid.uuid4", "uuid.uuid1", "uuid_utils.uuid7", "uuid_utils.uuid4"),
        {"rounds/kernel/ids.py"},
    ),
}


def calls() -> list[tuple[Path, int, str, ast.Call]]:
    found = []
    for path, tree in modules().items():
        names = imported_names(tree)
        found += [
            (path, node.lineno, full_name(node.func, names), node)
            for node in ast.walk(tree)
            if isinstance(node, ast.Call)
        ]
    return found


@pytest.mark.parametrize("rule", HOMES)
def test_each_of_these_has_one_home(rule: str) -> None:
    is_one, homes = HOMES[rule]
    assert [
        f"{path}:{line} {name}"
        for path, line, name, _ in calls()
        if is_one(name) and path.as_posix() not in homes
    ] == []


def test_logs_carry_listed_keys_and_fixed_events() -> None:
    faults = []
    for path, line, name, call in calls():
        front, _, method = name.rpartition(".")
        if front not in ("log", "self._log", "self.log") or method not in LOG_METHODS:
            continue
        event = call.args[0] if call.args else None
        fixed = isinstance(event, ast.Constant) and re.fullmatch(r"[a-z0-9_]+", str(event.value))
        if not fixed or len(call.args) != 1:
            faults.append(f"{path}:{line} the event is a fixed word in snake case")
        faults += [
            f"{path}:{line} key {keyword.arg}"
            for keyword in call.keywords
            if keyword.arg not in ALLOWED_KEYS | {"exc_info"}
        ]
    assert not faults


def test_broad_excepts_stand_only_where_a_fault_must_not_spread() -> None:
    broad = [
        f"{path}:{node.lineno}"
        for path, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or full_name(node.type, {}) in ("Exception", "BaseException"))
        and path.as_posix() not in LAST_LINES
    ]
    assert not broad
