"""Names of our cookies: staff, patients at home and each visit link have their own in a browser."""

from aiohttp import web

from rounds.kernel.config import Settings

STAFF = "rounds"
HOME = "rounds-my"
HALF = "rounds-sign-in"


def staff_cookie(settings: Settings) -> str:
    """Return the name of the staff's session cookie."""
    return _prefixed(settings, STAFF)


def home_cookie(settings: Settings) -> str:
    """Return the name of the session cookie of a patient or relative between visits."""
    return _prefixed(settings, HOME)


def device_cookie(settings: Settings) -> str:
    """Return the name of the cookie by which a remembered device is signed in again."""
    return _prefixed(settings, f"{HOME}-device")


def half_cookie(settings: Settings) -> str:
    """Return the name of the cookie of somebody whose second factor is still missing."""
    return _prefixed(settings, HALF)


def guest_cookie(settings: Settings, invitation: str) -> str:
    """Return the name of the session cookie of one invitation."""
    return _prefixed(settings, f"rounds-visit-{invitation.replace('-', '')}")


def set_session(
    response: web.StreamResponse, settings: Settings, name: str, token: str, seconds: int
) -> None:
    """Hand the token to the browser: not to scripts, not across sites."""
    response.set_cookie(
        name,
        token,
        max_age=seconds,
        path="/",
        secure=settings.secure,
        httponly=True,
        samesite="Lax",
    )


def drop_session(response: web.StreamResponse, settings: Settings, name: str) -> None:
    """Take the token back."""
    response.del_cookie(name, path="/", secure=settings.secure, httponly=True, samesite="Lax")


def _prefixed(settings: Settings, name: str) -> str:
    # Browsers bind a __Host- cookie to this very host and to HTTPS (RFC 6265bis).
    return f"__Host-{name}" if settings.secure else name
