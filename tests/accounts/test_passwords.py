"""Passwords: hashed with work, checked without telling who exists."""

import pytest

from rounds.accounts.passwords import Passwords
from rounds.accounts.staff import check_password
from rounds.kernel.errors import Invalid


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
