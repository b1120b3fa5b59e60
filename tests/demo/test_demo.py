"""The demo clinic: its people, its links, and the limits of its shortcuts."""

import json
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from rounds.__main__ import main
from rounds.demo.clinic import keep_a_visit_open, make_clinic
from rounds.demo.links import list_links
from rounds.kernel.errors import Conflict, Forbidden
from tests.databases import on_both_databases
from tests.making.clock import StoppedClock
from tests.making.ground import ground, make_settings
from tests.making.house import House, running
from tests.making.people import make_clinic as make_real_clinic
from tests.making.visits import make_visit

PASSWORD = "a-password-of-the-demo"


async def fill(house: House) -> None:
    foundation = house.foundation
    await make_clinic(foundation.units, foundation.passwords, foundation.signer, PASSWORD)
    await keep_a_visit_open(foundation.units, foundation.passwords, foundation.settings.secret())


async def links_of(house: House) -> Any:
    from dataclasses import asdict

    foundation = house.foundation
    return asdict(await list_links(foundation.units, foundation.settings, foundation.signer))


@pytest.fixture
async def demo(tmp_path: Path) -> AsyncIterator[House]:
    async with running(make_settings(tmp_path, "")) as served:
        await fill(served)
        yield served


@on_both_databases
async def test_the_clinic_is_whole(tmp_path: Path, database_url: str) -> None:
    async with ground(make_settings(tmp_path, database_url), StoppedClock()) as earth:
        await make_clinic(earth.units, earth.passwords, earth.signer, PASSWORD)
        secret = earth.settings.secret()
        for _ in range(2):
            await keep_a_visit_open(earth.units, earth.passwords, secret)
        found = await list_links(earth.units, earth.settings, earth.signer)
        assert [one.role for one in found.people] == [
            "gp", "therapist", "psychiatrist", "coordinator", "admin",
        ]  # fmt: skip
        now, later = found.visits
        assert (now.pin, bool(now.patient_url), bool(now.relative_url)) == (None, True, True)
        assert later.pin is not None
        assert len(later.pin) == 6
        with pytest.raises(Conflict):
            await make_clinic(earth.units, earth.passwords, earth.signer, PASSWORD)


async def test_its_links_work(demo: House) -> None:
    found = await links_of(demo)
    gp = demo.browser()
    assert (await gp.get("/demo")).status == 200
    token = found["people"][0]["url"].partition("/demo#t=")[2]
    assert (await gp.post("/demo/sign-in", {"token": token})).json() == {"location": "/today"}
    days = (await gp.get("/today.json")).json()["visits"]
    assert found["visits"][0]["id"] in [one["id"] for one in days]
    assert (await gp.get(f"/visits/{found['visits'][0]['id']}")).status == 200
    for who in ("patient_url", "relative_url"):
        guest = demo.browser()
        token = found["visits"][0][who].partition("/j#t=")[2]
        answer = await guest.post("/j/redeem", {"token": token})
        assert (await guest.get(answer.json()["location"])).status == 200
    assert (await demo.browser().sign_in("lucia@harbour.example", PASSWORD)).status == 303
    for forged in ("x", token, found["people"][0]["url"][:-1]):
        assert (await gp.post("/demo/sign-in", {"token": forged})).status == 410


async def test_there_is_always_one_visit_open(demo: House) -> None:
    foundation, first = demo.foundation, await links_of(demo)
    demo.clock.move(hours=6)
    again = (foundation.units, foundation.passwords, foundation.settings.secret())
    await keep_a_visit_open(*again)
    second = await links_of(demo)
    assert second["visits"][0]["id"] not in [one["id"] for one in first["visits"]]
    await keep_a_visit_open(*again, fresh=True)
    third = await links_of(demo)
    assert third["visits"][0]["id"] not in [one["id"] for one in second["visits"]]


async def test_a_replaced_link_is_not_printed(demo: House) -> None:
    found = await links_of(demo)
    gp = demo.browser()
    await gp.post("/demo/sign-in", {"token": found["people"][0]["url"].partition("#t=")[2]})
    visit = found["visits"][0]["id"]
    console = await gp.staff_room(visit)
    coming = (await console.ask("state"))["coming"]
    path = f"/visits/{visit}/links/{coming[0]['invitation']}/reissue"
    assert (await gp.post(path, {})).status == 200
    assert None in [
        (await links_of(demo))["visits"][0][name] for name in ("patient_url", "relative_url")
    ]


async def test_a_real_clinic_has_no_shortcuts(own_house: House) -> None:
    visit = await make_visit(own_house.units)
    with pytest.raises(Forbidden):
        await links_of(own_house)
    browser = own_house.browser()
    assert (await browser.get("/demo")).status == 404
    token = own_house.foundation.signer.sign("demo sign-in", visit.gp.id)
    answer = await browser.post("/demo/sign-in", {"token": token})
    assert answer.status == 404
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "changes", [{"host": "0.0.0.0", "public_url": "https://rounds.example"}, {"host": "192.0.2.7"}]
)
async def test_a_demo_that_others_can_reach_has_no_shortcuts(
    tmp_path: Path, changes: dict[str, str]
) -> None:
    async with running(make_settings(tmp_path, "", **changes)) as served:
        await fill(served)
        with pytest.raises(Forbidden, match="this machine"):
            await links_of(served)
        host = served.settings.origin.partition("//")[2]
        headers = {"Host": host, "Origin": served.settings.origin}
        assert (await served.browser().get("/demo", headers=headers)).status == 404
        answer = await served.browser().post("/demo/sign-in", {"token": "x"}, headers=headers)
        assert answer.status == 404


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in list(os.environ):
        if name.startswith("ROUNDS_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("ROUNDS_DATA", str(tmp_path))
    monkeypatch.setenv("ROUNDS_PORT", "8123")
    return tmp_path


def test_what_links_prints_is_what_tools_rely_on(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["links", "--json"]) == 1
    capsys.readouterr()
    assert main(["demo", "--prepare-only"]) == 0
    assert "http://localhost:8123/demo#t=" in capsys.readouterr().out

    def printed(*words: str) -> Any:
        assert main(["links", "--json", *words]) == 0
        return json.loads(capsys.readouterr().out)

    found = printed()
    assert set(found) == {"people", "visits"}
    for person in found["people"]:
        assert set(person) == {"name", "role", "url"}
        assert person["url"].startswith("http://localhost:8123/demo#t=")
    for visit in found["visits"]:
        assert set(visit) == {"id", "patient_url", "relative_url", "pin"}
        assert visit["patient_url"].startswith("http://localhost:8123/j#t=")
    assert printed() == found or len(found["people"]) == 5
    fresh = printed("--fresh")
    assert fresh["visits"][0]["id"] != found["visits"][0]["id"]
    assert [one["id"] for one in found["visits"]] == [one["id"] for one in fresh["visits"][1:]]
    monkeypatch.setenv("ROUNDS_PUBLIC_URL", "https://rounds.example")
    assert printed()["visits"][0]["patient_url"].startswith("https://rounds.example/j#t=")
    monkeypatch.setenv("ROUNDS_HOST", "0.0.0.0")
    assert main(["links", "--json"]) == 1
    assert "this machine" in capsys.readouterr().err
    password = data / "demo-password"
    assert password.stat().st_mode & 0o777 == 0o400


async def test_the_demo_leaves_a_real_clinic_alone(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import asyncio

    async with ground(make_settings(data, ""), StoppedClock()) as earth:
        await make_real_clinic(earth.units)
    assert await asyncio.to_thread(main, ["demo", "--prepare-only"]) == 1
    told = capsys.readouterr().err
    assert "leaves it alone" in told
    assert "Fix: choose another folder" in told
    assert await asyncio.to_thread(main, ["links"]) == 1
