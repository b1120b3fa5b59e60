"""No file grows past the hard limit, and its exceptions stay few."""

from tests.house.sizes import EXCEPTIONS, too_long


def test_no_file_is_over_the_limit() -> None:
    assert too_long() == []
    assert len(EXCEPTIONS) <= 3
