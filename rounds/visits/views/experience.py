"""Where somebody says how a visit was: asked by the page, sent by it or by its plain form."""

from typing import Any, Literal

from aiohttp import web
from pydantic import Field

from rounds.consent.actions import Action
from rounds.kernel.errors import NotFound
from rounds.kernel.ids import is_id
from rounds.visits.experience import (
    LONGEST_WORDS,
    Asked,
    Told,
    problems_of,
    read_experience,
    take_experience,
)
from rounds.visits.experience_model import Experience
from rounds.visits.experience_questions import Problem, Question
from rounds.visits.experience_words import (
    Translate,
    problem_words,
    question_words,
    steps_words,
)
from rounds.web.doors import Door
from rounds.web.keys import PAGES
from rounds.web.request import Body, form_body, json_body, language, reading, writing

Values = dict[str, Any]
Four = Literal["yes", "mostly", "little", "no"]
Ways = Literal["good", "okay", "hard", "bad"]


class TapsForm(Body):
    """One or several answers; empty for a question that is skipped, absent for what stays."""

    heard: Four | Literal[""] | None = None
    onward: Four | Literal[""] | None = None
    way: Ways | Literal[""] | None = None
    problems: list[Problem] | None = Field(None, max_length=len(Problem))
    words: str | None = Field(None, max_length=LONGEST_WORDS)


class WholeForm(Body):
    """The page's form as a browser sends it without help: what is not there is skipped."""

    heard: Four | Literal[""] = ""
    onward: Four | Literal[""] = ""
    way: Ways | Literal[""] = ""
    problems: list[Problem] = Field(default_factory=list, max_length=len(Problem))
    words: str = Field("", max_length=LONGEST_WORDS)


async def ask(request: web.Request) -> web.Response:
    """Tell a guest what they are asked, and what they answered."""
    async with reading(request) as unit:
        asked = await read_experience(unit, _guest(request))
    return web.json_response(
        {"questions": asked.questions, **_answers(asked.row), "until": asked.until.isoformat()}
    )


async def take(request: web.Request) -> web.StreamResponse:
    """Keep what a guest says; a plain form leads back to the page."""
    guest = _guest(request)
    if request.content_type == "application/json":
        told = _told(await json_body(request, TapsForm))
        async with writing(request) as unit:
            row = await take_experience(unit, guest, told)
        return web.json_response({**_answers(row), "until": row.until.isoformat()})
    form = await form_body(request, WholeForm, frozenset({"problems"}))
    async with writing(request) as unit:
        asked = await read_experience(unit, guest)
        told = _told(form)
        only = {one: answer for one, answer in told.answers.items() if one in asked.questions}
        await take_experience(unit, guest, Told(only, told.problems, told.words))
    raise web.HTTPSeeOther(f"/j/{guest}#experience")


def experience_values(request: web.Request, asked: Asked | None) -> Values:
    """Return what `visits/experience.html` shows; all questions where it is not known yet."""
    translate = request.app[PAGES].languages.translator(language(request))
    questions = list(Question) if asked is None else asked.questions
    return {
        "questions": [_question(one, asked, translate) for one in questions],
        "problems": [
            (str(one), problem_words(one, translate), one in _problems(asked)) for one in Problem
        ],
        "words": asked.row.words if asked and asked.row and asked.row.words else "",
        "longest": LONGEST_WORDS,
        "saved": asked is not None and asked.row is not None,
    }


def _question(question: Question, asked: Asked | None, translate: Translate) -> Values:
    row = asked.row if asked else None
    return {
        "name": str(question),
        "words": question_words(question, translate),
        "steps": steps_words(question, translate),
        "chosen": getattr(row, question) if row else None,
    }


def _problems(asked: Asked | None) -> list[Problem]:
    return problems_of(asked.row) if asked and asked.row else []


def _answers(row: Experience | None) -> Values:
    return {
        **{str(one): (getattr(row, one) if row else None) for one in Question},
        "problems": problems_of(row) if row else [],
        "words": (row.words if row else None) or "",
    }


def _told(form: TapsForm | WholeForm) -> Told:
    given = form.model_dump()
    answers = {one: given[one] or None for one in Question if given[one] is not None}
    return Told(answers, form.problems, form.words)


def _guest(request: web.Request) -> str:
    invitation = request.match_info["guest"]
    if not is_id(invitation):
        raise NotFound("There is nothing here for you.")
    return invitation


DOORS = [
    Door("GET", "/j/{guest}/experience", Action.EXPERIENCE_GIVE, ask),
    Door("POST", "/j/{guest}/experience", Action.EXPERIENCE_GIVE, take),
]
