"""Only our own names are answered, and only our own pages do things."""

import pytest
import pytest_asyncio

from tests.making.browser import Browser
from tests.making.house import House
from tests.making.visits import MadeVisit, make_visit

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def visit(house: House) -> MadeVisit:
    return await make_visit(house.units)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def gp(house: House, visit: MadeVisit) -> Browser:
    return await house.signed_in(visit.gp)


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "localhost",
        "localhost:1",
        "127.0.0.1",
        "localhost.evil.example:{port}",
        "evil.example:{port}",
        "127.0.0.1:{port}@evil.example",
        "[::ffff:127.0.0.1]:{port}",
        "0.0.0.0:{port}",
        "",
    ],
)
async def test_another_name_is_nobody_we_know(house: House, gp: Browser, host: str) -> None:
    headers = {"Host": host.format(port=house.settings.port)}
    for path in ("/today", "/static/boot.js", "/socket.io/?EIO=4&transport=polling"):
        answer = await gp.get(path, headers=headers)
        assert answer.status == 421, path
    # A load balancer asks by address.
    assert (await gp.get("/healthz", headers=headers)).status == 200


@pytest.mark.parametrize("host", ["localhost:{port}", "127.0.0.1:{port}", "LOCALHOST:{port}"])
async def test_our_own_names_are_answered(house: House, gp: Browser, host: str) -> None:
    headers = {"Host": host.format(port=house.settings.port)}
    assert (await gp.get("/healthz", headers=headers)).status == 200
    assert (await gp.get("/j", headers=headers)).status == 200


HOSTILE: list[dict[str, str]] = [
    {"Origin": "http://evil.example"},
    {"Origin": "null"},
    {"Origin": ""},
    {"Origin": "http://sub.localhost:{port}"},
    {"Origin": "http://127.0.0.1:{port}.evil.example"},
    {"Origin": "http://127.0.0.1"},
    {"Origin": "http://127.0.0.1:1"},
    {"Origin": "https://127.0.0.1:{port}"},
    {"Origin": "http://127.0.0.1:{port}/"},
    {"Origin": "http://evil.example, http://127.0.0.1:{port}"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://127.0.0.1:{port}"},
    {"Origin": "http://evil.example", "Sec-Fetch-Site": "same-origin"},
    {"Origin": "http://evil.example", "X-Forwarded-Host": "evil.example"},
    {
        "Origin": "https://evil.example",
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "https",
        "Forwarded": "host=evil.example;proto=https",
    },
    {"Referer": "http://127.0.0.1:{port}/today"},
    {},
]


@pytest.mark.parametrize("headers", HOSTILE, ids=str)
async def test_another_sites_page_changes_nothing(
    house: House, gp: Browser, visit: MadeVisit, headers: dict[str, str]
) -> None:
    sent = {name: value.format(port=house.settings.port) for name, value in headers.items()}
    path, note = f"/visits/{visit.id}/note", {"text": "forged", "revision": 0}
    for answer in (
        await gp.request("POST", path, json=note, headers=sent),
        await gp.request("POST", "/sign-out", headers=sent),
        await gp.request("POST", "/sign-in", data={"email": visit.gp.email}, headers=sent),
        await gp.request("DELETE", path, headers=sent),
        await gp.request("POST", "/socket.io/?EIO=4&transport=polling&sid=x", headers=sent),
    ):
        assert answer.status == 403, answer
    assert (await gp.get("/today")).status == 200
    assert "forged" not in (await gp.get(f"/visits/{visit.id}")).text


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://127.0.0.1:{port}"},
        {"Origin": "http://localhost:{port}", "Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
    ],
    ids=str,
)
async def test_our_own_pages_do(house: House, headers: dict[str, str]) -> None:
    visit = await make_visit(house.units)
    gp = await house.signed_in(visit.gp)
    sent = {name: value.format(port=house.settings.port) for name, value in headers.items()}
    note = {"text": "mine", "revision": 0}
    answer = await gp.request("POST", f"/visits/{visit.id}/note", json=note, headers=sent)
    assert answer.status == 200


async def test_reading_needs_no_origin(gp: Browser) -> None:
    assert (await gp.get("/today", headers={"Sec-Fetch-Site": "cross-site"})).status == 200
