"""The clinic's templates for plans: to read, to go back to, to throw a draft of away."""

from zoneinfo import ZoneInfo

from aiohttp import web
from pydantic import Field

from rounds.careplan.looking import names_of
from rounds.careplan.template_drafts import draft_of, throw_away
from rounds.careplan.template_files import shipped
from rounds.careplan.template_versions import (
    content_of,
    publish_again,
    template_in_use,
    version_of,
)
from rounds.careplan.views.framing import send_to_sign_in, translator
from rounds.careplan.views.template_values import (
    draft_values,
    head_values,
    template_values,
    template_version_values,
)
from rounds.consent.actions import Action
from rounds.kernel.errors import Conflict
from rounds.people.frame import staff_frame
from rounds.people.model import Clinic
from rounds.web.doors import Door
from rounds.web.errors import status_of
from rounds.web.keys import PAGES
from rounds.web.request import Body, actor, form_body, language, page, writing


class AgainForm(Body):
    """The number of the version that is to be in use again; 0 is the one that ships."""

    number: int = Field(ge=0, le=1_000_000)


class AwayForm(Body):
    """The draft that was looked at."""

    draft: str = Field("", max_length=40)


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
        templates=[head_values(one) for one in found.values()],
    )


async def show(request: web.Request) -> web.Response:
    """Show one template in the version in use, or in the one that `version` names."""
    send_to_sign_in(request)
    return await _shown(request)


async def again(request: web.Request) -> web.Response:
    """Take the shipped one or an older version into use again."""
    form = await form_body(request, AgainForm)
    pathway = request.match_info["pathway"]
    async with writing(request) as unit:
        await publish_again(unit, pathway, form.number)
    raise web.HTTPSeeOther(f"/templates/{pathway}")


async def throw_away_draft(request: web.Request) -> web.Response:
    """Throw away what was written and not published."""
    form = await form_body(request, AwayForm)
    pathway = request.match_info["pathway"]
    try:
        async with writing(request) as unit:
            await template_in_use(unit, pathway)
            await throw_away(unit, pathway, form.draft)
    except Conflict as refusal:
        return await _shown(request, refusal)
    raise web.HTTPSeeOther(f"/templates/{pathway}")


async def _shown(request: web.Request, refusal: Conflict | None = None) -> web.Response:
    words = translator(request)
    async with writing(request) as unit:
        found = await template_in_use(unit, request.match_info["pathway"])
        draft = await draft_of(unit, found.shipped.pathway)
        frame = await staff_frame(unit, request.app[PAGES], language(request))
        asked = request.query.get("version", "")
        number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else None
        shown = version_of(found, number) if number is not None else None
        people = [one.made_by for one in found.versions] + ([draft.kept_by] if draft else [])
        names = await names_of(unit, people)
        clinic = await unit.session.get_one(Clinic, unit.actor.clinic)
    zone, newest = ZoneInfo(clinic.time_zone), found.versions[0] if found.versions else None
    template = content_of(shown) if shown is not None else found.template
    return page(
        request,
        "careplan/template.html",
        status_of(refusal) if refusal else 200,
        **frame,
        head=head_values(found),
        shown=shown.number if shown is not None else None,
        content=template_values(template, words),
        draft=draft_values(draft, names, zone, found, actor(request)) if draft else None,
        versions=[template_version_values(one, names, zone, newest) for one in found.versions],
        error=words(refusal.message) if refusal else None,
    )


DOORS = [
    Door("GET", "/templates", Action.TEMPLATE_READ, show_all),
    Door("GET", "/templates/{pathway}", Action.TEMPLATE_READ, show),
    Door("POST", "/templates/{pathway}/again", Action.TEMPLATE_WRITE, again),
    Door("POST", "/templates/{pathway}/throw-away", Action.TEMPLATE_WRITE, throw_away_draft),
]
