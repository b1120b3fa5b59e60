"""A whole day with telling words in every place: none of them is in the log of the server."""

import asyncio
import contextlib
import json
import os
import sqlite3
from pathlib import Path
from typing import Any

import aiohttp

from tests.commands.program import environment, run, serving
from tests.making.browser import Browser, Refused
from tests.making.raw import raw_socket

CANARY = "CANARY"
OTHERS = ("Lindqvist", "Osei", "amara@", "Harbour", "127.0.0.1", "Mozilla")
"""Names, addresses and programs of people, which are nobody's business either."""


async def a_day(address: str, links: Any, database: Path) -> list[str]:
    """Everything that can be typed is typed; return the secrets that were used."""
    gp, mara = Browser(address), Browser(address)
    secrets = [links["people"][0]["url"].partition("#t=")[2]]
    await gp.post("/demo/sign-in", {"token": secrets[0]})
    secrets += [gp.cookie("rounds")]
    visit = links["visits"][0]
    token = visit["patient_url"].partition("#t=")[2]
    page = (await mara.post("/j/redeem", {"token": token})).json()["location"]
    secrets += [token, *(cookie.value for cookie in mara.jar)]
    agent = {"User-Agent": f"Mozilla {CANARY}", "Accept-Language": CANARY, "Referer": CANARY}
    for path in (page, f"/{CANARY}", f"/visits/{CANARY}?q={CANARY}", f"/j/{CANARY}", "/static/x"):
        await mara.get(path, headers=agent)
    await mara.post("/sign-in", data={"email": f"{CANARY}@x.example", "password": CANARY * 2})
    await mara.post("/j/peek", {"token": CANARY})
    await mara.post("/j/redeem", data=f'{{"token": "{CANARY}'.encode())
    report = {"csp-report": {"effective-directive": CANARY, "blocked-uri": CANARY}}
    await mara.post("/csp-report", report)
    await gp.post(f"/visits/{visit['id']}/note", {"text": f"{CANARY} note", "revision": 0})
    console = await gp.staff_room(visit["id"])
    invitation = page.rpartition("/")[2]
    guest = await mara.line("/rooms", {"door": "guest", "invitation": invitation})
    await guest.ask("knock")
    seat = (await console.ask("state"))["waiting"][0]["seat"]
    await console.ask("deny", admission=seat, reason=f"{CANARY} reason")
    await console.ask("admit_all")
    await console.ask("say", text=f"{CANARY} chat", key=CANARY)
    ticket = await console.ask("ticket")
    secrets.append(ticket["token"])
    media = await gp.line("/media", {"token": ticket["token"]})
    await media.send("publish", {"sdp": f"v=0\r\ns={CANARY}\r\nc=IN IP4 127.0.0.1\r\n"})
    await media.send("answer", {"version": 1, "sdp": CANARY})
    await console.send("admit", {"admission": CANARY})
    await console.send("no_such_event", {CANARY: CANARY})
    with contextlib.suppress(Refused):
        await mara.line("/rooms", {"door": CANARY, "visit": CANARY, "invitation": CANARY})
    for packet in (CANARY, f"42/rooms,{CANARY}", f'42/rooms,["{CANARY}"', CANARY.encode()):
        with contextlib.suppress(ConnectionError, aiohttp.ClientError):
            async with raw_socket(mara.http, address) as raw:
                await raw.send(packet)
    # A fault of ours in the middle of it: the statement that fails carries the words.
    with sqlite3.connect(database) as broken:
        broken.execute("ALTER TABLE chat_messages RENAME TO mislaid")
    broken.close()
    assert await console.refused("say", text=f"{CANARY} fault", key=CANARY) == "unavailable"
    answer = await mara.get(page)
    assert answer.status == 200
    for browser in (gp, mara):
        await browser.close()
    return secrets


def test_no_word_of_anybody_is_in_the_log(tmp_path: Path) -> None:
    env, log = environment(tmp_path / "data"), tmp_path / "log"
    with serving("demo", env=env, log=log):
        links = json.loads(run("links", "--json", env=env).stdout)
        address = f"http://127.0.0.1:{env['ROUNDS_PORT']}"
        secrets = asyncio.run(a_day(address, links, tmp_path / "data/rounds.sqlite"))
    written = log.read_text()
    lines = [json.loads(line) for line in written.splitlines()]
    faults = [line["exception"] for line in lines if "exception" in line]
    assert any("OperationalError" in fault for fault in faults), lines
    for word in (CANARY, CANARY.lower(), *OTHERS, *secrets, os.fspath(tmp_path)):
        assert word not in written, word
