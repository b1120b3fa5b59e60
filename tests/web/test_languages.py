"""Languages: chosen from what a browser wants, and handed to modules without harm."""

import json
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from hypothesis import given
from hypothesis import strategies as st

from rounds.web.languages import SOURCE_LANGUAGE, Languages


@pytest.fixture(scope="module")
def languages(tmp_path_factory: pytest.TempPathFactory) -> Languages:
    """English, German and Arabic."""
    folder: Path = tmp_path_factory.mktemp("locale")
    for language in ("de", "ar"):
        catalogue = Catalog(locale=language)
        catalogue.add("Join again", f"</script> {language}")
        catalogue.add(("%(n)s visit", "%(n)s visits"), ("one",) * catalogue.num_plurals)
        path = folder / language / "LC_MESSAGES" / "rounds.mo"
        path.parent.mkdir(parents=True)
        with path.open("wb") as file:
            write_mo(file, catalogue)
    return Languages(folder)


@pytest.mark.parametrize(
    ("wanted", "got"),
    [
        ([], "en"),
        (["de-AT", "en"], "de"),
        (["fr", "ar"], "ar"),
        (["tlh", "*"], "en"),
        (["en-GB", "de"], "en"),
    ],
)
def test_the_best_that_there_is(languages: Languages, wanted: list[str], got: str) -> None:
    assert languages.choose(*wanted).partition("_")[0] == got


@given(st.lists(st.text(max_size=12)))
def test_no_wish_is_a_fault(wanted: list[str]) -> None:
    chosen = Languages(Path("/nowhere")).choose(*wanted)
    assert chosen.partition("_")[0] == SOURCE_LANGUAGE


def test_words_for_modules_cannot_end_their_element(languages: Languages) -> None:
    text = languages.for_browser("de")
    assert "<" not in text
    told = json.loads(text)
    assert told["messages"]["Join again"] == "</script> de"
    assert told["messages"]["%(n)s visit"] == ["one", "one"]
    assert "n" in told["plural"]


def test_lines_run_as_the_language_is_read(languages: Languages) -> None:
    assert [languages.direction(one) for one in ("en", "de", "ar")] == ["ltr", "ltr", "rtl"]
    assert languages.translator("de")("Join again") == "</script> de"
    assert languages.translator("xx")("Join again") == "Join again"


def test_no_words_stay_no_words(languages: Languages) -> None:
    assert [languages.translator(one)("") for one in ("en", "de", "ar")] == ["", "", ""]
