"""The second factor: six digits that change every half minute (TOTP, RFC 6238)."""

import hmac
from datetime import datetime

import pyotp
import segno

from rounds.accounts.model import Account

STEP_SECONDS = 30
DIGITS = 6
ISSUER = "rounds"


def new_secret() -> str:
    """Return 160 random bits in base 32, as authenticator apps take them."""
    return pyotp.random_base32()


def address_for(secret: str, email: str) -> str:
    """Return the `otpauth:` address that an app reads from the picture."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)


def picture_of(address: str) -> str:
    """Return an address as a QR code (ISO/IEC 18004): SVG in a `data:` address."""
    return str(segno.make(address, error="m").svg_data_uri(scale=4, border=3, light="#fff"))


def in_groups(secret: str) -> str:
    """Return a secret in groups of four, for those who type it."""
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """Return the time step a code belongs to: the present one or a neighbour; else nothing."""
    present = int(now.timestamp()) // STEP_SECONDS
    made = pyotp.TOTP(secret)
    matching = [
        step
        for step in (present - 1, present, present + 1)
        if hmac.compare_digest(made.generate_otp(step).encode(), code.encode())
    ]
    return matching[-1] if matching else None


def accept(account: Account, code: str, now: datetime) -> bool:
    """Tell whether `code` is right and new, and note it; no code works twice (RFC 6238, 5.2)."""
    if account.totp_secret is None or account.totp_confirmed_at is None:
        return False
    step = step_of(account.totp_secret, code, now)
    if step is None or (account.totp_counter is not None and step <= account.totp_counter):
        return False
    account.totp_counter = step
    return True
