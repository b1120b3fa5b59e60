"""What messages say: complete, short enough, in the person's language, and about nobody else."""

import gettext
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from rounds.notices.texts import LONGEST_SHORT, NoText, Texts, shortened
from rounds.people.model import Clinic, Person
from rounds.resources import folder, make_pages
from rounds.web.templates import Pages
from tests.pseudo import LEFT_TO_RIGHT, OPEN, RIGHT_TO_LEFT, pseudo

LINK = "https://visits.clinic.example/j#t=" + "x" * 43
TEMPLATES = folder("templates") / "notices"
KINDS = ["knock", *sorted(path.stem for path in TEMPLATES.glob("visit_*.txt"))]
VALUES = {
    "starts_at": datetime(2026, 11, 20, 9, 30, tzinfo=UTC).isoformat(),
    "link": "/j#t=" + "x" * 43,
    "pin": "123456",
    "pin_elsewhere": 1,
    "asks": 1,
    "can_reply": "1",
    "confirm_link": "/confirm#t=" + "y" * 200,
    "corrected": 1,
    "until_at": datetime(2026, 11, 27, 9, 30, tzinfo=UTC).isoformat(),
}
CLINICAL = re.compile(
    r"depress|anxi|panic|suicid|psych|therap|diagnos|symptom|disorder|medic|treat|mental|doctor"
    r"|\bDr\b|counsel|crisis|score|PHQ|GAD",
    re.I,
)


class MadeUp(gettext.NullTranslations):
    """Says every sentence in the made-up language, so that what is not translated shows."""

    def gettext(self, message: str) -> str:
        return pseudo(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return pseudo(msgid1 if n == 1 else msgid2)


@pytest.fixture(scope="module")
def pages() -> Pages:
    made = make_pages(15)
    for language in (LEFT_TO_RIGHT, RIGHT_TO_LEFT):
        made.languages._catalogues[language] = MadeUp()
    return made


@pytest.fixture(scope="module")
def texts(pages: Pages) -> Texts:
    return Texts(pages, "https://visits.clinic.example")


def clinic(name: str = "Harbour Street Practice") -> Clinic:
    return Clinic(name=name, phone="020 7946 0321", time_zone="Europe/London")


def person(language: str, given: str = "Mara") -> Person:
    return Person(given_name=given, family_name="Lindqvist", prefix="Dr", language=language)


@pytest.mark.parametrize("language", ["en", "en_US", LEFT_TO_RIGHT, RIGHT_TO_LEFT, "xx", ""])
@pytest.mark.parametrize("kind", KINDS)
def test_a_message_is_whole_short_and_about_nobody_else(
    texts: Texts, kind: str, language: str
) -> None:
    for by in ("email", "sms", "push"):
        for link in (VALUES["link"], None):
            values = VALUES | {"by": by, "link": link}
            text = texts.write_kind(kind, values, person(language), clinic())
            whole = f"{text.subject}\n{text.body}\n{text.short}\n{text.html}"
            assert text.subject
            assert text.short
            assert "Mara" not in text.subject
            assert "Lindqvist" not in whole
            assert not CLINICAL.search(re.sub(r"We never send health details[^<]*", "", whole))
            assert len(text.short) <= LONGEST_SHORT, text.short
            if kind == "visit_link" and link:
                assert LINK in text.short
                assert LINK in text.body
                assert f'href="{LINK}"' in text.html


@pytest.mark.parametrize("kind", KINDS)
def test_every_sentence_is_said_in_the_persons_language(texts: Texts, kind: str) -> None:
    text = texts.write_kind(kind, VALUES, person(LEFT_TO_RIGHT), clinic())
    assert text.subject.startswith(OPEN)
    for line in text.body.split("\n"):
        assert not line or line.startswith((OPEN, "https://")), line
    turned = texts.write_kind(kind, VALUES, person(RIGHT_TO_LEFT), clinic())
    assert 'dir="rtl"' in turned.html
    assert Locale.parse(RIGHT_TO_LEFT).text_direction == "rtl"


def test_times_are_the_clinics(texts: Texts) -> None:
    summer = VALUES | {"starts_at": datetime(2026, 7, 1, 9, 30, tzinfo=UTC).isoformat()}
    assert "10:30" in texts.write_kind("visit_link", summer, person("en"), clinic()).short
    assert "09:30" in texts.write_kind("visit_link", VALUES, person("en"), clinic()).short


@pytest.mark.parametrize(
    "name",
    [
        "<b>Mara</b>", "Mara\r\nBcc: x", "م" * 200, "{{ 7 * 7 }}", "%(name)s", "\u202earaM",
        "x" * 999,
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", KINDS)
def test_no_name_breaks_a_message(texts: Texts, kind: str, name: str) -> None:
    text = texts.write_kind(kind, VALUES, person("en", name), clinic(name))
    assert "\n" not in text.subject
    assert "\u202e" not in text.subject + text.body + text.short
    assert "<b>Mara" not in text.html
    assert "49" not in text.body
    assert len(text.short) <= LONGEST_SHORT
    if kind == "visit_link":
        assert LINK in text.short


def test_a_kind_without_a_template_has_no_words(texts: Texts) -> None:
    for kind in ("nothing", "../base", "mail"):
        with pytest.raises(NoText):
            texts.write_kind(kind, VALUES, person("en"), clinic())


def test_a_message_of_its_own_html_is_used(tmp_path: Path, pages: Pages) -> None:
    (tmp_path / "notices").mkdir()
    (tmp_path / "notices/own.txt").write_text("Subject\n\nshort {{ person.first_name }}\n--\nlong")
    (tmp_path / "notices/own.html").write_text("<i>{{ person.first_name }}</i>{{ subject }}")
    own = Pages(tmp_path, pages.assets, pages.languages, folder("static") / "icons", 15)
    text = Texts(own, "").write_kind("own", {}, person("en", "<M>"), clinic())
    assert (text.subject, text.short) == ("Subject", "short <M>")
    assert text.body == "short <M>\n\nlong"
    assert text.html == "<i>&lt;M&gt;</i>Subject"


@given(st.lists(st.text(alphabet="abc é", max_size=200), max_size=6), st.booleans())
def test_a_text_is_cut_but_never_its_link(lines: list[str], has_link: bool) -> None:
    text = "\n".join([*lines, *([LINK] if has_link else [])])
    cut = shortened(text)
    assert len(cut) <= LONGEST_SHORT
    assert (LINK in cut) == has_link
    assert len(text) > LONGEST_SHORT or cut == text
