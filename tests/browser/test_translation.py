"""In another language every word is another, longer or mirrored, and still fits the screen."""

import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from babel import Locale
from playwright.async_api import Browser, Page

from rounds.careplan.template_files import shipped
from rounds.demo.plan import written
from tests.browser.looking import Light, Screens, cut_off, keep
from tests.browser.plans import PLANS
from tests.browser.spoken import speaking
from tests.browser.ways import WALKS, Walk
from tests.pseudo import CLOSE, LEFT_TO_RIGHT, OPEN, RIGHT_TO_LEFT

pytestmark = pytest.mark.asyncio(loop_scope="module")


def templates() -> list[str]:
    """Return all that the shipped templates say, the longest first."""
    said: set[str] = set()
    for template in (one.template for one in shipped().values()):
        said |= {template.title, template.summary, *template.sources, *template.sources.values()}
        said |= {words for entry in template.entries for words in entry.words}
    return sorted(said, key=len, reverse=True)


# What the clinic's people entered themselves, the product's own name and those of codecs.
PLANNED = "|".join(re.escape(one) for one in (*written(), *templates()))
ENTERED = (
    f"{PLANNED}|"
    # Instruments keep their names.
    "PEG|PHQ-9|"
    "Harbour Street Practice|After rounds: offer therapy with Jonas|Review of the plan|HS-2214|"
    "Feel unsafe right now\\? Go to the nearest emergency department, or call|"
    "Thinking of hurting yourself\\? In danger, call|"
    "To talk at any hour, free of charge: Samaritans|"
    "Amara|Osei|Jonas|Weber|Lucía|Ferrer|Sam|Okafor|Lena|Moreau|Mara|Lindqvist|Ida|Dr|sister|rounds|"
    "VP8|H264|opus"
)
TRANSLATED = re.compile(rf"{OPEN}[^{OPEN}{CLOSE}]*{CLOSE}")
WORD = re.compile(r"[A-Za-z]{2,}")

# Each text of the document, shown or not, also those that modules fill in later.
EVERY_TEXT = """() => {
  const found = [[document.title]];
  const LEFT_OUT = "script, style, noscript, time, kbd, option, [data-moment]";
  const NAMED = ["aria-label", "title", "placeholder", "alt"];
  const walk = (root) => {
    const texts = []; // joined, because a sentence may hold markup
    const nodes = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (nodes.nextNode()) {
      const inside = nodes.currentNode.parentElement?.closest(LEFT_OUT);
      if (!inside) texts.push(nodes.currentNode.data);
    }
    found.push(texts);
    for (const one of root.querySelectorAll("*")) {
      if (one.tagName === "TEMPLATE") walk(one.content);
      for (const name of NAMED) if (one.hasAttribute(name)) found.push([one.getAttribute(name)]);
    }
  };
  walk(document.body);
  return found.map((texts) => texts.join(" "));
}"""


def of_the_calendar(language: str) -> str:
    """A pattern for the names of months and days, which come from the language itself."""
    locale = Locale.parse(language)
    names = {
        name
        for kinds in (locale.months, locale.days)
        for lengths in kinds.values()
        for length in lengths.values()
        for name in length.values()
    }
    return "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))


def without_translated(text: str) -> str:
    """What is left when translations are taken out, those inside others first."""
    rest = TRANSLATED.sub("\n", text)
    return rest if rest == text else without_translated(rest)


async def untranslated(page: Page, language: str) -> list[str]:
    """Words that neither the language nor the clinic knows, with what stands around them."""
    texts: list[str] = await page.evaluate(EVERY_TEXT)
    known = re.compile(f"{ENTERED}|{of_the_calendar(language)}")
    left = (known.sub(" ", without_translated(text)) for text in texts)
    parts = {" ".join(part.split()) for text in left for part in text.split("\n")}
    return sorted(part for part in parts if WORD.search(part))


@pytest.mark.parametrize("walks", [WALKS, PLANS], ids=["visits", "plans"])
@pytest.mark.parametrize("language", [LEFT_TO_RIGHT, RIGHT_TO_LEFT])
async def test_every_word_is_translated_and_fits(
    language: str, walks: Sequence[Walk], chromium: Browser, tmp_path: Path
) -> None:
    faults: dict[str, list[str]] = {}
    async with speaking(language, tmp_path) as links:
        address = links["people"][0]["url"].partition("/demo")[0]
        screens = Screens(chromium, address, 360, locale=language)
        for walk in walks:
            async for name, page in walk(screens.new_page, links):
                await keep(page, f"{language}-{name}", Light(360))
                direction = await page.evaluate("() => document.documentElement.dir")
                assert direction == ("rtl" if language == RIGHT_TO_LEFT else "ltr")
                faults[name] = [
                    *await untranslated(page, language),
                    *await cut_off(page),
                    *screens.complaints(),
                ]
        await screens.close()
    assert {name: found for name, found in faults.items() if found} == {}
