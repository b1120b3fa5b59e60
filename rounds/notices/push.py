"""Rings a browser whose page is closed: RFC 8030, sealed by RFC 8291, signed by RFC 8292."""

import json
import os
import re
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from py_vapid import Vapid02

from rounds.kernel.addresses import is_local
from rounds.kernel.clock import Clock
from rounds.kernel.config import Settings
from rounds.notices.gateway import is_safe, judge, post
from rounds.notices.parcel import NO_BROWSER, NOT_TAKEN, Browser, Parcel, Undelivered

KEY_FILE = "push-key.pem"
CLAIM_LASTS = timedelta(hours=12)
# An uncompressed point of P-256 (65 bytes) and 16 random bytes, both in base64url (RFC 8291).
KEY = re.compile(r"B[A-Za-z0-9_-]{86}=?")
SECRET = re.compile(r"[A-Za-z0-9_-]{22}(==)?")
GONE = frozenset({404, 410})


class PushKey:
    """The key by which push services know us; made at first use, readable by rounds alone."""

    def __init__(self, folder: Path) -> None:
        """Keep it in the data folder."""
        self._path = folder / KEY_FILE
        self._key: Vapid02 | None = None

    @property
    def key(self) -> Vapid02:
        """The key. Raises PermissionError when others may read its file."""
        if self._key is None:
            self._key = self._read()
        return self._key

    @property
    def public(self) -> str:
        """The public half as browsers take it: an uncompressed point in base64url."""
        point = self.key.public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return urlsafe_b64encode(point).rstrip(b"=").decode()

    def _read(self) -> Vapid02:
        try:
            handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
        except FileExistsError:
            if self._path.stat().st_mode & 0o077:
                raise PermissionError(
                    f"{self._path} can be read by others; run: chmod 400 {self._path}"
                ) from None
            return Vapid02.from_pem(self._path.read_bytes())
        fresh = Vapid02()
        fresh.generate_keys()
        pem = fresh.private_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        with os.fdopen(handle, "wb") as file:
            file.write(pem)
        return fresh


class Push:
    """Rings every browser of a person; one that answers is enough."""

    def __init__(self, settings: Settings, key: PushKey, clock: Clock) -> None:
        """Sign with `key`; call only the services that the settings name."""
        self._settings = settings
        self._key = key
        self._clock = clock

    async def send(self, parcel: Parcel) -> Sequence[str]:
        """Ring; return the browsers that take no more. Raises Undelivered when none was rung."""
        ended: list[str] = []
        trouble: Undelivered | None = None
        rung = 0
        for browser in parcel.browsers:
            try:
                status = await self._ring(browser, parcel)
                if status in GONE:
                    ended.append(browser.id)
                    continue
                judge(status)
                rung += 1
            except Undelivered as fault:
                trouble = fault
                if fault.for_good:
                    ended.append(browser.id)
        if rung:
            return ended
        if trouble is None or trouble.for_good:
            raise Undelivered(NO_BROWSER, for_good=True, ended=ended)
        raise Undelivered(trouble.words, ended=ended)

    async def _ring(self, browser: Browser, parcel: Parcel) -> int:
        # It brings an HTTP client that nobody needs, and a restart does not wait for it.
        from pywebpush import WebPusher, WebPushException  # noqa: PLC0415

        known = may_call(self._settings, browser.endpoint)
        if not known or not are_keys(browser.key, browser.secret):
            raise Undelivered(NOT_TAKEN, for_good=True)
        told = json.dumps(
            {"title": parcel.text.subject, "body": parcel.text.short, "tag": "rounds-waiting"},
            ensure_ascii=False,
        )
        keys = {"p256dh": browser.key, "auth": browser.secret}
        try:
            pusher = WebPusher({"endpoint": browser.endpoint, "keys": keys})
            sealed = pusher.encode(told.encode())["body"]
        except (WebPushException, ValueError):
            raise Undelivered(NOT_TAKEN, for_good=True) from None
        parts = urlsplit(browser.endpoint)
        claims = {
            "aud": f"{parts.scheme}://{parts.netloc}",
            "exp": int((self._clock.now() + CLAIM_LASTS).timestamp()),
            "sub": self._contact(),
        }
        headers = self._key.key.sign(claims) | {
            "TTL": str(parcel.seconds),
            "Urgency": "high",
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
        }
        return await post(browser.endpoint, sealed, headers)

    def _contact(self) -> str:
        """Whom a push service may write to about us (RFC 8292, section 2.1)."""
        if self._settings.mail_from:
            return f"mailto:{self._settings.mail_from}"
        return self._settings.origin if self._settings.secure else "mailto:nobody@localhost"


def are_keys(key: str, secret: str) -> bool:
    """Say whether these have the form of a browser's keys."""
    return bool(KEY.fullmatch(key) and SECRET.fullmatch(secret))


def may_call(settings: Settings, endpoint: str) -> bool:
    """Say whether an address that a browser named is one of a known push service.

    Otherwise whoever is signed in could let the server knock at doors inside the clinic.
    """
    if not is_safe(endpoint):
        return False
    parts = urlsplit(endpoint)
    host = (parts.hostname or "").lower()
    known = [one.strip().lower() for one in settings.push_hosts.split(",") if one.strip()]
    if is_local(host):
        return host in known
    return any(host == one or host.endswith(f".{one}") for one in known)
