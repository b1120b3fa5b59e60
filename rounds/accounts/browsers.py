"""Names a browser to its owner, from what it says about itself."""

from collections.abc import Callable

from rounds.kernel.words import N_

# In this order: most browsers also name those they descend from.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)
UNKNOWN = N_("A browser")
LONGEST_READ = 400


def label_of(agent: str) -> str:
    """Return "Firefox/Linux" for a User-Agent header, with nothing for what is not known."""
    said = agent[:LONGEST_READ]
    browser = next((name for mark, name in BROWSERS if mark in said), "")
    system = next((name for mark, name in SYSTEMS if mark in said), "")
    return f"{browser}/{system}"


def label_words(label: str, translate: Callable[[str], str]) -> str:
    """Return a label in words, such as "Firefox on Linux"."""
    _ = translate
    browser, _slash, system = label.partition("/")
    if browser and system:
        return _("{browser} on {system}").format(browser=browser, system=system)
    return browser or system or translate(UNKNOWN)
