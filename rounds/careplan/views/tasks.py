"""Notes a task that was done in the care plan."""

from aiohttp import web

from rounds.careplan.tasking import note_task
from rounds.consent.actions import Action
from rounds.web.doors import Door
from rounds.web.request import id_in, writing


async def post_note(request: web.Request) -> web.StreamResponse:
    """Leave it for the plan's door, and lead back to the task."""
    async with writing(request) as unit:
        task = await note_task(unit, id_in(request, "task"))
    raise web.HTTPSeeOther(f"/tasks/{task.id}")


DOORS = [Door("POST", "/tasks/{task}/plan", Action.TASK_READ, post_note)]
