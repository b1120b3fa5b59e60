"""A table is written only by its own package, and queries never write."""

import ast

import rounds.tables  # noqa: F401 - makes every model known
from rounds.kernel.database import Base
from tests.house.sources import full_name, imported_names, modules

WRITING_METHODS = {"add", "add_all", "delete", "merge", "flush", "commit", "tell"}
WRITING_STATEMENTS = {"insert", "update", "delete"}


def tables() -> set[str]:
    """Full names of all model classes."""
    return {
        f"{mapper.class_.__module__}.{mapper.class_.__name__}" for mapper in Base.registry.mappers
    }


def test_tables_are_written_only_at_home() -> None:
    known = tables()
    strangers = []
    for path, tree in modules().items():
        home = path.parts[1]
        names = imported_names(tree)
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            called = full_name(node.func, names)
            written = [called]
            if called.rpartition(".")[2] in WRITING_STATEMENTS and called.startswith("sqlalchemy"):
                written = [full_name(argument, names) for argument in node.args]
            strangers += [
                f"{path}:{node.lineno} writes {name}"
                for name in written
                if name in known and name.split(".")[1] != home
            ]
    assert not strangers


def test_queries_never_write() -> None:
    writers = []
    for path, tree in modules().items():
        if path.name != "queries.py" and "queries" not in path.parts:
            continue
        names = imported_names(tree)
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            called = full_name(node.func, names)
            method = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            statement = called.startswith("sqlalchemy") and called.endswith(
                tuple("." + word for word in WRITING_STATEMENTS)
            )
            on_session = method in WRITING_METHODS and called.split(".")[0] in ("session", "unit")
            if statement or on_session:
                writers.append(f"{path}:{node.lineno} {called or method}")
    assert not writers
