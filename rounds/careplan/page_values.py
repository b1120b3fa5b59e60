"""A plan as its page and its module take it: sections, what an item holds, who can be named."""

import hashlib
import json
from base64 import b64encode
from collections.abc import Callable
from typing import Any

from rounds.careplan.closed import closed_value
from rounds.careplan.fields import TEXTS, fields_of
from rounds.careplan.first_sight import first_sight
from rounds.careplan.kinds import SECTIONS
from rounds.careplan.origins import came_values
from rounds.careplan.rights import OWN_WORDS, Right
from rounds.careplan.section_words import CHOICES
from rounds.careplan.showing import Shown
from rounds.kernel.actor import Actor
from rounds.kernel.config import Settings
from rounds.kernel.signing import Signer
from rounds.people.roles import role_label


def plan_values(
    shown: Shown, who: Actor, translate: Callable[[str], str], secret: str, door: dict[str, str]
) -> dict[str, Any]:
    """Return `plan` for `careplan/live.html`.

    `secret` is what `outbox_secret` gives, `door` what the socket asks to know who comes.
    """
    sections: list[dict[str, Any]] = [
        {
            "kind": kind,
            "title": translate(section.title if who.is_staff else section.for_patients),
            "private": section.private,
            "theirs": kind in OWN_WORDS,
        }
        for kind, section in SECTIONS.items()
        if kind in shown.opened.rights
    ]
    origins = came_values(shown.origins, translate)
    settings = {
        "patient": shown.patient.person_id,
        "door": door,
        "me": who.person,
        "staff": who.is_staff,
        "secret": secret,
        "may_lock": shown.may_lock,
        "tasks": f"/patients/{shown.patient.person_id}/tasks" if shown.may_give else "",
        "origins": origins,
        "named": [
            {"id": one.person.id, "name": one.person.name, "role": role_label(one.role, translate)}
            for one in shown.named
        ],
        "sections": [one | _shape(str(one["kind"]), translate) for one in sections],
    }
    names = {one.person.id: one.person.name for one in shown.named}
    seen = [
        one
        | {
            "writable": shown.opened.rights[kind] is Right.EDIT and kind not in shown.closed,
            "may_lock": shown.may_lock and shown.opened.rights[kind] is Right.EDIT,
            "closed": closed_value(shown.closed.get(kind), translate),
            # Not "items": a template would find the method of that name.
            "entries": first_sight(kind, shown.content.get(kind, ()), names, origins, translate),
        }
        for one in sections
        for kind in [str(one["kind"])]
    ]
    return {
        "plan": {
            "sections": seen,
            "settings": json.dumps(settings, ensure_ascii=False),
        }
    }


def _shape(kind: str, translate: Callable[[str], str]) -> dict[str, Any]:
    section = SECTIONS[kind]
    texts = section.shape[section.main].texts
    return {
        "main": section.main,
        "texts": [
            # The first one is called as the section is.
            {"name": name, "label": translate(TEXTS[name]) if at else ""}
            for at, name in enumerate(texts)
        ],
        "fields": [
            {
                "name": field.name,
                "label": _alone(translate(field.label)),
                "sort": field.sort,
                "choices": [
                    {"value": one, "label": _alone(translate(CHOICES[one]))}
                    for one in field.choices
                ],
            }
            for field in fields_of(kind)
        ],
    }


def _alone(words: str) -> str:
    """Return words of a sentence as they stand by themselves."""
    return words[:1].upper() + words[1:]


def outbox_secret(settings: Settings, signer: Signer, who: Actor) -> str:
    """Return this person's half of the key that seals what a browser keeps; "" keeps nothing.

    The other half is the device's. Whoever signs in as somebody else gets another one, and cannot
    read what the first left on the device.
    """
    if who.person is None or not settings.plan_outbox:
        return ""
    index = signer.index("plan outbox", who.person)
    return b64encode(hashlib.sha256(index.encode()).digest()).decode()
