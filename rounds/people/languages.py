"""The languages people are spoken to in, and their names in the reader's language."""

from babel import Locale, UnknownLocaleError

from rounds.kernel.errors import Invalid
from rounds.people.roles import Translate

SIGNED = "sgn"
"""Sign language (ISO 639-5); which one, the interpreter service asks."""

LANGUAGES = (
    "am", "ar", "bg", "bn", "bs", "cs", "cy", "da", "de", "el", "en", "en-GB", "en-US", "es", "et",
    "fa", "fi", "fr", "ga", "gu", "he", "hi", "hr", "hu", "hy", "id", "is", "it", "ja", "ka", "ko",
    "ku", "lt", "lv", "mk", "ms", "nb", "ne", "nl", "pa", "pl", "prs", "ps", "pt", "ro", "ru", "sk",
    "sl", "so", "sq", "sr", "sv", "sw", "ta", "te", "th", "ti", "tl", "tr", "uk", "ur", "uz", "vi",
    "yo", "zh",
)  # fmt: skip
"""Language tags (BCP 47) that forms offer; a clinic's own language is always one more."""

_NAMES = {"prs": "fa-AF"}


def language_name(tag: str, reader: str, translate: Translate) -> str:
    """Return how the readers of language `reader` call a language, or its tag if they do not."""
    if tag == SIGNED:
        return translate("Sign language")
    try:
        shown = Locale.parse(reader.replace("-", "_"))
        name = Locale.parse(_NAMES.get(tag, tag).replace("-", "_")).get_display_name(shown)
    except (ValueError, UnknownLocaleError):
        return tag
    return str(name or tag)


def language_choices(
    reader: str, translate: Translate, *more: str, signed: bool = False
) -> list[tuple[str, str]]:
    """Return tags and names for a form; `more` adds tags in use, `signed` sign language."""
    tags = {*LANGUAGES, *(one for one in more if one), *((SIGNED,) if signed else ())}
    named = [(tag, language_name(tag, reader, translate)) for tag in tags]
    return sorted(named, key=lambda one: one[1].casefold())


def known_language(tag: str, *more: str) -> str:
    """Return a tag that forms offer. Raises Invalid for any other."""
    if tag in LANGUAGES or tag == SIGNED or (tag and tag in more):
        return tag
    raise Invalid("We do not know this language.", {"language": "Please choose from the list."})
