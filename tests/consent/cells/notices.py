"""Who gets in at the doors of messages, answers and notes in the browser."""

from tests.consent.cast import OFFICE, STAFF
from tests.consent.cell import cell

KEYS = {"p256dh": "B" * 87, "auth": "A" * 22}
ENDPOINT = "https://push.services.mozilla.com/wpush/v2/a"
PUSH = {"endpoint": ENDPOINT, "keys": KEYS}
DEED = "POST /admin/messages/{notice}/{deed}"
READ = "POST /admin/messages/answers/{reply}/read"

CELLS = [
    cell("POST /account/push", "/account/push", STAFF, json=PUSH),
    cell("POST /account/push/end", "/account/push/end", STAFF, json={"endpoint": ENDPOINT}),
    cell("GET /admin/messages", "/admin/messages", OFFICE, page=True),
    cell(DEED, "/admin/messages/{notice}/cancel", OFFICE, data={"state": ""}),
    cell(READ, "/admin/messages/answers/{reply}/read", OFFICE, data={"state": ""}),
]
