"""Which languages there are, and the words of each for pages and for modules in the browser."""

import gettext
import json
import re
from collections.abc import Callable
from pathlib import Path

from babel import Locale, UnknownLocaleError, negotiate_locale

SOURCE_LANGUAGE = "en"
# How dates are written where a language is wanted without a region.
PLAIN = {"en": "en_GB"}
DOMAIN = "rounds"
TAG = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z]{4})?([-_]([A-Za-z]{2}|[0-9]{3}))?")


class Languages:
    """The catalogues in `folder`; English is the source and needs none."""

    def __init__(self, folder: Path) -> None:
        """Load every compiled catalogue there is."""
        self._catalogues: dict[str, gettext.NullTranslations] = {
            SOURCE_LANGUAGE: gettext.NullTranslations()
        }
        for file in sorted(folder.glob(f"*/LC_MESSAGES/{DOMAIN}.mo")):
            with file.open("rb") as stream:
                self._catalogues[file.parts[-3]] = gettext.GNUTranslations(stream)

    def choose(self, *preferred: str) -> str:
        """Return the best language we have for the preferences, the most wanted first.

        A preference that names a region we have no own words for keeps it: its clock and
        calendar differ though the words do not ("en_GB" reads 14:05, "en_US" 2:05 PM).
        """
        wanted = [tag.replace("-", "_") for tag in preferred if TAG.fullmatch(tag)]
        found = negotiate_locale(wanted, list(self._catalogues), sep="_") or SOURCE_LANGUAGE
        for tag in wanted:
            if "_" in tag and tag.partition("_")[0] == found and _is_known(tag):
                return tag
        return PLAIN.get(found, found)

    def offered(self) -> list[str]:
        """Return the languages there are words in."""
        return sorted(self._catalogues)

    def catalogue(self, language: str) -> gettext.NullTranslations:
        """Return the words of a language, or the English ones."""
        for name in (language, language.partition("_")[0], SOURCE_LANGUAGE):
            if name in self._catalogues:
                return self._catalogues[name]
        return gettext.NullTranslations()

    def translator(self, language: str) -> Callable[[str], str]:
        """Return the function that puts a sentence into `language`; "" stays what it is."""
        gettext = self.catalogue(language).gettext
        # For no words at all gettext has the head of the catalogue.
        return lambda words: gettext(words) if words else ""

    def direction(self, language: str) -> str:
        """Return "rtl" or "ltr"."""
        return str(Locale.parse(language).text_direction)

    def for_browser(self, language: str) -> str:
        """Return the words for modules as JSON: {"plural": expression, "messages": {…}}."""
        catalogue = self.catalogue(language)
        messages: dict[str, str | dict[int, str]] = {}
        for key, text in getattr(catalogue, "_catalog", {}).items():
            if isinstance(key, tuple):
                forms = messages.setdefault(key[0], {})
                if isinstance(forms, dict):
                    forms[key[1]] = text
            elif key:
                messages[key] = text
        value = {
            "plural": _plural(catalogue),
            "messages": {
                key: [forms[n] for n in sorted(forms)] if isinstance(forms, dict) else forms
                for key, forms in messages.items()
            },
        }
        # Inside a script element only "<" could end it.
        return json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")


def _is_known(tag: str) -> bool:
    try:
        Locale.parse(tag)
    except (ValueError, UnknownLocaleError):
        return False
    return True


def _plural(catalogue: gettext.NullTranslations) -> str:
    """Return the expression of the Plural-Forms header (GNU gettext manual)."""
    forms = catalogue.info().get("plural-forms", "")
    found = re.search(r"plural\s*=\s*([^;]+)", forms)
    return found[1].strip() if found else "n != 1"
