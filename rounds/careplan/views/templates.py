"""The clinic's templates for plans: to read, to change in a plain form, to publish, to go back."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from aiohttp import web
from pydantic import Field

from rounds.careplan.kinds import SECTIONS
from rounds.careplan.looking import names_of
from rounds.careplan.section_words import title_of
from rounds.careplan.template_content import (
    LONGEST_TITLE,
    Broken,
    Template,
    hurting,
)
from rounds.careplan.template_files import shipped
from rounds.careplan.template_forms import template_sent
from rounds.careplan.template_versions import (
    LONGEST_NOTE,
    InUse,
    content_of,
    publish,
    publish_again,
    template_in_use,
    version_of,
)
from rounds.careplan.views.framing import send_to_sign_in, translator
from rounds.careplan.views.template_values import (
    form_values,
    template_values,
    template_version_values,
)
from rounds.consent.access import Thing, require
from rounds.consent.actions import Action
from rounds.kernel.errors import Conflict, Invalid
from rounds.people.frame import staff_frame
from rounds.people.model import Clinic
from rounds.web.doors import Door
from rounds.web.errors import status_of
from rounds.web.keys import PAGES
from rounds.web.request import Body, form_body, language, page, writing

MOST_FIELDS = 2_000


class AgainForm(Body):
    """The number of the version that is to be in use again; 0 is the one that ships."""

    number: int = Field(ge=0, le=1_000_000)


async def show_all(request: web.Request) -> web.Response:
    """Show which templates there are."""
    send_to_sign_in(request)
    async with writing(request) as unit:
        found = {name: await template_in_use(unit, name) for name in shipped()}
        frame = await staff_frame(unit, request.app[PAGES], language(request))
    return page(
        request,
        "careplan/templates.html",
        **frame,
        templates=[_head(name, one) for name, one in found.items()],
    )


async def show(request: web.Request) -> web.Response:
    """Show one template in the version in use, or in the one that `version` names."""
    send_to_sign_in(request)
    words = translator(request)
    async with writing(request) as unit:
        found = await template_in_use(unit, request.match_info["pathway"])
        frame = await staff_frame(unit, request.app[PAGES], language(request))
        asked = request.query.get("version", "")
        number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else None
        shown = version_of(found, number) if number is not None else None
        names = await names_of(unit, [one.made_by for one in found.versions])
        clinic = await unit.session.get_one(Clinic, unit.actor.clinic)
    zone, newest = ZoneInfo(clinic.time_zone), found.versions[0] if found.versions else None
    template = content_of(shown) if shown is not None else found.template
    return page(
        request,
        "careplan/template.html",
        **frame,
        head=_head(found.shipped.pathway, found),
        shown=shown.number if shown is not None else None,
        content=template_values(template, words),
        versions=[template_version_values(one, names, zone, newest) for one in found.versions],
    )


async def edit(request: web.Request) -> web.Response:
    """Show the form of the version in use."""
    send_to_sign_in(request)
    async with writing(request) as unit:
        require(unit, Action.TEMPLATE_WRITE, Thing("template", clinic=unit.actor.clinic))
        found = await template_in_use(unit, request.match_info["pathway"])
    return await _form(request, found, found.template, found.mark)


async def send(request: web.Request) -> web.Response:
    """Show what was written as it would be read, or publish it."""
    sent = await _sent(request)
    pathway = request.match_info["pathway"]
    async with writing(request) as unit:
        require(unit, Action.TEMPLATE_WRITE, Thing("template", clinic=unit.actor.clinic))
        found = await template_in_use(unit, pathway)
    note, mark = sent.get("note", "")[:LONGEST_NOTE], sent.get("mark", "")
    try:
        template = template_sent(found.template, sent)
    except Broken as broken:
        refusal: Invalid | Conflict = Invalid(broken.reason)
        return await _form(request, found, found.template, mark, note, refusal, broken.field, sent)
    if sent.get("deed") != "publish":
        return await _form(request, found, template, mark, note, is_preview=True)
    try:
        async with writing(request) as unit:
            await publish(unit, pathway, mark, template, note)
    except Conflict as refusal:
        return await _form(request, found, template, mark, note, refusal)
    raise web.HTTPSeeOther(f"/templates/{pathway}")


async def again(request: web.Request) -> web.Response:
    """Take the shipped one or an older version into use again."""
    form = await form_body(request, AgainForm)
    pathway = request.match_info["pathway"]
    async with writing(request) as unit:
        await publish_again(unit, pathway, form.number)
    raise web.HTTPSeeOther(f"/templates/{pathway}")


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


async def _form(
    request: web.Request,
    found: InUse,
    template: Template,
    mark: str,
    note: str = "",
    refusal: Invalid | Conflict | None = None,
    field: str = "",
    sent: Mapping[str, str] | None = None,
    is_preview: bool = False,
) -> web.Response:
    words = translator(request)
    async with writing(request) as unit:
        require(unit, Action.TEMPLATE_WRITE, Thing("template", clinic=unit.actor.clinic))
        frame = await staff_frame(unit, request.app[PAGES], language(request))
    return page(
        request,
        "careplan/template_edit.html",
        status_of(refusal) if refusal else 200,
        **frame,
        head=_head(found.shipped.pathway, found),
        content=template_values(template, words),
        form=form_values(template, words),
        kinds=[(kind, title_of(kind, words)) for kind in SECTIONS],
        sent=sent or {},
        # Not "mark": that is the brand's in every layout.
        looked_at=mark,
        note=note,
        is_preview=is_preview,
        hurting=hurting(template),
        error=words(refusal.message) if refusal else None,
        wrong=field,
        longest=(LONGEST_TITLE, LONGEST_NOTE),
    )


def _head(pathway: str, found: InUse) -> dict[str, object]:
    version = found.version
    return {
        "pathway": pathway,
        "title": found.template.title,
        "summary": found.template.summary,
        "count": len(found.template.entries),
        "number": version.number if version else None,
        "shipped": version is None or version.shipped,
        "edition": found.shipped.edition,
        "is_behind": found.is_behind,
    }


DOORS = [
    Door("GET", "/templates", Action.TEMPLATE_READ, show_all),
    Door("GET", "/templates/{pathway}", Action.TEMPLATE_READ, show),
    Door("GET", "/templates/{pathway}/edit", Action.TEMPLATE_WRITE, edit),
    Door("POST", "/templates/{pathway}/edit", Action.TEMPLATE_WRITE, send),
    Door("POST", "/templates/{pathway}/again", Action.TEMPLATE_WRITE, again),
]
