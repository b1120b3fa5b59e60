"""Reading the words of a page as people do."""

import re
from html import unescape


def section(page: str, id: str) -> str:
    """The words of one part of a page, named by its heading's id."""
    found = re.search(rf'<section[^>]*aria-labelledby="{id}">(.*?)</section>', page, re.S)
    assert found, id
    return words(found[1])


def words(markup: str) -> str:
    """What stands between the tags, on one line."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", markup)).split())
