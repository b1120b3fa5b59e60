"""Tells the pages of a plan who is where in it, as far as each may read the section."""

import asyncio
from typing import Any

from rounds.careplan.page import Page, Plan
from rounds.careplan.rights import Right
from rounds.careplan.sent import Spot, read_bytes, write_bytes
from rounds.careplan.telling import Teller
from rounds.sync.presence import LONGEST_ANCHOR, Place
from rounds.sync.refused import Refused

Told = dict[str, Any]


class Places:
    """Gathers where people are, and tells it at most ten times a second."""

    def __init__(self, teller: Teller) -> None:
        """Tell through `teller`."""
        self._teller = teller

    def move(self, page: Page, spot: Spot) -> None:
        """Note where a page's owner is. Raises Refused for what is no place."""
        place = None
        if spot.section:
            if page.right(spot.section) < Right.VIEW:
                raise Refused("not_open")
            place = Place(spot.section, spot.field, _anchor(spot.anchor), _anchor(spot.head))
        page.plan.presence.move(page, place, _now())
        self.hasten(page.plan)

    def leave(self, page: Page) -> None:
        """Note that a page is gone."""
        page.plan.presence.leave(page)
        self.hasten(page.plan)

    def seen_by(self, page: Page) -> list[Told]:
        """Return who is where, for a page that comes."""
        found = page.plan.presence.places().items()
        return [
            told
            for other, place in found
            if isinstance(other, Page) and (told := _told(page, other, place)) is not None
        ]

    def hasten(self, plan: Plan) -> None:
        """Tell what changed, now or as soon as it is due."""
        wait = plan.presence.due_in(_now())
        if wait is not None and not plan.is_due:
            plan.is_due = True
            asyncio.get_running_loop().call_later(wait, self.tell, plan)

    def tell(self, plan: Plan) -> None:
        """Tell every page what changed since it was told last."""
        plan.is_due = False
        changes = plan.presence.take_changes(_now())
        for page in plan.pages if changes else ():
            places = [
                told
                for other, place in changes.items()
                if isinstance(other, Page) and (told := _told(page, other, place)) is not None
            ]
            if places and not page.is_shut:
                self._teller.emit("places", {"places": places}, [page])


def _told(page: Page, other: Page, place: Place | None) -> Told | None:
    """Return what `page` is told of another; None for what it neither sees nor saw."""
    if other is page:
        return None
    if place is None or page.right(place.section) < Right.VIEW:
        if other.id not in page.seen:
            return None
        page.seen.discard(other.id)
        return {"page": other.id, "gone": True}
    page.seen.add(other.id)
    return {
        "page": other.id,
        "person": other.person,
        "section": place.section,
        "field": place.field,
        "anchor": write_bytes(place.anchor),
        "head": write_bytes(place.head),
    }


def _anchor(text: str) -> bytes:
    anchor = read_bytes(text)
    if len(anchor) > LONGEST_ANCHOR:
        raise Refused("too_large")
    return anchor


def _now() -> float:
    return asyncio.get_running_loop().time()
