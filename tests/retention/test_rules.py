"""Each kind goes when its time is over, never before, and leaves no reference behind."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import func, select, update

from rounds.accounts.model import AccountLink, Device, Invitation, Session, SignInCode
from rounds.accounts.session import open_guest_session, open_home_session
from rounds.audit.model import AuditEntry
from rounds.audit.retention import KEEPS as TRAIL_KEEPS
from rounds.kernel.actor import SYSTEM, Role
from rounds.kernel.errors import Conflict
from rounds.kernel.ids import new_id
from rounds.notices.model import Channel, Notice, NoticeState, Subscription
from rounds.people.clinic import set_hold
from rounds.people.contacts import add_contact
from rounds.people.model import Clinic, ContactPoint, Person
from rounds.resources import Foundation
from rounds.retention.queries import last_run
from rounds.retention.rules import RULES
from rounds.retention.running import count_over, delete_over
from rounds.rooms.model import ChatMessage, Room
from tests.making.fixtures import on_both
from tests.making.people import make_clinic
from tests.making.visits import MadeVisit, make_visit

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]
