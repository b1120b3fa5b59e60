"""A demo clinic as a newcomer gets it: `rounds demo` in a process of its own."""

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import psutil

from rounds.accounts.links import new_pin
from rounds.demo.clinic import _plan, keep_a_visit_open
from rounds.demo.links import list_links
from rounds.kernel.actor import SYSTEM
from rounds.kernel.config import Settings
from rounds.kernel.signing import new_token
from rounds.people.queries import clinics
from rounds.resources import lay_foundation
from rounds.visits.links import invite
from tests.making.ground import free_port
from tests.making.visits import MadeVisit, make_visit

READY = b"rounds is at "


class DemoClinic:
    """The product's own process, its links, and the ways to end it."""

    def __init__(self, data: Path, log: Path, before: Sequence[str] = (), **wishes: str) -> None:
        """Use `data` for the clinic, write what the process says to `log`, and set `wishes`.

        `before` is a command to start it by, such as one that enters a network.
        """
        self._before = before
        self.port = free_port()
        self.address = f"http://localhost:{self.port}"
        self._log = log
        self._environment = {
            name: value for name, value in os.environ.items() if not name.startswith("ROUNDS_")
        } | {"ROUNDS_PORT": str(self.port), "ROUNDS_DATA": str(data), "ROUNDS_LOG_FORMAT": "json"}
        # Browsers code video on the same cores: this server is no measure of a real one.
        self._environment |= {"ROUNDS_MEDIA_LATE_MILLISECONDS": "10000"} | wishes
        self.settings = Settings(port=self.port, data=data)
        self._process: Process | None = None

    async def start(self) -> None:
        """Start, and return when people can come; RuntimeError with its words if it ends."""
        with self._log.open("ab") as errors:
            process = await asyncio.create_subprocess_exec(
                *self._before, *(sys.executable, "-m", "rounds", "demo"),
                env=self._environment, stdout=PIPE, stderr=errors,
            )  # fmt: skip
        assert process.stdout is not None
        self._process = process
        said = b""
        while READY not in said:
            line = await process.stdout.readline()
            said += line
            if not line:
                raise RuntimeError((said + self._log.read_bytes()).decode())

    async def links(self, *words: str) -> dict[str, Any]:
        """What `rounds links --json` prints; with `--fresh`, of a visit nobody has entered."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "rounds", "links", "--json", *words),
            env=self._environment, stdout=PIPE,
        )  # fmt: skip
        printed, _ = await process.communicate()
        found: dict[str, Any] = json.loads(printed)
        return found

    async def fresh_visit(self) -> dict[str, Any]:
        """Open another visit, as `rounds links --fresh` does, and give all links, its own first."""
        foundation = lay_foundation(self.settings)
        try:
            units, secret = foundation.units, self.settings.secret()
            await keep_a_visit_open(units, foundation.passwords, secret, fresh=True)
            return asdict(await list_links(units, self.settings, foundation.signer))
        finally:
            await foundation.close()

    async def visit_of_many(self, relatives: int) -> MadeVisit:
        """Plan a visit in a clinic of its own, with so many relatives; its GP has a password."""
        foundation = lay_foundation(self.settings)
        try:
            return await make_visit(foundation.units, relatives=relatives)
        finally:
            await foundation.close()

    async def visit_with_pin(self) -> tuple[str, str, str]:
        """Open another visit whose links ask for a PIN; give it, the patient's link and the PIN."""
        foundation = lay_foundation(self.settings)
        try:
            pin, token = new_pin(), new_token()
            pin_hash = await foundation.passwords.hash(pin)
            async with foundation.units(SYSTEM) as unit:
                clinic = (await clinics(unit.session))[0]
                visit, room, people = await _plan(unit, clinic, unit.now, "With a PIN")
                await invite(unit, visit, room, people[0], token, pin_hash)
            return visit.id, f"{self.address}/j#t={token}", pin
        finally:
            await foundation.close()

    @property
    def password(self) -> str:
        """The password of every demo account."""
        return (self.settings.data / "demo-password").read_text()

    @property
    def log(self) -> str:
        """Everything the process has logged."""
        return self._log.read_text()

    @property
    def faults(self) -> list[str]:
        """What the process logged that nobody should meet: errors, and policies pages broke."""
        lines = (json.loads(line) for line in self.log.splitlines() if line.startswith("{"))
        return [
            json.dumps(line)
            for line in lines
            if line.get("level") in ("error", "critical") or line.get("event") == "policy_broken"
        ]

    @property
    def processes(self) -> list[psutil.Process]:
        """The server's own process and all that it has started."""
        assert self._process is not None
        own = psutil.Process(self._process.pid)
        return [own, *own.children(recursive=True)]

    @property
    def media_process(self) -> psutil.Process:
        """The process that carries sound and picture."""
        children = self.processes[1:]
        return next(one for one in children if "rounds.media.sfu.worker" in one.cmdline())

    async def kill(self) -> None:
        """End the server as a fault would: kill -9, no time for anything."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> None:
        """End the server as an operator would."""
        await self._end(signal.SIGTERM)

    async def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            process.send_signal(how)
            await process.wait()
