"""Files: exactly those of the folder, by exactly their names."""

import pytest

from rounds.web.keys import PAGES
from tests.house.sources import ROOT
from tests.making.house import House

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.mark.parametrize(
    "path",
    [
        "../rounds/app.py",
        "..%2frounds/app.py",
        "%2e%2e/%2e%2e/etc/passwd",
        "..\\..\\etc\\passwd",
        "/etc/passwd",
        "//etc/passwd",
        "css/../../pyproject.toml",
        "./boot.js",
        "boot.js%00.css",
        "boot.js/",
        "BOOT.JS",
        "package.json",
        "package-lock.json",
        "tsconfig.json",
        "node_modules/typescript/package.json",
        ".npmrc",
        "css",
        "",
        "boot.0000000000000000.js",
        "boot..js",
        "." * 2000,
    ],
)
async def test_nothing_else_is_served(house: House, path: str) -> None:
    from yarl import URL

    address = URL(f"{house.address}/static/{path}", encoded=True)
    async with house.browser().http.get(address, allow_redirects=False) as response:
        assert response.status == 404


async def test_every_file_has_its_type_and_both_names(house: House) -> None:
    assets = house.app[PAGES].assets
    kinds = {
        "js": "text/javascript",
        "css": "text/css",
        "svg": "image/svg+xml",
        "woff2": "font/woff2",
    }
    browser = house.browser()
    for name in sorted(assets._files):
        suffix = name.rpartition(".")[2]
        answer = await browser.get(assets.url(name))
        assert answer.status == 200
        if suffix in kinds:
            assert answer.headers["Content-Type"].partition(";")[0] == kinds[suffix]
        assert assets.url(name).startswith("/static/")
    with pytest.raises(KeyError):
        assets.url("nowhere.js")


async def test_modules_reach_only_files_that_are_there(house: House) -> None:
    import json

    assets, browser = house.app[PAGES].assets, house.browser()
    for target in json.loads(assets.import_map)["imports"].values():
        assert (await browser.request("HEAD", target)).status == 200


async def test_joined_sheets_are_their_parts_in_order_and_no_other(house: House) -> None:
    browser, assets = house.browser(), house.app[PAGES].assets
    lists = sorted((ROOT / "static").rglob("*.sheets"))
    assert lists != []
    for listed in lists:
        joined = (await browser.get(assets.url(f"css/{listed.stem}.css"))).text
        assert joined.strip() != ""
        for part in listed.read_text().split():
            own = (await browser.get(assets.url(f"css/{part}.css"))).text
            assert joined.startswith(own)
            joined = joined[len(own) :].removeprefix("\n")
        assert joined == ""
        assert (await browser.get(f"/static/css/{listed.name}")).status == 404
