"""The form of a template: written in, kept as the clinic's draft, looked at, published."""

import re
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from aiohttp import web

from rounds.careplan.kinds import SECTIONS
from rounds.careplan.looking import names_of
from rounds.careplan.section_words import title_of
from rounds.careplan.template_content import (
    LONGEST_SOURCE,
    LONGEST_TITLE,
    Broken,
    Template,
    hurting,
)
from rounds.careplan.template_drafts import draft_of, keep_draft
from rounds.careplan.template_forms import LONGEST_NOTE, sheet_sent, template_of, with_added
from rounds.careplan.template_sheet import Moved, Sheet, is_untouched, move, read_sheet, sheet_of
from rounds.careplan.template_versions import InUse, publish, template_in_use
from rounds.careplan.views.framing import send_to_sign_in, translator
from rounds.careplan.views.template_values import (
    draft_values,
    form_values,
    head_values,
    template_values,
)
from rounds.consent.access import Thing, require
from rounds.consent.actions import Action
from rounds.kernel.errors import Conflict, Invalid
from rounds.people.frame import staff_frame
from rounds.people.model import Clinic
from rounds.web.doors import Door
from rounds.web.errors import status_of
from rounds.web.keys import PAGES
from rounds.web.request import actor, language, page, writing

MOST_FIELDS = 2_000
ELSEWHERE = "Somebody else has published a version meanwhile. Look at it first."

_MARK = re.compile(r"(?:shipped-)?[1-9][0-9]{0,5}")


@dataclass(frozen=True, slots=True)
class Written:
    """A form on its way: what was typed, of which version, over which draft ("" for none).

    `template` is what it says once that is whole; `wrong` names the field that is refused.
    """

    sheet: Sheet
    mark: str
    draft: str = ""
    template: Template | None = None
    moved: Moved | None = None
    refusal: Invalid | Conflict | None = None
    wrong: str = ""
    is_preview: bool = False


async def edit(request: web.Request) -> web.Response:
    """Show the form of the clinic's draft, or without one that of the version in use."""
    send_to_sign_in(request)
    pathway = request.match_info["pathway"]
    async with writing(request) as unit:
        found = await template_in_use(unit, pathway)
        draft = await draft_of(unit, pathway)
    if draft is None:
        return await _form(request, Written(sheet_of(found.template), found.mark))
    return await _form(request, Written(read_sheet(draft.content), draft.begun_from, draft.id))


async def send(request: web.Request) -> web.Response:
    """Keep what was written, and show how it would read, or publish it."""
    sent = await _sent(request)
    pathway = request.match_info["pathway"]
    async with writing(request) as unit:
        require(unit, Action.TEMPLATE_WRITE, Thing("template", clinic=unit.actor.clinic))
        found = await template_in_use(unit, pathway)
    wish = sent.get("deed", "")
    told = _read(found, sent)
    if wish == "publish" and told.template is not None:
        try:
            async with writing(request) as unit:
                await publish(unit, pathway, told.mark, told.template, told.sheet.note, told.draft)
        except Conflict as refusal:
            told = replace(told, refusal=refusal)
        else:
            raise web.HTTPSeeOther(f"/templates/{pathway}")
    told = await _kept(request, found, told)
    if wish == "keep" and told.refusal is None:
        raise web.HTTPSeeOther(f"/templates/{pathway}")
    if told.refusal is None and told.mark != found.mark:
        told = replace(told, refusal=Conflict(ELSEWHERE))
    is_preview = told.template is not None and told.refusal is None
    return await _form(request, replace(told, is_preview=is_preview))


def _read(found: InUse, sent: dict[str, str]) -> Written:
    """Read a form: what it says, or the field in which it cannot be read."""
    mark, draft = sent.get("mark", ""), sent.get("draft", "")
    if over := sent.get("over", ""):
        # Told what stands there, somebody goes on with what they wrote.
        mark, _, draft = over.partition(" ")
    mark = mark if _MARK.fullmatch(mark) else ""
    sheet = sheet_sent(found.template, sent)
    if wish := sent.get("move", ""):
        sheet, moved = move(sheet, wish)
        return Written(sheet, mark, draft, moved=moved)
    if sent.get("deed") == "keep" and not sheet.stray:
        return Written(sheet, mark, draft)
    try:
        sheet = with_added(found.template, sheet)
        return Written(sheet, mark, draft, template_of(found.template, sheet))
    except Broken as broken:
        refusal = Invalid(broken.reason)
        return Written(sheet, mark, draft, refusal=refusal, wrong=broken.field)


async def _kept(request: web.Request, found: InUse, told: Written) -> Written:
    """Keep what was typed as the clinic's draft; when another stands there that is told instead.

    A form in which nobody has written begins no draft.
    """
    if not told.draft and is_untouched(told.sheet, found.template):
        return told
    try:
        async with writing(request) as unit:
            row = await keep_draft(unit, found.shipped.pathway, told.mark, told.sheet, told.draft)
    except Conflict as refusal:
        return replace(told, refusal=refusal)
    return replace(told, draft=row.id)


async def _sent(request: web.Request) -> dict[str, str]:
    if request.content_type != "application/x-www-form-urlencoded":
        raise Invalid("Please use the form of this page.")
    try:
        sent = {
            key: str(value).replace("\r\n", "\n") for key, value in (await request.post()).items()
        }
    except (ValueError, LookupError):
        raise Invalid("This form could not be read.") from None
    if len(sent) > MOST_FIELDS:
        raise Invalid("This form could not be read.")
    return sent


async def _form(request: web.Request, told: Written) -> web.Response:
    words = translator(request)
    async with writing(request) as unit:
        require(unit, Action.TEMPLATE_WRITE, Thing("template", clinic=unit.actor.clinic))
        found = await template_in_use(unit, request.match_info["pathway"])
        row = await draft_of(unit, found.shipped.pathway)
        names = await names_of(unit, [row.kept_by] if row else [])
        zone = ZoneInfo((await unit.session.get_one(Clinic, unit.actor.clinic)).time_zone)
        frame = await staff_frame(unit, request.app[PAGES], language(request))
    draft = draft_values(row, names, zone, found, actor(request)) if row else None
    is_own = draft is not None and draft["id"] == told.draft
    return page(
        request,
        "careplan/template_edit.html",
        status_of(told.refusal) if told.refusal else 200,
        **frame,
        head=head_values(found),
        content=template_values(told.template, words) if told.template else None,
        form=form_values(told.sheet, words),
        kinds=[(kind, title_of(kind, words)) for kind in SECTIONS],
        sheet=told.sheet,
        # Not "mark": that is the brand's in every layout.
        looked_at=told.mark,
        looked_draft=told.draft,
        draft=draft if is_own else None,
        other=draft if not is_own and isinstance(told.refusal, Conflict) else None,
        over=f"{found.mark} {row.id if row else ''}",
        is_behind=told.mark != found.mark,
        is_preview=told.is_preview,
        moved=told.moved,
        hurting=hurting(told.template) if told.template else [],
        cited=list(found.template.sources.values()),
        error=words(told.refusal.message) if told.refusal else None,
        wrong=_place(told.wrong),
        longest=(LONGEST_TITLE, LONGEST_NOTE, LONGEST_SOURCE),
    )


def _place(field: str) -> str:
    """Return the id of what a refused field is on the page: its own, or that of its entry."""
    key, _, last = field.rpartition(".")
    whole = last in ("key", "section", "sources", "texts") and key != "new"
    return key if whole else "" if field == "entries" else field


DOORS = [
    Door("GET", "/templates/{pathway}/edit", Action.TEMPLATE_WRITE, edit),
    Door("POST", "/templates/{pathway}/edit", Action.TEMPLATE_WRITE, send),
]
