"""Where to go on after signing in, unlocking or proving: always a page of ours."""

from urllib.parse import urlencode, urlsplit

AFTER_SIGN_IN = "/today"
LONGEST = 400


def inside(path: str, otherwise: str = AFTER_SIGN_IN) -> str:
    """Return `path` if it is one of ours, else `otherwise`."""
    try:
        parts = urlsplit(path)
    except ValueError:
        return otherwise
    ours = path.startswith("/") and not path.startswith(("//", "/\\")) and not parts.netloc
    return path if ours and "\\" not in path and len(path) <= LONGEST else otherwise


def with_return(page: str, path: str) -> str:
    """Return the address of `page` that leads on to `path`."""
    return f"{page}?{urlencode({'next': inside(path)})}"
