"""Bodies of every wrong kind: refused in words, in bounded time, never a fault of ours."""

import json
from io import BytesIO
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rounds.app import LARGEST_BODY
from rounds.visits.note import LONGEST_NOTE
from tests.making.browser import Answer, Browser
from tests.making.fixtures import on_both
from tests.making.house import House
from tests.making.people import PASSWORD
from tests.making.visits import MadeVisit, make_visit

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]

JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def visit(house: House) -> MadeVisit:
    return await make_visit(house.units)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def gp(house: House, visit: MadeVisit) -> Browser:
    return await house.signed_in(visit.gp)


def refused(answer: Answer, status: int = 422, code: str = "invalid") -> Any:
    assert answer.status == status, answer
    told = answer.json()["error"]
    assert told["code"] == code
    assert told["message"]
    return told


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b'"text"',
        b"{",
        b"\xff\xfe{}",
        b'{"text": "\xff", "revision": 0}',
        b'{"text": "a\\u0000b", "revision": 0}',
        b'{"text": "\\ud800", "revision": 0}',
        b'{"text": "x", "revision": 0, "by": "somebody"}',
        b'{"text": "x", "revision": -1}',
        b'{"text": "x", "revision": "0; drop table"}',
        b'{"text": "x", "revision": 1e400}',
        b'{"text": "x", "revision": NaN}',
        b'{"text": {"$ne": ""}, "revision": 0}',
        b'{"revision": 0}',
        b'{"__proto__": {}, "text": "x", "revision": 0}',
        b'{"text": ' + b"[" * 100_000 + b"]" * 100_000 + b', "revision": 0}',
        b'{"text": "' + b"a" * (LONGEST_NOTE + 1) + b'", "revision": 0}',
        b"\x00" * 100,
    ],
    ids=lambda body: repr(body[:32]),
)
async def test_json_that_is_none_of_ours(gp: Browser, visit: MadeVisit, body: bytes) -> None:
    answer = await gp.post(f"/visits/{visit.id}/note", data=body, headers=JSON)
    told = refused(answer)
    assert len(answer.body) < 2000
    assert "somebody" not in json.dumps(told)


@pytest.mark.parametrize(
    "kind",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""],
)
async def test_json_under_another_name_is_refused(gp: Browser, visit: MadeVisit, kind: str) -> None:
    headers = {"Content-Type": kind, "Accept": "application/json"}
    body = b'{"text": "x", "revision": 0}'
    refused(await gp.post(f"/visits/{visit.id}/note", data=body, headers=headers))


async def test_too_much_at_once_is_refused_unread(gp: Browser, visit: MadeVisit) -> None:
    body = b'{"text": "' + b"a" * LARGEST_BODY + b'", "revision": 0}'
    refused(await gp.post(f"/visits/{visit.id}/note", data=BytesIO(body), headers=JSON), 413)
    form = b"email=" + b"a" * LARGEST_BODY
    assert (await gp.post("/sign-in", data=BytesIO(form), headers=FORM)).status == 413
    # A report is cut, not refused: its sender cannot help it.
    assert (await gp.post("/csp-report", data=BytesIO(body), headers=JSON)).status == 204


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"email=a%40b.example&password=x&next=&more=1", 422),
        (b"email=a%00b%40b.example&password=x", 422),
        (b"email=%ff%fe%40b.example&password=x", 422),
        (b"email=%ed%a0%80&password=x", 422),
        (b"email=a&email=b&password=x", 422),
        (b"password=" + b"p" * 2000, 422),
        (b"email=" + b"e" * 300, 422),
        (b"&" * 900, 422),
        (b"&" * 1000, 413),
        (b"\xff\xff\xff", 422),
        (b"next=" + b"%2f" * 300, 422),
    ],
    ids=lambda value: repr(value)[:40],
)
async def test_forms_that_are_none_of_ours(house: House, body: bytes, status: int) -> None:
    answer = await house.browser().post("/sign-in", data=body, headers=FORM)
    assert answer.status == status
    assert "text/html" in answer.headers["Content-Type"]
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("charset", ["no-such-charset", "utf-7", "idna", "rot13", "\x00"])
async def test_a_form_in_a_strange_charset(house: House, charset: str) -> None:
    headers = {"Content-Type": f"application/x-www-form-urlencoded; charset={charset}"}
    try:
        answer = await house.browser().post("/sign-in", data=b"email=\xe4", headers=headers)
    except ValueError:
        return  # no client sends such a header
    assert answer.status in (400, 422)


@pytest.mark.parametrize(
    "header",
    [
        {"Accept-Language": "xx-YY;q=9, *, \ud83d".encode("utf-8", "replace").decode()},
        {"Accept-Language": "," * 5000},
        {"Accept-Language": "de_DE@euro, en--us, zh_Hant_TW_x"},
        {"Cookie": "rounds=" + "a" * 5000},
        {"Cookie": 'rounds="\\377"; rounds=x; =; ;;;'},
        {"X-Forwarded-For": "999.999.999.999, ::::, <script>"},
        {"If-None-Match": "*"},
        {"Range": "bytes=0-0,1-1,5-"},
        {"Accept": "application/json;q=0.1, " + "x/y," * 500},
    ],
    ids=lambda header: next(iter(header)),
)
async def test_strange_headers_are_no_fault(house: House, header: dict[str, str]) -> None:
    for path in ("/", "/j", "/static/boot.js", "/nowhere"):
        answer = await house.browser().get(path, headers=header)
        assert answer.status in (200, 302, 304, 404), path


words = st.text(max_size=20)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(
    body=st.binary(max_size=40)
    | values.map(lambda value: json.dumps(value).encode())
    | st.fixed_dictionaries({}, optional={"token": values, "pin": values, "text": values}).map(
        lambda value: json.dumps(value).encode()
    )
)
async def test_no_body_is_a_fault_of_ours(gp: Browser, visit: MadeVisit, body: bytes) -> None:
    for path in ("/j/peek", "/j/redeem", f"/visits/{visit.id}/note", "/demo/sign-in"):
        answer = await gp.post(path, data=body, headers=JSON)
        assert answer.status in (200, 404, 409, 422), (path, answer)
    assert (await gp.post("/csp-report", data=body, headers=JSON)).status == 204


@pytest.mark.parametrize("id", ["x", "0" * 36, "../../etc", "%00", "a" * 3000, "%F0%9F%92%A9"])
async def test_ids_that_are_none(gp: Browser, id: str) -> None:
    for path in (f"/visits/{id}", f"/j/{id}"):
        assert (await gp.get(path)).status == 404
    for path in (f"/visits/{id}/note", f"/visits/{id}/links/{id}/revoke"):
        assert (await gp.post(path, {"text": "x", "revision": 0})).status == 404


async def test_refusals_come_as_a_page_or_as_json(house: House, gp: Browser) -> None:
    page = await gp.get("/nowhere")
    assert page.status == 404
    assert "<h1" in page.text
    asked = await gp.get("/nowhere", headers={"Accept": "application/json"})
    assert asked.json()["error"]["code"] == "not_found"
    stranger = house.browser()
    refused(await stranger.get("/today.json"), 404, "not_found")
    wrong = await stranger.request(
        "PUT", "/visits/x/note", json={}, headers={"Origin": house.address}
    )
    assert refused(wrong, 405)
    assert wrong.headers["Allow"] == "POST"
    other = await stranger.request("POST", "/j/peek", json={})
    refused(other, 403, "forbidden")


async def test_what_was_typed_comes_back_as_text_and_never_as_markup(house: House) -> None:
    form = {"email": '"><script>alert(1)</script>', "password": PASSWORD, "next": '"><b>'}
    answer = await house.browser().post("/sign-in", data=form)
    assert "<script>alert" not in answer.text
    assert "<b>" not in answer.text
    assert PASSWORD not in answer.text
