"""Settings from the environment; the only reader of it."""

import os
import secrets
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from rounds.kernel.addresses import is_local, local_addresses
from rounds.kernel.cores import cores

LOOPBACK = ("localhost", "127.0.0.1", "::1")
MOST_MEDIA_PROCESSES = 32


def usual_media_processes(available: int) -> int:
    """Return how many media processes a machine of so many cores gets if nobody says.

    One carries about 30 visits of two and costs about 40 MB, and each needs a UDP port of its own
    through the firewall. So a small clinic's machine (up to three cores) has one; a larger one
    has one for every two cores, which leaves the other half to pages, database and system; and
    never more than four by itself, for that many visits at once no single clinic has.
    """
    return max(1, min(4, available // 2))


class Settings(BaseSettings):
    """Everything an operator may set; each field is `ROUNDS_` and its name in capitals."""

    model_config = SettingsConfigDict(env_prefix="ROUNDS_", extra="ignore", frozen=True)

    host: str = Field("127.0.0.1", description="Address to listen on for HTTP.")
    port: int = Field(8080, ge=1, le=65535, description="TCP port for HTTP and sockets.")
    data: Path = Field(Path("data"), description="Folder for the database and the secret.")
    database: str = Field("", description="Database address; empty means SQLite in the folder.")
    public_url: str = Field("", description="Address people open; decides cookies and origins.")
    other_origins: str = Field(
        "", description="Further addresses of this same server, separated by commas."
    )
    trusted_proxies: str = Field(
        "", description="Networks whose forwarded client address is believed, by commas."
    )
    tls_cert: Path | None = Field(None, description="Certificate chain (PEM) for HTTPS.")
    tls_key: Path | None = Field(None, description="Private key (PEM) for HTTPS.")
    self_signed: bool = Field(
        False, description="Make a certificate for trying it on a phone in the house network."
    )
    media_host: str = Field("", description="Address the media port binds; empty means all.")
    media_port: int | None = Field(
        None, ge=1, le=65535, description="UDP port for media; empty means the HTTP port's number."
    )
    media_tcp_port: int | None = Field(
        None,
        ge=1,
        le=65535,
        description="TCP port for media of networks that let no UDP out; empty means none.",
    )
    media_processes: int | None = Field(
        None,
        ge=1,
        le=MOST_MEDIA_PROCESSES,
        description="Media processes, each with the next UDP port; empty means by cores.",
    )
    media_loop: str = Field(
        "auto",
        pattern="^(auto|native|python)$",
        description="What forwards packets: the compiled loop, Python, or what can be used here.",
    )
    media_late_milliseconds: int = Field(
        50,
        ge=1,
        description="How late a media process may work before it takes no new room.",
    )
    media_addresses: str = Field(
        "",
        description="Addresses told to browsers for media, by commas; `local` stands for all of "
        "this machine, and so does nothing at all.",
    )
    turn_urls: str = Field(
        "", description="Addresses of the TURN relay, by commas; empty means that there is none."
    )
    turn_secret_file: Path | None = Field(
        None, description="File with the secret that we share with the TURN relay alone."
    )
    link_tries_per_minute: int = Field(
        10, ge=1, description="Unauthenticated link attempts per client address and minute."
    )
    quick_exit_url: str = Field(
        "https://www.wikipedia.org/",
        pattern=r"^https://[^\s]+$",
        description="Where the quick way out of a patient's page leads: a page that tells nothing.",
    )
    code_requests_per_minute: int = Field(
        10, ge=1, description="Wishes for a code or a new link per client address and minute."
    )
    sign_in_tries: int = Field(5, ge=1, description="Failed sign-ins per account in 15 minutes.")
    sign_in_tries_per_address: int = Field(
        20, ge=1, description="Failed sign-ins per client address and minute."
    )
    idle_minutes: int = Field(
        15, ge=1, le=720, description="Minutes without activity after which a screen is locked."
    )
    plan_outbox: bool = Field(
        True,
        description="Whether browsers keep, sealed, what was written in a plan and not saved yet.",
    )
    sockets_per_address: int = Field(
        40, ge=1, description="Sockets per client address that have not joined anything yet."
    )
    smtp_host: str = Field("", description="Mail server that takes our messages.")
    smtp_port: int | None = Field(
        None, ge=1, le=65535, description="Its port; empty means the usual one for ROUNDS_SMTP_TLS."
    )
    smtp_user: str = Field("", description="Name to sign in at the mail server with.")
    smtp_password_file: Path | None = Field(None, description="File that holds the password.")
    smtp_tls: str = Field(
        "starttls",
        pattern="^(starttls|tls|none)$",
        description="How the way to the mail server is sealed; none on this machine alone.",
    )
    mail_from: str = Field("", description="Address that our e-mail comes from.")
    sms_url: str = Field("", description="Gateway that takes text messages (HTTPS).")
    sms_token_file: Path | None = Field(None, description="File that holds the gateway's token.")
    sms_reply_secret_file: Path | None = Field(
        None, description="File with the secret by which the gateway signs replies to us."
    )
    push_hosts: str = Field(
        "fcm.googleapis.com,push.services.mozilla.com,push.apple.com,notify.windows.com",
        description="Hosts of browsers' push services that we may call, by commas.",
    )
    metrics_token_file: Path | None = Field(
        None, description="File with the token by which a monitor may read /metrics."
    )
    log_format: str = Field("auto", pattern="^(auto|json|text)$", description="Log format.")

    @field_validator("public_url")
    @classmethod
    def _whole_origin(cls, value: str) -> str:
        if not value:
            return value
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("must look like https://rounds.example.org")
        if parts.path.strip("/") or parts.query or parts.fragment:
            raise ValueError("must not have a path: rounds lives at the root of its host")
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def idle(self) -> timedelta:
        """After how long without activity a screen is locked."""
        return timedelta(minutes=self.idle_minutes)

    @property
    def secure(self) -> bool:
        """Say whether people reach us by HTTPS."""
        return self.origin.startswith("https://")

    @property
    def origin(self) -> str:
        """The canonical origin, such as https://rounds.example.org."""
        if self.public_url:
            return self.public_url
        return self._origin_of("localhost" if self.listens_on_loopback else self._first_address())

    @property
    def origins(self) -> tuple[str, ...]:
        """Every origin whose pages may talk to us, the canonical one first."""
        found = [self.origin]
        if not self.public_url and self.listens_on_loopback:
            found += [self._origin_of(name) for name in LOOPBACK]
        elif not self.public_url and self.self_signed:
            found += [self._origin_of(name) for name in (*local_addresses(), *LOOPBACK)]
        found += [
            part.strip().rstrip("/") for part in self.other_origins.split(",") if part.strip()
        ]
        return tuple(dict.fromkeys(found))

    def _origin_of(self, host: str) -> str:
        scheme = "https" if self.tls_cert or self.self_signed else "http"
        return f"{scheme}://{'[' + host + ']' if ':' in host else host}:{self.port}"

    def _first_address(self) -> str:
        if self.host not in ("0.0.0.0", "::", ""):  # noqa: S104 - compared, not bound
            return self.host
        return next(iter(local_addresses()), "localhost")

    @property
    def listens_on_loopback(self) -> bool:
        """Say whether only this machine can reach us."""
        return is_local(self.host)

    @property
    def database_url(self) -> str:
        """Address for SQLAlchemy, with the asynchronous driver of each database."""
        if not self.database:
            return f"sqlite+aiosqlite:///{self.data.resolve() / 'rounds.sqlite'}"
        for plain, driver in (
            ("postgresql://", "postgresql+asyncpg://"),
            ("postgres://", "postgresql+asyncpg://"),
            ("sqlite://", "sqlite+aiosqlite://"),
        ):
            if self.database.startswith(plain):
                return driver + self.database[len(plain) :]
        return self.database

    @property
    def media_udp_ports(self) -> range:
        """UDP ports of the media processes, one each: as many as set, else by cores."""
        first = self.media_port or self.port
        return range(first, first + (self.media_processes or usual_media_processes(cores())))

    @property
    def media_tcp_ports(self) -> tuple[int, ...]:
        """TCP ports of the media processes, one each; none where TCP is not wanted."""
        first = self.media_tcp_port
        return (
            () if first is None else tuple(first + at for at, _ in enumerate(self.media_udp_ports))
        )

    @property
    def told_addresses(self) -> tuple[str, ...]:
        """What stands in `media_addresses`; empty when nothing does."""
        words = (word.strip() for word in self.media_addresses.split(","))
        return tuple(dict.fromkeys(word for word in words if word))

    @property
    def mail_port(self) -> int:
        """Port of the mail server: as set, else the usual one (RFC 8314, RFC 5321)."""
        return self.smtp_port or {"tls": 465, "starttls": 587}.get(self.smtp_tls, 25)

    def secret(self) -> bytes:
        """Return the signing secret (32 bytes), made at the first call and kept in the data folder.

        Raises PermissionError when others may read the file.
        """
        return self._kept("secret")

    def audit_key(self) -> bytes:
        """Return the key of the trail's chain (32 bytes), made and kept like the secret.

        It is a file of its own: who holds the database, or the secret, cannot forge the trail.
        Raises PermissionError when others may read the file.
        """
        return self._kept("audit-key")

    def _kept(self, name: str) -> bytes:
        path = self.data / name
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
        except FileExistsError:
            if path.stat().st_mode & 0o077:
                raise PermissionError(
                    f"{path} can be read by others; run: chmod 400 {path}"
                ) from None
            return path.read_bytes()
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(32))
        return path.read_bytes()
