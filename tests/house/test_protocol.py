"""docs/PROTOCOL.md names every route and every socket event, and nothing that is not there."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator

from tests.house.sources import ROOT, dotted, modules

PROTOCOL = (ROOT / "docs/PROTOCOL.md").read_text("utf-8")

# Which namespace a door serves.
NAMESPACES = {
    "rounds/accounts/socket.py": "/me",
    "rounds/rooms/socket.py": "/rooms",
    "rounds/rooms/signalling.py": "/media",
    "rounds/rooms/echo.py": "/echo",
    "rounds/careplan/socket.py": "/careplan",
}


def called_with_words(function: str, words: int, at: int = 0) -> Iterator[tuple[str, list[str]]]:
    """Module and constant arguments, from position `at` on, of every call of this name."""
    for path, tree in modules().items():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or dotted(node.func).rpartition(".")[2] != function:
                continue
            given = node.args[at : at + words]
            found = [one.value for one in given if isinstance(one, ast.Constant)]
            if len(found) == words:
                yield path.as_posix(), [str(word) for word in found]


def documented_events(heading: str) -> dict[str, set[str]]:
    """Namespace → first column of its tables under this heading."""
    found: dict[str, set[str]] = defaultdict(set)
    for section in re.split(r"^### ", PROTOCOL, flags=re.M)[1:]:
        namespace = section.partition("`")[2].partition("`")[0]
        for table in re.findall(rf"^\| {heading} \|.*\n\|[-|]+\n((?:\|.*\n)+)", section, re.M):
            found[namespace] |= set(re.findall(r"^\| `(\w+)`", table, re.M))
    return found


def test_every_route_is_documented() -> None:
    served = {" ".join(words) for _, words in called_with_words("Door", 2)}
    assert set(re.findall(r"^\| `((?:GET|POST) /[^`]*)`", PROTOCOL, re.M)) == served


def test_every_event_of_clients_is_documented() -> None:
    declared: dict[str, set[str]] = defaultdict(set)
    for path, (name,) in called_with_words("event", 1):
        declared[NAMESPACES[path]].add(name)
    assert documented_events("client sends") == declared


def test_every_event_of_the_server_is_documented() -> None:
    sent = {name for _, (name,) in called_with_words("emit", 1)}
    # Rows of a plan's log: `Row(event, payload, last)`.
    sent |= {name for _, (name,) in called_with_words("Row", 1)}
    # Bells go to a person: `tell(person, event, payload)`.
    for bell in ("tell", "tell_home"):
        sent |= {name for _, (name,) in called_with_words(bell, 1, at=1)}
    assert set().union(*documented_events("server sends").values()) == sent
