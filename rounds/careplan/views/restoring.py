"""Bringing a version back: what would change is said first, and then done section by section."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from aiohttp import web
from pydantic import Field

from rounds.careplan.bringing_back import Differing, decide_return, look_at_return, may_still
from rounds.careplan.comparing import Fate
from rounds.careplan.kinds import SECTIONS, SHAPES
from rounds.careplan.looking import names_of
from rounds.careplan.refusals import refusal_of
from rounds.careplan.restoring import restore
from rounds.careplan.section_words import Translate, title_of
from rounds.careplan.views.framing import framed, plan_values, send_to_sign_in, translator
from rounds.careplan.views.keys import HUB
from rounds.careplan.views.time_values import change_values
from rounds.consent.actions import Action
from rounds.kernel.errors import Conflict, Unavailable
from rounds.kernel.ids import is_id
from rounds.kernel.words import N_
from rounds.sync.refused import Refused
from rounds.web.doors import Door
from rounds.web.request import Body, actor, form_body, id_in, known, page, writing

WORDS: Mapping[Fate, str] = {
    Fate.NEW: N_("“{name}” comes back."),
    Fate.GONE: N_("“{name}” is put away."),
    Fate.CHANGED: N_("“{name}” becomes what it was."),
}
REFUSED = N_("“{section}” stays as it is: {reason}")


class ReturnForm(Body):
    """The version, and the sections chosen: each with the hash of what was seen there."""

    version: str = Field(max_length=40)
    section: list[str] = Field(default_factory=list, max_length=len(SECTIONS))

    @property
    def chosen(self) -> dict[str, str]:
        """Return the hashes by kind of section."""
        parted = [one.partition(":") for one in self.section]
        return {kind: seen for kind, _, seen in parted}


async def confirm(request: web.Request) -> web.Response:
    """Say what would change if a version came back."""
    send_to_sign_in(request)
    return await _page(request, known(request.query.get("version", "")))


async def bring_back(request: web.Request) -> web.Response:
    """Let the chosen sections say again what they said; what does not, and why, is told."""
    form = await form_body(request, ReturnForm, frozenset({"section"}))
    patient, version = id_in(request, "patient"), known(form.version)
    try:
        async with writing(request) as unit:
            before, sections = await decide_return(unit, patient, version, form.chosen)
    except Conflict as refusal:
        return await _page(request, version, refusal)
    words, person = translator(request), str(actor(request).person)
    faults = []
    for one in sections:
        try:
            hub, may = request.app[HUB](), partial(_may, request, patient, one.kind)
            await restore(hub, one.id, SHAPES[one.kind], one.wanted, person, may)
        except (Refused, Unavailable) as no:
            reason = refusal_of(no).message if isinstance(no, Refused) else no.message
            told = {"section": title_of(one.kind, words), "reason": words(reason)}
            faults.append(words(REFUSED).format(**told))
    if faults:
        return await _page(request, version, None, faults)
    raise web.HTTPSeeOther(f"/patients/{patient}/plan/history?from={before.id}")


async def _may(request: web.Request, patient: str, kind: str) -> bool:
    async with writing(request) as unit:
        return await may_still(unit, patient, kind)


async def _page(
    request: web.Request,
    version: str,
    refusal: Conflict | None = None,
    faults: Sequence[str] = (),
) -> web.Response:
    async with writing(request) as unit:
        frame = await framed(request, unit)
        found = await look_at_return(unit, frame.patient, version)
        ids = [str(one) for section in found.sections for one in _values_in(section)]
        names = dict(found.plan.names) | await names_of(unit, ids)
    words = translator(request)
    told = [words(refusal.message)] if refusal is not None else list(faults)
    return page(
        request,
        "careplan/restore.html",
        409 if told else 200,
        **plan_values(request, frame, found.plan),
        version={
            "id": version,
            "number": found.version.number,
            "at": found.version.made_at.astimezone(found.plan.zone),
            "title": found.version.title,
        },
        sections=[_section(one, names, words) for one in found.sections],
        may=any(one.may for one in found.sections),
        told=told,
    )


def _values_in(section: Differing) -> list[object]:
    pairs = [pair for change in section.changes for pair in change.values.values()]
    return [value for pair in pairs for value in pair if is_id(value)]


def _section(one: Differing, names: Mapping[str, str], words: Translate) -> dict[str, Any]:
    told = change_values({one.kind: one.changes}, names, words, own=False)[0]
    sentences = [words(WORDS[change.fate]) for change in one.changes]
    return told | {
        "kind": one.kind,
        "value": f"{one.kind}:{one.seen}",
        "may": one.may,
        "items": [
            item | {"sentence": said.format(name=item["name"])}
            for item, said in zip(told["items"], sentences, strict=True)
        ],
    }


DOORS = [
    Door("GET", "/patients/{patient}/plan/restore", Action.PLAN_OPEN, confirm),
    Door("POST", "/patients/{patient}/plan/restore", Action.PLAN_OPEN, bring_back),
]
