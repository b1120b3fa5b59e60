"""Asks a person at the terminal for what was not given as an option."""

import re
import sys
from argparse import Namespace
from zoneinfo import available_timezones

from babel import Locale, UnknownLocaleError

from rounds.commands.serve import Refused
from rounds.kernel.errors import Invalid
from rounds.people.contacts import normal
from rounds.people.model import System
from rounds.people.register import LONGEST_NAME, Name

LONGEST = {
    "clinic": 120,
    "phone": 40,
    "name": LONGEST_NAME,
    "crisis_number": 40,
    "crisis_text": 400,
    "crisis_source": 400,
}


class Asked:
    """The options, and the answers to what was missing; each is asked once."""

    def __init__(self, given: Namespace) -> None:
        """Take the options."""
        self._given = given
        self._answers: dict[str, str] = {}

    def own(self, name: str) -> str:
        """Return an option, empty if it was not given."""
        return str(getattr(self._given, name) or "").strip()

    def text(self, name: str, question: str) -> str:
        """Return an option, or the answer to its question. Raises Refused without either."""
        if name not in self._answers:
            said = self.own(name) or _ask(name, question)
            longest = LONGEST.get(name, 254)
            if len(said) > longest or not said.isprintable():
                raise _wrong(name, f"give at most {longest} letters, on one line")
            self._answers[name] = said
        return self._answers[name]

    def name(self) -> Name:
        """Return the administrator's name: the last word is the family's."""
        given, _, family = self.text("name", "Your name").rpartition(" ")
        return Name(given, family) if given else Name(family, "")

    def email(self, country: str) -> str:
        """Return the administrator's address. Raises Refused for one that is none."""
        try:
            return normal(System.EMAIL, self.text("email", "Your e-mail"), country).lower()
        except Invalid:
            raise _wrong("email", "give an address such as lena@clinic.example") from None

    def phone(self) -> str:
        """Return the clinic's telephone as it is shown. Raises Refused for one that is none."""
        phone = self.text("phone", "Telephone that patients call")
        try:
            normal(System.SMS, phone, self.country())
        except Invalid:
            raise _wrong("phone", "give a number with its area code") from None
        return phone

    def time_zone(self) -> str:
        """Return the clinic's time zone. Raises Refused for an unknown one."""
        zone = self.text("time_zone", "Time zone, such as Europe/London")
        if zone not in available_timezones():
            raise _wrong("time_zone", "give a name of the IANA list, such as Europe/London")
        return zone

    def country(self) -> str:
        """Return the clinic's country. Raises Refused for an unknown one."""
        country = self.text("country", "Country, two letters such as GB").upper()
        known = Locale("en").territories
        if not re.fullmatch("[A-Z]{2}", country) or country not in known or country in ("ZZ", "EU"):
            raise _wrong("country", "give two letters of ISO 3166, such as GB")
        return country

    def language(self) -> str:
        """Return the language of the clinic. Raises Refused for an unknown one."""
        language = self.text("language", "Language, such as en-GB")
        try:
            Locale.parse(language, sep="-")
        except (UnknownLocaleError, ValueError):
            raise _wrong("language", "give a language such as en, en-GB or de") from None
        return language


def option(name: str) -> str:
    """Return the option that answers a question."""
    return "--" + name.replace("_", "-")


def _ask(name: str, question: str) -> str:
    if not sys.stdin.isatty():
        raise Refused(f"{question}?\n  Fix: give {option(name)}")
    try:
        said = input(f"{question}: ").strip()
    except EOFError:
        said = ""
    if not said:
        raise _wrong(name, "this is needed")
    return said


def _wrong(name: str, fix: str) -> Refused:
    return Refused(f"{option(name)} does not do.\n  Fix: {fix}")
