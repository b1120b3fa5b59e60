"""A patient whose network blocks UDP, or all but 443, or changes: sound and picture get through."""

import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from tests.browser.coded import GP, PATIENT
from tests.browser.networks import HOME, MOBILE, TCP_PORT, Networks, apart, pairs
from tests.browser.person import Person
from tests.measured import Measured

pytestmark = [pytest.mark.alone, pytest.mark.asyncio(loop_scope="module")]

BY_TCP_WITHIN, BY_TLS_WITHIN, MOVED_WITHIN = 10.0, 12.0, 5.0
TIMES = 3
"""Times the promise that a busy machine may take in a test; `make bench` has the promise itself."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def networks(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Networks]:
    """The clinic, its relay, and a patient in another network."""
    async with apart(tmp_path_factory.mktemp("apart")) as made:
        yield made


async def call(networks: Networks) -> tuple[Person, Person, float]:
    """A fresh visit: GP and patient in the call; seconds from the press until both receive."""
    networks.meeting.links = await networks.served.fresh_visit()
    networks.meeting.visit = networks.meeting.links["visits"][0]["id"]
    gp = await networks.meeting.gp()
    patient = await networks.meeting.guest(PATIENT)
    pressed = time.time()
    await gp.admit(PATIENT)
    await networks.meeting.all_receive(gp, patient, patience=BY_TLS_WITHIN * TIMES)
    return gp, patient, time.time() - pressed


def used(found: list[dict[str, Any]]) -> set[tuple[str, str]]:
    assert len(found) == 2
    assert all(one["received"] > 0 and one["sent"] > 0 for one in found)
    return {(one["kind"], one["by"]) for one in found}


@pytest.mark.parametrize(
    ("rules", "way", "within"),
    [
        ([], "direct", BY_TCP_WITHIN),
        (["tcp dport 3478 accept", "drop"], "tcp", BY_TCP_WITHIN),
        (["tcp dport 443 accept", "drop"], "tls", BY_TLS_WITHIN),
        (["udp dport 3478 accept", "drop"], "udp", BY_TCP_WITHIN),
        ([f"tcp dport {TCP_PORT} accept", "drop"], "direct by tcp", BY_TCP_WITHIN),
    ],
    ids=["open", "no UDP", "only 443 by TCP", "only the relay by UDP", "no UDP and no relay"],
)
async def test_a_call_through_a_network_that_blocks(
    networks: Networks, measured: Measured, rules: list[str], way: str, within: float
) -> None:
    networks.let_pass(*rules)
    gp, patient, took = await call(networks)
    ways = used(await pairs(patient.page))
    if way.startswith("direct"):
        by = "tcp" if way.endswith("tcp") else "udp"
        assert ways <= {("host", by), ("prflx", by)}
    else:
        assert ways == {("relay", way)}
    word = "Good connection." if way == "direct" else "Limited network."
    await patient.page.locator("[data-part=word]", has_text=word).wait_for()
    measured(f"seconds from Admit until both receive, {way}", round(took, 2))
    assert took < within * TIMES
    for one in (gp, patient):
        await one.go()
    networks.meeting.people.clear()


async def test_a_patient_who_changes_networks(networks: Networks, measured: Measured) -> None:
    networks.let_pass()
    gp, patient, _ = await call(networks)
    patient.tolerate("net::ERR_", "WebSocket connection to")
    moved = time.time()
    networks.move(HOME, MOBILE)
    await patient.receives(GP, moved, MOVED_WITHIN * TIMES)
    await gp.goes_on_receiving(PATIENT, MOVED_WITHIN * TIMES)
    took = time.time() - moved
    measured("seconds from the change of network until both receive", round(took, 2))
    assert took < MOVED_WITHIN * TIMES
