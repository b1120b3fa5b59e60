"""Signing a plan, keeping it under a name, and saying that one has read it."""

from aiohttp import web
from pydantic import Field

from rounds.careplan.acknowledging import acknowledge
from rounds.careplan.kinds import SHAPES
from rounds.careplan.looking import look
from rounds.careplan.origins import came_words, follow, origins_in
from rounds.careplan.signing import LONGEST_TITLE, name, sign
from rounds.careplan.version_model import Meaning
from rounds.careplan.views.framing import framed, plan_values, send_to_sign_in, translator, whose
from rounds.careplan.views.time_values import MEANINGS, section_values
from rounds.consent.actions import Action
from rounds.kernel.ids import is_id
from rounds.web.doors import Door
from rounds.web.request import Body, form_body, page, writing


class SignForm(Body):
    """What was looked at, what the signature says of it, and a name for it."""

    seen: str = Field(pattern=r"^[0-9a-f]{64}$")
    meaning: Meaning
    title: str = Field("", max_length=LONGEST_TITLE)


class NameForm(Body):
    """A name for the plan as it stands."""

    title: str = Field(min_length=1, max_length=LONGEST_TITLE)


class ReadForm(Body):
    """The version that was read."""

    version: str = Field(max_length=40)


async def to_sign(request: web.Request) -> web.Response:
    """Show everything that a signature would be about."""
    send_to_sign_in(request)
    async with writing(request) as unit:
        frame = await framed(request, unit)
        plan = await look(unit, frame.patient, Action.PLAN_SIGN)
        came = await follow(unit, frame.patient, origins_in(plan.content))
    words = translator(request)
    names = dict(plan.names) | {code: came_words(one, words) for code, one in came.items()}
    return page(
        request,
        "careplan/sign.html",
        **plan_values(request, frame, plan),
        sections=section_values(plan.content, names, words),
        seen=plan.hash,
        meanings=[(str(one), words(MEANINGS[one])) for one in Meaning],
        longest=LONGEST_TITLE,
    )


async def signed(request: web.Request) -> web.Response:
    """Sign what was looked at."""
    form = await form_body(request, SignForm)
    async with writing(request) as unit:
        patient, base = await whose(request, unit)
        await sign(unit, patient, SHAPES, form.seen, form.meaning, form.title)
    raise web.HTTPSeeOther(f"{base}/history")


async def named(request: web.Request) -> web.Response:
    """Keep the plan as it stands under a name."""
    form = await form_body(request, NameForm)
    async with writing(request) as unit:
        patient, base = await whose(request, unit)
        await name(unit, patient, SHAPES, form.title)
    raise web.HTTPSeeOther(f"{base}/history")


async def have_read(request: web.Request) -> web.Response:
    """Note that the version signed last was read."""
    form = await form_body(request, ReadForm)
    async with writing(request) as unit:
        patient, base = await whose(request, unit)
        await acknowledge(unit, patient, form.version if is_id(form.version) else "")
    raise web.HTTPSeeOther(f"{base}/{'plain' if base == '/my/plan' else 'history'}")


DOORS = [
    Door("GET", "/patients/{patient}/plan/sign", Action.PLAN_SIGN, to_sign),
    Door("POST", "/patients/{patient}/plan/sign", Action.PLAN_SIGN, signed),
    Door("POST", "/patients/{patient}/plan/versions", Action.PLAN_SIGN, named),
    Door("POST", "/patients/{patient}/plan/acknowledge", Action.PLAN_ACKNOWLEDGE, have_read),
    Door("POST", "/my/plan/acknowledge", Action.PLAN_ACKNOWLEDGE, have_read),
]
