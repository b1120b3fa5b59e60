"""What an entry of a plan can name as where it came from, and what is no such name."""

import pytest

from rounds.careplan.origins import Origin, Source, read_origin
from rounds.kernel.ids import new_id


def test_an_origin_is_read_or_is_none() -> None:
    id = new_id()
    assert read_origin("template:persistent-pain/2") == Origin(
        Source.TEMPLATE, "persistent-pain", 2
    )
    assert read_origin(f"task:{id}") == Origin(Source.TASK, id)
    assert read_origin(f"visit:{id}") == Origin(Source.VISIT, id)
    assert read_origin("D-41") == Origin(Source.DECISION, "D-41")


@pytest.mark.parametrize(
    "code",
    [
        None,
        True,
        41,
        "",
        "elsewhere",
        "template:",
        "template:../../admin/1",
        "template:persistent-pain/0",
        "template:persistent-pain/-1",
        "template:persistent-pain/2\n",
        "template:persistent-pain/9999999999",
        "task:1",
        "task:------------------------------------",
        "visit:https://evil.example/aaaaaaaaaaaaaaaaa",
        "javascript:alert(1)",
        "//evil.example",
        "D-0",
        "D-41/../..",
        "D-٤١",
    ],
)
def test_nothing_else_is_an_origin(code: object) -> None:
    assert read_origin(code) is None
