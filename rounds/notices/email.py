"""Hands e-mail to the clinic's mail server (SMTP)."""

import re
from collections.abc import Sequence
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as LINES
from email.utils import format_datetime

import aiosmtplib

from rounds.kernel.addresses import is_local
from rounds.kernel.clock import Clock
from rounds.kernel.config import Settings
from rounds.notices.credentials import read_secret
from rounds.notices.parcel import (
    NOT_NOW,
    NOT_SIGNED_IN,
    NOT_TAKEN,
    UNREACHABLE,
    WRONG_ADDRESS,
    Parcel,
    Undelivered,
)

SECONDS = 20.0


class Email:
    """Sends each message over a connection of its own."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        """Raises ValueError where messages would cross the network readable."""
        if settings.smtp_tls == "none" and not is_local(settings.smtp_host):
            raise ValueError("e-mail without TLS is for this machine alone")
        self._settings = settings
        self._clock = clock
        self._domain = settings.mail_from.rpartition("@")[2]

    async def send(self, parcel: Parcel) -> Sequence[str]:
        """Hand the message over. Raises Undelivered."""
        settings = self._settings
        try:
            made = self.message(parcel)
        except (ValueError, LookupError, HeaderParseError):
            raise Undelivered(WRONG_ADDRESS, for_good=True) from None
        try:
            await aiosmtplib.send(
                made,
                hostname=settings.smtp_host,
                port=settings.mail_port,
                username=settings.smtp_user or None,
                password=read_secret(settings.smtp_password_file) or None,
                use_tls=settings.smtp_tls == "tls",
                start_tls=settings.smtp_tls == "starttls",
                # Asking the system for our name would wait for its name server.
                local_hostname=self._domain,
                timeout=SECONDS,
            )
        except aiosmtplib.SMTPAuthenticationError:
            raise Undelivered(NOT_SIGNED_IN) from None
        except aiosmtplib.SMTPRecipientsRefused as fault:
            lasting = all(one.code >= 500 for one in fault.recipients)
            raise Undelivered(WRONG_ADDRESS if lasting else NOT_NOW, lasting) from None
        except aiosmtplib.SMTPResponseException as fault:
            lasting = fault.code >= 500
            raise Undelivered(NOT_TAKEN if lasting else NOT_NOW, lasting) from None
        except (aiosmtplib.SMTPException, OSError, TimeoutError, ValueError):
            # ValueError: TLS was asked for and the server has none; nothing was sent.
            raise Undelivered(UNREACHABLE) from None
        return ()

    def message(self, parcel: Parcel) -> EmailMessage:
        """Return the message: plain text, and the same as a page."""
        made = EmailMessage(policy=LINES)
        made["Subject"] = parcel.text.subject
        made["From"] = Address(_quiet(parcel.sender), addr_spec=self._settings.mail_from)
        # The address alone: whose it is stands in no header.
        made["To"] = Address(addr_spec=parcel.to)
        made["Date"] = format_datetime(self._clock.now())
        # The same at every try, so that a mail program shows a second copy once.
        made["Message-ID"] = f"<{parcel.id}@{self._domain}>"
        made["Auto-Submitted"] = "auto-generated"
        made.set_content(parcel.text.body + "\n")
        made.add_alternative(parcel.text.html, subtype="html")
        return made


def _quiet(name: str) -> str:
    """Return a display name without what would end a header's line."""
    return re.sub(r"[\x00-\x1f\x7f]+", " ", name).strip()
