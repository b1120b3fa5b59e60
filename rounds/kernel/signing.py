"""Signed, expiring, single-purpose tokens, and hashes of secrets we never keep."""

import hashlib
import hmac
import secrets
from typing import Any

from itsdangerous import BadData, URLSafeTimedSerializer

from rounds.kernel.errors import Gone


class Signer:
    """Signs small JSON values for one purpose each; a token of one purpose opens no other."""

    def __init__(self, secret: bytes) -> None:
        """Derive every purpose's key from `secret` (32 bytes or more)."""
        if len(secret) < 32:
            raise ValueError("the signing secret must have at least 32 bytes")
        self._secret = secret

    def sign(self, purpose: str, value: Any) -> str:
        """Return a URL-safe token carrying `value` in the clear, with its time of making."""
        return self._for(purpose).dumps(value)

    def read(self, purpose: str, token: str, seconds: int) -> Any:
        """Return the value of a token made for `purpose` no longer than `seconds` ago.

        Raises Gone for anything else, without telling what was wrong with it.
        """
        try:
            return self._for(purpose).loads(token[:2048], max_age=seconds)
        except BadData:
            raise Gone("This has run out. Please try again.") from None

    def index(self, purpose: str, text: str) -> str:
        """Return a blind index of `text`: 128 bits of a keyed hash, to find it without reading it.

        Equal texts of one purpose have equal indexes; nobody without the secret can try texts.
        """
        key = hmac.digest(self._secret, f"index {purpose}".encode(), hashlib.sha256)
        return hmac.digest(key, text.encode(), hashlib.sha256).hex()[:32]

    def _for(self, purpose: str) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(
            self._secret, salt=purpose, signer_kwargs={"digest_method": hashlib.sha256}
        )


def new_token() -> str:
    """Return 256 random bits as 43 URL-safe characters."""
    return secrets.token_urlsafe(32)


def fingerprint(token: str) -> str:
    """Return the SHA-256 of a 256-bit token: what we store instead of it (ASVS 6.5.2)."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
