"""Names of countries and languages, for lists to choose from."""

from collections.abc import Iterable

from babel import Locale

# Codes that the data has and that are no country (CLDR: groupings, and two for tests).
NO_COUNTRY = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})


def countries(language: str) -> list[tuple[str, str]]:
    """Return code (ISO 3166, two letters) and name of every country, by name."""
    names = Locale.parse(language).territories
    found = [
        (code, name)
        for code, name in names.items()
        if len(code) == 2 and code.isalpha() and code not in NO_COUNTRY
    ]
    return sorted(found, key=lambda pair: pair[1])


def language_names(codes: Iterable[str], language: str) -> list[tuple[str, str]]:
    """Return code and name of languages: in their own words first, then in the reader's."""
    found = []
    for code in sorted(set(codes)):
        spoken = Locale.parse(code.replace("-", "_"))
        own = spoken.get_display_name(spoken) or code
        told = spoken.get_display_name(language) or own
        found.append((code, own if own == told else f"{own} ({told})"))
    return found
