"""Turns who sees what into the plain values that templates show."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web

from rounds.audit.words import actor_words, deed_words
from rounds.consent.access import Relation
from rounds.consent.looks import Looks
from rounds.consent.model import Consent, Exclusion, Purpose, Scope, Section
from rounds.consent.parts import MATTERS, SCOPES, SECTIONS
from rounds.consent.sight import Agreement, Close, Member, Sight
from rounds.consent.texts import NEWEST, text_of
from rounds.kernel.actor import Role
from rounds.people.roles import relationship_label, role_label
from rounds.web.keys import PAGES
from rounds.web.people import person_values
from rounds.web.request import language

Values = dict[str, Any]
USUAL_ACCESS = timedelta(days=182)


class Wording:
    """Words and days for one request: its language, and the clinic's time zone."""

    def __init__(self, request: web.Request, zone: ZoneInfo) -> None:
        """Speak the language of the request's person."""
        self._request = request
        self._languages = request.app[PAGES].languages
        self.zone = zone
        self.translate: Callable[[str], str] = self._languages.translator(language(request))

    def member(self, one: Member) -> Values:
        """Return a member of the team."""
        return person_values(self._request, one.person) | {
            "id": one.person.id,
            "role_label": role_label(one.role, self.translate),
            "matters": [self.translate(MATTERS[matter]) for matter in one.matters],
            "kept_out": one.tie.excluded,
            "withheld": self.sections(one.tie.withheld),
        }

    def close(self, one: Close) -> Values:
        """Return somebody close to the patient."""
        row = one.consent
        return person_values(self._request, one.person) | {
            "id": one.person.id,
            "role_label": relationship_label(one.relationship, self.translate),
            "kept_out": one.tie.excluded,
            "withheld": self.sections(one.tie.withheld),
            "scopes": self.scopes(one.tie.scopes),
            "ticked": sorted(row.opened) if row else [],
            "consent": row.id if row else None,
            "until": self.last_day(row) if row else None,
        }

    def agreement(self, one: Agreement) -> Values:
        """Return a purpose with its newest text and what the patient said."""
        row = one.consent
        return {
            "purpose": str(one.purpose),
            "text": self.text(row) if row and one.holds else self.text_now(one.purpose),
            "holds": one.holds,
            "consent": row.id if row else None,
            "given": row.given_at.astimezone(self.zone) if row else None,
            "withdrawn": row.withdrawn_at.astimezone(self.zone)
            if row and row.withdrawn_at
            else None,
        }

    def past(self, row: Consent, sight: Sight) -> Values:
        """Return an agreement of any time as the list of all of them shows it."""
        grantee = next((one for one in sight.family if one.person.id == row.grantee_id), None)
        explained = sight.people.get(row.explained_by or "")
        by = sight.people.get(row.given_by)
        ended = row.withdrawn_at or row.replaced_at
        return {
            "id": row.id,
            "purpose": str(row.purpose),
            "text": self.text(row),
            "version": row.text_version,
            "grantee": grantee.person.name if grantee else None,
            "scopes": self.scopes(row.opened),
            "given": row.given_at.astimezone(self.zone),
            "by": by.name if by and by.id != row.patient_id else None,
            "until": self.last_day(row),
            "ended": ended.astimezone(self.zone) if ended else None,
            "withdrawn": row.withdrawn_at is not None,
            "explained_by": explained.name if explained else None,
            "said_back": row.said_back,
        }

    def exclusion(self, row: Exclusion, sight: Sight) -> Values:
        """Return whom or what the patient keeps out."""
        person = sight.people.get(row.person_id or "")
        section = self.translate(SECTIONS[Section(row.section)]) if row.section else None
        return {
            "id": row.id,
            "person": person.name if person else None,
            "section": section,
            "words": row.words,
            "since": row.begins_at.astimezone(self.zone),
        }

    def text(self, row: Consent) -> Values:
        """Return the text as it was agreed to: in its version and in the language of that day."""
        found = text_of(row.purpose, row.text_version)
        translate = self._languages.translator(self._languages.choose(row.language))
        return {name: translate(getattr(found, name)) for name in ("title", "means", "otherwise")}

    def text_now(self, purpose: Purpose) -> Values:
        """Return the newest text of a purpose in the reader's language."""
        found = text_of(purpose, NEWEST[purpose])
        return {
            name: self.translate(getattr(found, name)) for name in ("title", "means", "otherwise")
        }

    def last_day(self, row: Consent) -> date | None:
        """Return the last day on which an agreement counts."""
        return None if row.until is None else self.day_before(row.until)

    def day_before(self, until: datetime) -> date:
        """Return the last day before a moment."""
        return (until - timedelta(microseconds=1)).astimezone(self.zone).date()

    def scopes(self, scopes: Iterable[Scope]) -> list[str]:
        """Return parts in their order."""
        chosen = frozenset(scopes)
        return [self.translate(SCOPES[one]) for one in Scope if one in chosen]

    def sections(self, sections: Iterable[Section]) -> list[str]:
        """Return sections in their order."""
        chosen = frozenset(sections)
        return [self.translate(SECTIONS[one]) for one in Section if one in chosen]

    def parts(self) -> list[tuple[str, str]]:
        """Return every part that can be opened to family: its name and its words."""
        return [(one.value, self.translate(SCOPES[one])) for one in Scope]

    def every_section(self) -> list[tuple[str, str]]:
        """Return every section that can be kept out: its name and its words."""
        return [(one.value, self.translate(SECTIONS[one])) for one in Section]

    def seen_by(self, one: Member | Close) -> list[tuple[str, bool]]:
        """Return every part of the record and whether somebody sees it now."""
        if isinstance(one, Close):
            return [(self.translate(SCOPES[part]), part in one.tie.scopes) for part in Scope]
        return [(self.translate(SECTIONS[part]), is_open(one.tie, part)) for part in Section]

    def looks(self, page: Looks) -> list[Values]:
        """Return who looked, a sentence each."""
        return [
            {
                "who": look.person.name if look.person else actor_words(look.kind, self.translate),
                "role_label": role_label(Role(look.role), self.translate)
                if look.person and look.role
                else None,
                "did": deed_words(look.action, look.outcome, self.translate),
                "denied": look.outcome == "denied",
                "at": look.at.astimezone(self.zone),
                "count": look.count,
            }
            for look in page.looks
        ]


def is_open(tie: Relation, part: Section) -> bool:
    """Tell whether a member of the team sees a section that others wrote."""
    return not tie.excluded and part not in tie.withheld
