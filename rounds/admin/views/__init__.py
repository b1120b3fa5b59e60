"""The clinic's own pages: at a glance, its facts, and what is kept how long."""

from rounds.admin.views.clinic import DOORS as CLINIC
from rounds.admin.views.overview import DOORS as OVERVIEW
from rounds.admin.views.retention import DOORS as RETENTION
from rounds.web.doors import Door

DOORS: list[Door] = [*OVERVIEW, *CLINIC, *RETENTION]
