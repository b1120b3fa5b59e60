"""Passwords: hashed with work, checked without telling who exists."""

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rounds.accounts.passwords import LONGEST, SHORTEST, Passwords
from rounds.accounts.strength import fault_of
from tests.making.house import House
from tests.making.people import PASSWORD, make_clinic, make_staff
from tests.measured import Measured

OWN = ("Amara", "Osei", "amara.osei@harbour.example")


@pytest.mark.parametrize(
    "good",
    [
        "correct horse battery staple",
        "vier grüne Boote am Morgen",
        "πέντε μικρά γράμματα εδώ",
        "七つの緑の舟が朝の海を静かに渡る",
        "seven green boats at dawn" + " and more" * 11,
    ],
)
def test_a_few_words_of_ones_own_do(good: str) -> None:
    assert fault_of(good, OWN) is None


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ("", "15 to 128"),
        ("x" * 14, "15 to 128"),
        ("seven green boats" * 8, "15 to 128"),
        ("aaaaaaaaaaaaaaaaaaaa", "again and again"),
        ("x7$" * 12, "again and again"),
        ("abcdefghijklmnopqrst", "in a row"),
        ("password1234567", "Many people"),
        ("amara.osei@harbour.example", "your own name"),
        ("amaraosei amaraosei", "your own name"),
        ("Osei-Amara-Osei", "your own name"),
    ],
)
def test_what_is_wrong_is_said_in_plain_words(bad: str, says: str) -> None:
    assert says in (fault_of(bad, OWN) or "")


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200), st.lists(st.text(max_size=60), max_size=3))
def test_any_text_is_judged_and_length_never_forgiven(secret: str, own: list[str]) -> None:
    fault = fault_of(secret, own)
    if not 15 <= len(secret) <= 128:
        assert fault is not None


def test_the_sentence_names_the_true_limits() -> None:
    assert (SHORTEST, LONGEST) == (15, 128)


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


async def test_thirty_at_once_keep_the_server_awake(own_house: House, measured: Measured) -> None:
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
    late = sorted(lags)[int(len(lags) * 0.99)]
    measured("thirty sign-ins at once: others wait, p99 in ms", round(late * 1000, 1))
    assert late < 3 * 0.1
