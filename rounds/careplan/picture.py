"""What a page is told of a section that it opens, and what of its texts is compared (pure)."""

import hashlib
from typing import Any

from rounds.careplan.page import Opened
from rounds.careplan.rights import Right
from rounds.careplan.sent import Wish, read_bytes, write_bytes
from rounds.careplan.telling import lock_told
from rounds.sync.live import Live

Told = dict[str, Any]


def picture(opened: Opened, wish: Wish) -> Told:
    """Return a section as it stands in memory, and what of its texts the page has not.

    A page that names another epoch has another history: it gets everything. Raises Refused for a
    vector that is none.
    """
    live = opened.live
    known = read_bytes(wish.vector) if wish.epoch in (None, live.epoch) else b""
    update = live.section.since(known) if known else live.section.state()
    return {
        "seq": live.seq,
        "epoch": live.epoch,
        "right": right_told(opened.page.right(opened.kind)),
        "update": write_bytes(update),
        "vector": write_bytes(live.section.vector()),
        "items": live.items.told(),
        "locked": lock_told(live.lock),
        "quarantined": live.quarantined,
    }


def right_told(right: Right) -> str:
    """Return a right as pages are told it: `view`, `comment` or `edit`."""
    return right.name.lower()


def texts_hash(live: Live) -> str:
    """Return the SHA-256 of a section's texts, in hexadecimal.

    Of each field that is not put away and not empty, in the order of their names: the name, a NUL,
    the text, a NUL, in UTF-8. No text holds a NUL.
    """
    digest = hashlib.sha256()
    for field in sorted(live.items.fields):
        text = live.section.text(field)
        if text:
            digest.update(field + b"\x00" + text.encode() + b"\x00")
    return digest.hexdigest()
