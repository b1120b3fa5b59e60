"""The doors of the care plan: the plan, its history, its plain words, its rights, signing."""

from rounds.careplan.views import (
    history,
    page,
    paper,
    plain,
    plan_templates,
    restoring,
    rights,
    signing,
    tasks,
    template_edit,
    templates,
)
from rounds.web.doors import Door

DOORS: list[Door] = [
    *page.DOORS,
    *history.DOORS,
    *restoring.DOORS,
    *plain.DOORS,
    *paper.DOORS,
    *signing.DOORS,
    *tasks.DOORS,
    *rights.DOORS,
    *plan_templates.DOORS,
    *templates.DOORS,
    *template_edit.DOORS,
]
