"""The doors of accounts: signing in, second factor, links, the lock, one's own account, staff."""

from rounds.accounts.views.account import DOORS as ACCOUNT
from rounds.accounts.views.links import DOORS as LINKS
from rounds.accounts.views.lock import DOORS as LOCK
from rounds.accounts.views.proof import DOORS as PROOF
from rounds.accounts.views.second_step import DOORS as SECOND_STEP
from rounds.accounts.views.sign_in import DOORS as SIGN_IN
from rounds.accounts.views.staff import DOORS as STAFF

DOORS = [*SIGN_IN, *SECOND_STEP, *LINKS, *LOCK, *PROOF, *ACCOUNT, *STAFF]
