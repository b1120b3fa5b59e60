"""Presence against a model: who is here, who is away, since when."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from rounds.rooms.presence import AWAY_AFTER_SECONDS, Presence

PAGES = st.sampled_from(["p1", "p2", "p3", "p4"])
SEATS = st.sampled_from([("one", "a"), ("one", "b"), ("two", "c")])


class Watching(RuleBasedStateMachine):
    """Pages come, beat and go."""

    @initialize()
    def begin(self) -> None:
        self.now = 1000.0
        self.presence = Presence(clock=lambda: self.now)
        self.pages: dict[str, tuple[tuple[str, str], float]] = {}
        self.heard: dict[tuple[str, str], float] = {}

    @rule(page=PAGES, seat=SEATS)
    def come(self, page: str, seat: tuple[str, str]) -> None:
        if page not in self.pages:
            self.presence.connect(page, *seat)
            self.pages[page] = (seat, self.now)
            self.heard[seat] = self.now

    @rule(page=PAGES)
    def beat(self, page: str) -> None:
        self.presence.beat(page)
        if page in self.pages:
            seat, _ = self.pages[page]
            self.pages[page] = (seat, self.now)
            self.heard[seat] = self.now

    @rule(page=PAGES)
    def go(self, page: str) -> None:
        self.presence.disconnect(page)
        if page in self.pages:
            self.heard[self.pages.pop(page)[0]] = self.now

    @rule(seconds=st.sampled_from([0.5, 2.0, AWAY_AFTER_SECONDS, 30.0]))
    def wait(self, seconds: float) -> None:
        self.now += seconds

    @rule(seat=SEATS, said=st.tuples(st.booleans(), st.booleans(), st.booleans()))
    def announce(self, seat: tuple[str, str], said: tuple[bool, bool, bool]) -> None:
        before = self.presence.of(*seat)
        same = before.known and (before.microphone, before.camera, before.resting) == said
        assert self.presence.announce(*seat, *said) is not same
        told = self.presence.of(*seat)
        assert (told.microphone, told.camera, told.resting, told.known) == (*said, True)

    @invariant()
    def the_present_are_those_whose_heart_beat_lately(self) -> None:
        for room in ("one", "two"):
            expected = {
                seat[1]
                for seat, beat in self.pages.values()
                if seat[0] == room and beat > self.now - AWAY_AFTER_SECONDS
            }
            assert self.presence.present(room) == expected

    @invariant()
    def absence_counts_from_the_last_that_was_heard(self) -> None:
        for seat in (("one", "a"), ("one", "b"), ("two", "c")):
            last = max(1000.0, self.heard.get(seat, 0.0))
            assert self.presence.absent_for(*seat) == self.now - last

    @invariant()
    def pages_are_found_by_room_and_seat(self) -> None:
        for room in ("one", "two"):
            found = set(self.presence.sids(room))
            assert found == {
                (page, seat[1]) for page, (seat, _) in self.pages.items() if seat[0] == room
            }


TestWatching = Watching.TestCase
TestWatching.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)


def test_a_page_put_away_is_in_the_background_also_when_it_falls_silent() -> None:
    now = [0.0]
    presence = Presence(clock=lambda: now[0])
    presence.connect("p", "room", "seat")
    assert presence.background_for("room", "seat") is None
    presence.look("p", hidden=True)
    now[0] += 3.0
    assert presence.background_for("room", "seat") == 3.0
    now[0] += AWAY_AFTER_SECONDS  # the system has frozen the page
    assert presence.background_for("room", "seat") == 3.0 + AWAY_AFTER_SECONDS
    presence.disconnect("p")
    assert presence.background_for("room", "seat") == 3.0 + AWAY_AFTER_SECONDS
    presence.connect("q", "room", "seat")
    assert presence.background_for("room", "seat") is None


def test_a_page_that_is_looked_at_counts_before_others_of_the_same_person() -> None:
    now = [0.0]
    presence = Presence(clock=lambda: now[0])
    for page in ("old", "new"):
        presence.connect(page, "room", "seat")
    presence.look("old", hidden=True)
    assert presence.background_for("room", "seat") is None
    presence.disconnect("new")
    assert presence.background_for("room", "seat") == 0.0
    presence.disconnect("old")
    presence.connect("gone in sight", "room", "other")
    presence.disconnect("gone in sight")
    assert presence.background_for("room", "other") is None


def test_a_change_is_told_once() -> None:
    now = [0.0]
    presence = Presence(clock=lambda: now[0])
    presence.connect("p", "room", "seat")
    assert presence.changed_rooms() == {"room"}
    assert presence.changed_rooms() == set()
    now[0] += AWAY_AFTER_SECONDS
    assert presence.changed_rooms() == {"room"}
    presence.disconnect("p")
    assert presence.changed_rooms() == set()
