"""What one person is told of a room: hidden is absent, and less before being let in (pure)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rounds.kernel.actor import CLINICIANS, Role
from rounds.people.roles import relationship_label, role_label
from rounds.rooms.model import ChatMessage, Seat, Standing
from rounds.rooms.picture import Picture
from rounds.rooms.presence import Presence
from rounds.rooms.quality import GOOD, Verdict
from rounds.rooms.sharing import may_take_over

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
            "hosts": [self._host(one) for one in self.picture.seats if one.role in CLINICIANS],
            "people": self._people() if inside else self._attended(),
            "sharing": self._sharing() if inside else None,
            "asking": self._asking() if hosts else [],
            "shared": self._shared(),
            "waiting": [self._waiting(one) for one in self.picture.line()] if hosts else [],
            "coming": self._coming() if hosts else [],
            "messages": [self.message(one) for one in self.picture.messages] if let_in else [],
        }

    def message(self, message: ChatMessage) -> Told:
        """Return a line of the chat."""
        author = self.picture.seat(message.seat_id)
        told = self._person(author)
        return {
            "id": message.id,
            "key": message.key,
            "seat": author.id,
            "name": told["name"],
            "role": told["role"],
            "text": message.text,
            "at": message.at.isoformat(),
            "mine": author.id == self.seat.id,
        }

    def _me(self) -> Told:
        return self._person(self.seat) | {
            "standing": self.seat.standing,
            "may_admit": self.seat.may_admit,
            "share": self._may_share(),
            "reason": self.translate(self.seat.reason) if self.seat.reason else "",
            "since": _iso(self.seat.since),
        }

    def _place(self) -> Told | None:
        line = [seat.id for seat in self.picture.line()]
        if self.seat.id not in line:
            return None
        return {"position": line.index(self.seat.id) + 1, "of": len(line)}

    def _may_share(self) -> str:
        """Return "free" by one's own right, "ask" before a host was asked, "asked", "let" after."""
        if may_take_over(self.seat):
            return "free"
        own = next((one for one in self.picture.shares if one.seat_id == self.seat.id), None)
        if own is None or own.ended_at is not None:
            return "ask"
        return "asked" if own.waits else "let"

    def _sharing(self) -> Told | None:
        for share in self.picture.shares:
            if share.runs:
                seat = self.picture.seat(share.seat_id)
                return self._person(seat) | {"since": _iso(share.began_at)}
        return None

    def _asking(self) -> list[Told]:
        shares = self.picture.shares
        return [self._person(self.picture.seat(one.seat_id)) for one in shares if one.waits]

    def _shared(self) -> list[Told]:
        """After the end, who shared a screen from when to when: for a host, who writes the note."""
        if self.picture.room.is_open or not self.seat.may_admit:
            return []
        return [
            self._person(self.picture.seat(one.seat_id))
            | {"began_at": _iso(one.began_at), "ended_at": _iso(one.ended_at)}
            for one in self.picture.shares
            if one.began_at is not None
        ]

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
            )
        return told

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
            "standing": seat.standing,
            "device_ready": self.presence.of(seat.room_id, seat.id).known,
        }

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
