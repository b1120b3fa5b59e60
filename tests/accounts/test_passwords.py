"""Passwords: hashed with work, checked without telling who exists."""

import asyncio

import pytest

from rounds.accounts.passwords import Passwords
from rounds.accounts.staff import check_password
from rounds.kernel.errors import Invalid
from tests.making.house import House
from tests.making.people import PASSWORD, make_clinic, make_staff


def test_length_is_the_only_rule_of_a_password() -> None:
    for good in ("a" * 15, "ä" * 128, " " * 15):
        check_password(good)
    for bad in ("", "a" * 14, "a" * 129):
        with pytest.raises(Invalid):
            check_password(bad)


async def test_a_hash_is_slow_on_purpose_and_its_own_each_time() -> None:
    passwords = Passwords()
    one, other = [await passwords.hash("correct horse battery") for _ in range(2)]
    assert one != other
    assert one.startswith("$argon2id$v=19$m=65536,t=3,p=1$")
    assert await passwords.matches(one, "correct horse battery")
    assert not await passwords.matches(one, "correct horse batterY")
    assert not await passwords.matches(None, "nobody has this password")
    assert not await passwords.matches("no hash at all", "anything")
    passwords.close()


async def test_thirty_at_once_keep_the_server_awake(own_house: House) -> None:
    clinic = await make_clinic(own_house.units)
    real = await own_house.foundation.passwords.hash(PASSWORD)
    people = [await make_staff(own_house.units, clinic, password_hash=real) for _ in range(30)]
    loop, lags, busy = asyncio.get_running_loop(), [], True

    async def watch() -> None:
        while busy:
            before = loop.time()
            await asyncio.sleep(0.005)
            lags.append(loop.time() - before - 0.005)

    watching = asyncio.ensure_future(watch())
    answers = await asyncio.gather(*(own_house.browser().sign_in(one.email) for one in people))
    busy = False
    await watching
    assert [answer.status for answer in answers] == [303] * 30
    assert sorted(lags)[int(len(lags) * 0.99)] < 3 * 0.1
