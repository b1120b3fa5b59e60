"""The security headers of every answer (decision 12)."""

from urllib.parse import urlsplit

from rounds.kernel.config import Settings

OFF = (
    "geolocation", "payment", "usb", "serial", "hid", "bluetooth", "midi", "gyroscope",
    "accelerometer", "magnetometer", "idle-detection", "browsing-topics",
)  # fmt: skip
ON = (
    "autoplay", "fullscreen", "picture-in-picture", "clipboard-write", "speaker-selection",
    "screen-wake-lock", "publickey-credentials-get", "publickey-credentials-create",
)  # fmt: skip
MEDIA = ("camera", "microphone", "display-capture")


def policy(settings: Settings, import_map_hash: str) -> str:
    """Return the content security policy: only our own files, no inline code but the import map."""
    sockets = " ".join(
        f"{'wss' if origin.startswith('https') else 'ws'}://{urlsplit(origin).netloc}"
        for origin in settings.origins
        if "[" not in origin  # an IPv6 address is no source; 'self' covers it
    )
    parts = [
        "default-src 'none'",
        f"script-src 'self' '{import_map_hash}'",
        "style-src 'self'",
        "img-src 'self' blob: data:",
        "font-src 'self'",
        "media-src 'self' blob:",
        f"connect-src 'self' {sockets}",
        "worker-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "object-src 'none'",
        "frame-src 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types rounds",
        "report-uri /csp-report",
        "report-to csp",
    ]
    if settings.secure:
        parts.insert(-2, "upgrade-insecure-requests")
    return "; ".join(parts)


def permissions(media: bool) -> str:
    """Return the permissions policy; only pages of a visit may use camera and microphone."""
    media_value = "(self)" if media else "()"
    parts = [f"{name}={media_value}" for name in MEDIA]
    parts += [f"{name}=(self)" for name in ON] + [f"{name}=()" for name in OFF]
    return ", ".join(parts)


def security_headers(settings: Settings, import_map_hash: str) -> dict[str, str]:
    """Return what every answer carries, whatever it is."""
    headers = {
        "Content-Security-Policy": policy(settings, import_map_hash),
        "Reporting-Endpoints": 'csp="/csp-report"',
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Embedder-Policy": "require-corp",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Origin-Agent-Cluster": "?1",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "no-referrer",
        "X-Robots-Tag": "noindex, nofollow",
    }
    if settings.secure:
        headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
    return headers
