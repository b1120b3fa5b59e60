"""The headers of every class of answer, to the letter."""

import base64
import hashlib
import re
from pathlib import Path

import pytest
import pytest_asyncio

from rounds.web.keys import PAGES
from tests.making.browser import Answer, Browser
from tests.making.ground import make_settings
from tests.making.house import House, running
from tests.making.visits import MadeVisit, make_visit

pytestmark = pytest.mark.asyncio(loop_scope="module")

SAME_EVERYWHERE = {
    "Reporting-Endpoints": 'csp="/csp-report"',
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Origin-Agent-Cluster": "?1",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
}
ALLOWED = (
    "autoplay=(self), fullscreen=(self), picture-in-picture=(self), clipboard-write=(self), "
    "speaker-selection=(self), screen-wake-lock=(self), publickey-credentials-get=(self), "
    "publickey-credentials-create=(self), geolocation=(), payment=(), usb=(), serial=(), hid=(), "
    "bluetooth=(), midi=(), gyroscope=(), accelerometer=(), magnetometer=(), idle-detection=(), "
    "browsing-topics=()"
)
OPEN = f"camera=(self), microphone=(self), display-capture=(self), {ALLOWED}"
SHUT = f"camera=(), microphone=(), display-capture=(), {ALLOWED}"
HTML, JSON = "text/html; charset=utf-8", "application/json; charset=utf-8"


def policy(house: House, sockets: str, secure: bool = False) -> str:
    upgrade = "upgrade-insecure-requests; " if secure else ""
    return (
        f"default-src 'none'; script-src 'self' '{house.app[PAGES].assets.import_map_hash}'; "
        "style-src 'self'; img-src 'self' blob: data:; font-src 'self'; media-src 'self' blob:; "
        f"connect-src 'self' {sockets}; worker-src 'self'; manifest-src 'self'; "
        "form-action 'self'; base-uri 'none'; object-src 'none'; frame-src 'none'; "
        "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types rounds; "
        f"{upgrade}report-uri /csp-report; report-to csp"
    )


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def visit(house: House) -> MadeVisit:
    return await make_visit(house.units)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser(house: House, visit: MadeVisit) -> Browser:
    """A browser that is the GP and the patient."""
    opened = await house.signed_in(visit.gp)
    await opened.redeem(visit.link(visit.patient))
    return opened


def check(house: House, answer: Answer, permissions: str, cache: str = "no-store") -> None:
    assert {name: answer.headers.get(name) for name in SAME_EVERYWHERE} == SAME_EVERYWHERE
    port = house.settings.port
    sockets = f"ws://localhost:{port} ws://127.0.0.1:{port}"
    assert answer.headers["Content-Security-Policy"] == policy(house, sockets)
    assert answer.headers["Permissions-Policy"] == permissions
    assert answer.headers["Cache-Control"] == cache
    assert not {"Server", "X-Powered-By", "Strict-Transport-Security"} & set(answer.headers)
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert "Access-Control-Allow-Credentials" not in answer.headers


@pytest.mark.parametrize(
    ("path", "status", "kind", "permissions"),
    [
        ("/j", 200, HTML, OPEN),
        ("/j/{invitation}", 200, HTML, OPEN),
        ("/visits/{visit}", 200, HTML, OPEN),
        ("/today", 200, HTML, SHUT),
        ("/today.json", 200, JSON, SHUT),
        ("/healthz", 200, JSON, SHUT),
        ("/", 302, None, SHUT),
        ("/favicon.ico", 302, None, SHUT),
        ("/nowhere", 404, HTML, SHUT),
        ("/demo", 404, HTML, SHUT),
        ("/static/nowhere.js", 404, HTML, SHUT),
        ("/sign-in", 405, HTML, SHUT),
        ("/socket.io/?EIO=4&transport=polling", 200, None, SHUT),
        ("/socket.io/?EIO=3&transport=polling", 400, None, SHUT),
    ],
)
async def test_each_class_of_answer(
    house: House,
    browser: Browser,
    visit: MadeVisit,
    path: str,
    status: int,
    kind: str | None,
    permissions: str,
) -> None:
    invitation = visit.link(visit.patient).invitation
    answer = await browser.get(path.format(visit=visit.id, invitation=invitation))
    assert answer.status == status
    check(house, answer, permissions)
    if kind is not None:
        assert answer.headers["Content-Type"] == kind


async def test_answers_to_strangers_and_to_posts(house: House) -> None:
    stranger = house.browser()
    check(house, await stranger.get("/"), SHUT)
    check(house, await stranger.get("/today"), SHUT)
    check(house, await stranger.post("/j/peek", {"token": "x"}), SHUT)
    check(house, await stranger.post("/csp-report", {}), SHUT)
    check(house, await stranger.request("POST", "/sign-out"), SHUT)
    check(house, await stranger.request("PUT", "/nowhere"), SHUT)
    check(house, await stranger.get("/", headers={"Host": "evil.example"}), SHUT)


async def test_files_under_hashed_names_never_change(house: House) -> None:
    assets, stranger = house.app[PAGES].assets, house.browser()
    for name in ("boot.js", "css/tokens.css", "img/mark.svg"):
        hashed = await stranger.get(assets.url(name))
        check(house, hashed, SHUT, "public, max-age=31536000, immutable")
        plain = await stranger.get(f"/static/{name}")
        check(house, plain, SHUT, "no-cache")
        assert plain.body == hashed.body
        again = await stranger.get(
            f"/static/{name}", headers={"If-None-Match": plain.headers["ETag"]}
        )
        assert (again.status, again.body) == (304, b"")
        check(house, again, SHUT, "no-cache")


async def test_the_policy_allows_the_import_map_of_the_page_and_no_other_script(
    house: House,
) -> None:
    page = (await house.browser().get("/j")).text
    scripts = re.findall(r"<script([^>]*)>(.*?)</script>", page, re.S)
    (import_map,) = [body for told, body in scripts if 'type="importmap"' in told]
    digest = base64.b64encode(hashlib.sha256(import_map.encode()).digest()).decode()
    assert (
        f"'sha256-{digest}'" in (await house.browser().get("/j")).headers["Content-Security-Policy"]
    )
    # What else stands in a script element is data, or a file of ours.
    for told, body in scripts:
        if 'type="importmap"' in told or "application/json" in told:
            continue
        assert 'src="/static/' in told
        assert not body.strip()


async def test_over_https_browsers_are_told_to_stay_there(tmp_path_factory: object) -> None:
    assert isinstance(tmp_path_factory, pytest.TempPathFactory)
    folder: Path = tmp_path_factory.mktemp("secure")
    settings = make_settings(folder, "", public_url="https://rounds.example")
    async with running(settings) as secure:
        answer = await secure.browser().get("/j", headers={"Host": "rounds.example"})
        assert answer.status == 200
        hsts = answer.headers["Strict-Transport-Security"]
        assert hsts == "max-age=63072000; includeSubDomains"
        csp = answer.headers["Content-Security-Policy"]
        assert csp == policy(secure, "wss://rounds.example", secure=True)
