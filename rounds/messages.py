"""Wires the sender of messages: what people agreed to, which links are made at the last moment."""

import json
from collections.abc import Mapping

from rounds.consent.model import Purpose
from rounds.consent.relations import agrees
from rounds.kernel.clock import Clock
from rounds.kernel.config import Settings
from rounds.kernel.signing import Signer
from rounds.kernel.unit import Unit, Units
from rounds.notices.carriers import carriers
from rounds.notices.model import Channel, Notice
from rounds.notices.parcel import NO_CONSENT, Shown
from rounds.notices.push import PushKey
from rounds.notices.sender import Sender
from rounds.notices.texts import Texts
from rounds.visits.confirming import confirm_path
from rounds.web.templates import Pages

ASKED_FOR = frozenset({"my_sign_in", "my_verify", "my_device_ended"})
"""Kinds that somebody asks for and waits for this very moment: the asking is the consent; and
what protects their own pages."""


def make_texts(pages: Pages, settings: Settings, signer: Signer) -> Texts:
    """Return what writes messages, with links that need not be kept until they go out."""

    def further(notice: Notice) -> Mapping[str, str]:
        if notice.kind != "visit_reminder":
            return {}
        starts_at = json.loads(notice.values).get("starts_at")
        visit = notice.about_id
        path = confirm_path(signer, visit, notice.person_id, starts_at) if visit else ""
        return {"confirm_link": path, "can_reply": "1" if settings.sms_reply_secret_file else ""}

    return Texts(pages, settings.origin, further)


def make_sender(
    settings: Settings, pages: Pages, signer: Signer, units: Units, clock: Clock, key: PushKey
) -> Sender:
    """Return the sender; in a demo on this machine a page shows what nothing else carries."""
    return Sender(
        units,
        make_texts(pages, settings, signer),
        carriers(settings, clock, key),
        objection,
        Shown() if settings.listens_on_loopback else None,
    )


async def objection(unit: Unit, notice: Notice) -> str | None:
    """Return why a message must not go out: its person took the agreement to messages back."""
    if notice.channel == Channel.PUSH or notice.kind in ASKED_FOR:
        return None
    # Before anybody asked them the clinic may write, as it may phone: a first link has to come.
    return NO_CONSENT if await agrees(unit, notice.person_id, Purpose.MESSAGES) is False else None
