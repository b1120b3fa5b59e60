"""What one person is told of a room: hidden is absent, and less before being let in (pure)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from rounds.kernel.actor import CLINICIANS, STAFF, Role
from rounds.people.roles import relationship_label, role_label
from rounds.rooms.arrival import check_in_told, own_check_in_told, self_test_told
from rounds.rooms.doorstep import (
    by_phone,
    call_to,
    consent_of,
    notes_for,
    phone_of,
    sayings,
)
from rounds.rooms.model import ChatMessage, Seat, Standing
from rounds.rooms.outlook import UNKNOWN, Outlook
from rounds.rooms.picture import Picture
from rounds.rooms.presence import Presence
from rounds.rooms.quality import GOOD, Verdict
from rounds.rooms.showing import asking, may_share, shared, sharing_now
from rounds.rooms.talk import chat_told, hands, line_told, lines

Told = dict[str, Any]


@dataclass(frozen=True, slots=True)
class View:
    """A picture seen from one seat, in one language."""

    picture: Picture
    presence: Presence
    seat: Seat
    translate: Callable[[str], str]
    portrait: Callable[[str | None], str | None]
    version: int
    present: frozenset[str]
    verdict: Callable[[str, str], Verdict]
    outlook: Outlook = UNKNOWN

    def state(self) -> Told:
        """Return the RoomState of the protocol."""
        room, let_in = self.picture.room, self.seat.standing == Standing.ADMITTED
        inside = let_in and room.is_open
        hosts = inside and self.seat.may_admit
        return {
            "version": self.version,
            "room": room.id,
            room.occasion: room.occasion_id,
            "phase": "open" if room.is_open else "closed",
            "now": self.picture.now.isoformat(),
            "started_at": _iso(room.started_at),
            "ended_at": _iso(room.closed_at),
            "me": self._me(),
            "place": self._place(),
            "hosts": [self._host(one) for one in self._expected()],
            "people": self._people() if inside else self._attended(),
            "sharing": sharing_now(self.picture, self._person) if inside else None,
            "asking": asking(self.picture, self._person) if hosts else [],
            "shared": shared(self.picture, self.seat, self._person),
            "hands": hands(self.picture, self.seat, self._person) if inside else [],
            "waiting": [self._waiting(one) for one in self.picture.line()] if hosts else [],
            "coming": self._coming() if hosts else [],
            "calls": self._calls() if hosts else [],
            "by_phone": by_phone(self.picture) if self.seat.may_admit else [],
            "notes": notes_for(self.picture, self.seat, hosts, self.translate),
            "sayings": sayings(self.seat, self.translate),
            "messages": lines(self.picture, self.seat, self._person),
            "chat": chat_told(self.picture, self.seat),
        }

    def message(self, message: ChatMessage) -> Told:
        """Return a line of the chat."""
        return line_told(self.picture, message, self.seat, self._person)

    def _me(self) -> Told:
        return self._person(self.seat) | {
            "standing": self.seat.standing,
            "may_admit": self.seat.may_admit,
            "share": may_share(self.picture, self.seat),
            "quiet": self._quiet(),
            "reason": self.translate(self.seat.reason) if self.seat.reason else "",
            "since": _iso(self.seat.since),
            "check_in": own_check_in_told(self.picture.check_ins.get(self.seat.id)),
            "until": _iso(self.seat.until),
            "phone": None if self._is_staff() else phone_of(self.picture, self.seat),
        }

    def _quiet(self) -> Told | None:
        """Return who asked this page to mute itself, until it has; each asking has its `mark`."""
        asked = self.presence.quiet_asked(self.seat.room_id, self.seat.id)
        if asked is None or self.seat.standing != Standing.ADMITTED:
            return None
        return {"by": self._person(self.picture.seat(asked.by))["name"], "mark": asked.mark}

    def _is_staff(self) -> bool:
        return self.seat.role not in (Role.PATIENT, Role.RELATIVE)

    def _place(self) -> Told | None:
        line = [seat.id for seat in self.picture.line()]
        if self.seat.id not in line:
            return None
        ahead = self.outlook.ahead
        return {
            "position": ahead + line.index(self.seat.id) + 1,
            "of": ahead + len(line),
            "minutes": self.outlook.minutes,
        }

    def _expected(self) -> list[Seat]:
        """Return those of the clinic who will be there, clinicians first."""
        staff = [one for one in self.picture.seats if one.role in STAFF | {Role.INTERPRETER}]
        return sorted(staff, key=lambda one: one.role not in CLINICIANS)

    def _host(self, seat: Seat) -> Told:
        told = self._person(seat)
        del told["seat"]
        inside = seat.standing == Standing.ADMITTED
        return told | {"present": inside and self._is_present(seat)}

    def _people(self) -> list[Told]:
        told = []
        for seat in self.picture.seats:
            if seat.standing != Standing.ADMITTED:
                continue
            devices = self.presence.of(seat.room_id, seat.id)
            told.append(
                self._person(seat)
                | {
                    "present": self._is_present(seat),
                    "microphone": devices.microphone,
                    "camera": devices.camera,
                    "resting": devices.resting,
                    "connection": _words(self.verdict(seat.room_id, seat.id)),
                    "me": seat.id == self.seat.id,
                }
                | (self._told_to_hosts(seat) if self.seat.may_admit else {})
            )
        return told

    def _told_to_hosts(self, seat: Seat) -> Told:
        """What only those who may admit are told of somebody in the call."""
        background = self.presence.background_for(seat.room_id, seat.id)
        since = None if background is None else self._ago(background)
        return self._arrival(seat) | {"hidden_since": since}

    def _attended(self) -> list[Told]:
        """After the end, those who had been let in: for a host, who writes the note."""
        if self.picture.room.is_open or not self.seat.may_admit:
            return []
        return [
            self._person(seat)
            | {
                "present": False,
                "microphone": False,
                "camera": False,
                "resting": False,
                "connection": _words(GOOD),
                "me": seat.id == self.seat.id,
            }
            for seat in self.picture.seats
            if seat.given is not None and seat.given != Standing.DENIED
        ]

    def _waiting(self, seat: Seat) -> Told:
        return self._person(seat) | {
            "admission": seat.id,
            "relationship": self._relationship(seat),
            "since": _iso(seat.since),
            "away": not self._is_present(seat),
            "away_since": self._away_since(seat),
            "hidden": self._hidden_since(seat) is not None,
            "standing": seat.standing,
            "device_ready": self.presence.of(seat.room_id, seat.id).known,
            "consent": consent_of(self.picture, seat),
            "call": call_to(self.picture, seat),
            **self._arrival(seat),
        }

    def _arrival(self, seat: Seat) -> Told:
        """What only those who may admit are told of somebody's arriving."""
        return {
            "check_in": check_in_told(self.picture.check_ins.get(seat.id)),
            "self_test": self_test_told(self.picture.self_tests.get(seat.id)),
        }

    def _calls(self) -> list[Told]:
        """Return who wants to be called, or is on the telephone, without waiting for video."""
        line = {one.id for one in self.picture.line()}
        return [
            self._person(seat)
            | {"relationship": self._relationship(seat), "call": call}
            | self._arrival(seat)
            for seat in self.picture.seats
            if seat.id not in line and (call := call_to(self.picture, seat)) is not None
        ]

    def _away_since(self, seat: Seat) -> str | None:
        """Return since when nothing was heard of somebody, or since when their page is hidden."""
        if self._is_present(seat):
            return self._hidden_since(seat)
        return self._ago(self.presence.absent_for(seat.room_id, seat.id))

    def _hidden_since(self, seat: Seat) -> str | None:
        hidden = self.presence.hidden_for(seat.room_id, seat.id)
        return None if hidden is None else self._ago(hidden)

    def _ago(self, seconds: float) -> str:
        return (self.picture.now - timedelta(seconds=round(seconds))).isoformat()

    def _coming(self) -> list[Told]:
        told = []
        for seat in self.picture.seats:
            here = seat.in_line or seat.standing == Standing.ADMITTED
            invitation = self.picture.invitations.get(seat.person_id)
            if here or invitation is None:
                continue
            told.append(
                self._person(seat)
                | {
                    "invitation": invitation.id,
                    "relationship": self._relationship(seat),
                    "link": self._link(seat),
                    **self._arrival(seat),
                }
            )
        return told

    def _link(self, seat: Seat) -> str:
        invitation = self.picture.invitations[seat.person_id]
        if invitation.revoked_at is not None:
            return "revoked"
        if invitation.locked_at is not None:
            return "locked"
        if seat.standing in (Standing.LEFT, Standing.DENIED):
            return str(seat.standing)
        return "opened" if invitation.bound_at is not None else "not_opened"

    def _person(self, seat: Seat) -> Told:
        person = self.picture.people[seat.person_id]
        return {
            "seat": seat.id,
            "name": person.name,
            "role": str(seat.role),
            "role_label": self._relationship(seat) or role_label(Role(seat.role), self.translate),
            "face": self.portrait(person.portrait),
        }

    def _relationship(self, seat: Seat) -> str:
        known = self.picture.relationships.get(seat.person_id, "")
        return relationship_label(known, self.translate) if known else ""

    def _is_present(self, seat: Seat) -> bool:
        return seat.id in self.present


def _words(verdict: Verdict) -> Told:
    return {"quality": str(verdict.quality), "cause": str(verdict.cause)}


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
