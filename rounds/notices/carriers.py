"""Which ways out of the house are set up."""

from collections.abc import Mapping

from rounds.kernel.clock import Clock
from rounds.kernel.config import Settings
from rounds.notices.email import Email
from rounds.notices.model import Channel
from rounds.notices.parcel import Carrier
from rounds.notices.push import Push, PushKey
from rounds.notices.sms import Sms


def carriers(settings: Settings, clock: Clock, key: PushKey) -> Mapping[Channel, Carrier]:
    """Return the carrier of each channel that the settings set up; push always is."""
    found: dict[Channel, Carrier] = {Channel.PUSH: Push(settings, key, clock)}
    if settings.smtp_host and settings.mail_from:
        found[Channel.EMAIL] = Email(settings, clock)
    if settings.sms_url:
        found[Channel.SMS] = Sms(settings)
    return found
