"""Who gets in at the doors of the clinic's own pages."""

from tests.consent.cast import Tie
from tests.consent.cell import cell

ADMIN = {Tie.ADMIN}
FACTS = {
    "name": "Harbour",
    "phone": "020 7946 0321",
    "time_zone": "Europe/London",
    "country": "GB",
    "language": "en",
    "crisis_number": "999",
    "crisis_text": "Feel unsafe right now? Call",
    "crisis_source": "nhs.uk",
    "revision": "0",
}

CELLS = [
    cell("GET /admin", "/admin", ADMIN, page=True),
    cell("GET /admin/clinic", "/admin/clinic", ADMIN, page=True),
    cell("POST /admin/clinic", "/admin/clinic", ADMIN, data=FACTS),
    cell("GET /admin/retention", "/admin/retention", ADMIN, page=True),
    cell("GET /admin/network", "/admin/network", ADMIN, page=True),
    cell("POST /admin/network/check", "/admin/network/check", ADMIN, data={}),
    cell("POST /admin/network/browser", "/admin/network/browser", ADMIN, json={}),
    cell("POST /admin/retention/records", "/admin/retention/records", ADMIN, data={"years": ""}),
    cell("POST /admin/retention/hold", "/admin/retention/hold", ADMIN, data={"hold": "off"}),
]
