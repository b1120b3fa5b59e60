"""Reports of a broken content policy: counted by directive, and nothing of them kept."""

import json
from typing import Any

import pytest
from structlog.testing import capture_logs

from tests.making.house import House

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def logged(house: House, body: bytes) -> list[Any]:
    with capture_logs() as lines:
        answer = await house.browser().request("POST", "/csp-report", data=body)
    assert answer.status == 204
    return [line["directive"] for line in lines if line["event"] == "policy_broken"]


async def test_both_forms_of_browsers_are_read(house: House) -> None:
    old = {"csp-report": {"effective-directive": "script-src-elem", "blocked-uri": "CANARY"}}
    new = [{"type": "csp-violation", "body": {"effectiveDirective": "img-src"}}]
    assert await logged(house, json.dumps(old).encode()) == ["script-src-elem"]
    assert await logged(house, json.dumps(new).encode()) == ["img-src"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff",
        b"[]",
        b"[[]]",
        b"7",
        b'"x"',
        b"null",
        b"[null]",
        b'{"csp-report": []}',
        b'{"csp-report": "x"}',
        b'{"body": 7}',
        b"[" * 16_000,
        b'{"a":' * 3_000,
        b"9" * 16_000,
        b"x" * 100_000,
    ],
    ids=lambda body: repr(body[:20]),
)
async def test_what_is_none_is_no_fault(house: House, body: bytes) -> None:
    assert await logged(house, body) == []


@pytest.mark.parametrize(
    "directive", ["CANARY Mara Lindqvist", "x\ny", {"a": "CANARY"}, ["CANARY"], "A" * 400, None, 7]
)
async def test_a_stranger_writes_no_words_into_the_log(house: House, directive: object) -> None:
    body = json.dumps({"csp-report": {"effective-directive": directive}}).encode()
    assert await logged(house, body) in ([], ["other"])
