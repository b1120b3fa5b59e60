"""Public holidays that a country keeps, as far as the library knows it."""

from datetime import date

from rounds.scheduling.holidays import propose


def test_an_unknown_country_proposes_nothing() -> None:
    assert propose("XX", 2027) == []
    assert propose("GB", 1800) == []
    assert date(2027, 12, 25) in {one.day for one in propose("GB", 2027, "en-GB")}
    assert {one.name for one in propose("DE", 2027, "de")} >= {"Neujahr"}
