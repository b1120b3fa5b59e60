"""Reading the trail, and reading it for its chain."""

from rounds.audit.queries.reading import EVERYTHING as EVERYTHING
from rounds.audit.queries.reading import PAGE as PAGE
from rounds.audit.queries.reading import TrailPage as TrailPage
from rounds.audit.queries.reading import Wanted as Wanted
from rounds.audit.queries.reading import about_patient as about_patient
from rounds.audit.queries.reading import about_patient_page as about_patient_page
from rounds.audit.queries.reading import trail_page as trail_page
