"""The words for what a self-test found, and what to say about it on the telephone."""

from collections.abc import Callable

from rounds.rooms.self_test import Concern, Report

Translate = Callable[[str], str]
MEGABIT = 1000
"""Kilobits."""


def advice(concern: Concern, report: Report, translate: Translate) -> tuple[str, str]:
    """Return what is the matter, and what helps."""
    _ = translate
    causes = _causes(translate)
    words = {
        Concern.NO_MICROPHONE: (
            _("The microphone does not work"),
            causes.get(report.microphone, causes["unknown"]),
        ),
        Concern.NO_CAMERA: (
            _("The camera does not work"),
            causes.get(report.camera, causes["unknown"]),
        ),
        Concern.NO_LINE: (
            _("Signals do not get through"),
            _(
                "Something on the way closes the connection, such as a company "
                "network. Try mobile data or another network."
            ),
        ),
        Concern.NO_MEDIA: (
            _("Sound and picture do not get through"),
            _(
                "The network lets neither the direct way nor the relay through. Try "
                "mobile data or another network, or plan a telephone call."
            ),
        ),
        Concern.NO_VOICE: (
            _("The voice did not come back"),
            _("Ask to close other programs, and to try again with another network or a headset."),
        ),
        Concern.TOO_SLOW: (
            _("The line is too slow for a call"),
            _(
                "Go nearer to the router, stop other downloads, or try mobile data. "
                "Else plan a telephone call."
            ),
        ),
        Concern.NO_PICTURE: (
            _("The picture did not come back"),
            _("The voice does. The visit works with audio only."),
        ),
        Concern.LISTENS: (
            _("They come without a microphone"),
            _("They can hear and write. A telephone call may serve them better."),
        ),
        Concern.SLOW: (
            _("The line is slow"),
            _("Voices get through; pictures stay small or rest. Going nearer to the router helps."),
        ),
        Concern.FAR: (
            _("It takes long there and back"),
            _("Leave pauses when you speak. Another network may be quicker."),
        ),
        Concern.LOSSY: (
            _("Parts get lost on the way"),
            _("Going nearer to the router, or a cable, helps."),
        ),
        Concern.NO_RELAY: (
            _("The relay gave no address"),
            _("That matters only in a network that blocks the direct way."),
        ),
        Concern.NO_UDP: (
            _("The direct way is blocked; it goes around"),
            _("That works. Another network may be quicker."),
        ),
        Concern.UNTRIED: (
            _("Sound and picture were not tried: our lines were busy"),
            _("Ask to try again in a few minutes."),
        ),
    }
    return words[concern]


def number_words(report: Report, translate: Translate) -> list[tuple[str, str]]:
    """Return word and value of each number that was measured."""
    _ = translate
    found: list[tuple[str, str]] = []
    if report.round_trip is not None:
        found.append((_("There and back"), _("{number} ms").format(number=report.round_trip)))
    if report.lost is not None:
        found.append((_("Lost on the way"), _("{number} %").format(number=report.lost / 10)))
    for word, value in ((_("Way to us"), report.up), (_("Way from us"), report.down)):
        if value is not None:
            found.append((word, _pace(value, translate)))
    if report.path in ("host", "relay"):
        relayed = report.path == "relay"
        way = _("Through a relay, by {protocol}") if relayed else _("Direct, by {protocol}")
        found.append((_("Way"), way.format(protocol=report.protocol.upper() or "–")))
    return found


def _pace(kilobits: int, translate: Translate) -> str:
    _ = translate
    if kilobits < MEGABIT:
        return _("{number} kbit/s").format(number=kilobits)
    return _("{number} Mbit/s").format(number=kilobits // MEGABIT)


def _causes(translate: Translate) -> dict[str, str]:
    _ = translate
    return {
        "denied": _(
            "The browser was told “never” for this page. The page shows the taps that change it."
        ),
        "once": _("The browser was told “no” this time. Load the page again, then tap “Allow”."),
        "dismissed": _("The browser’s question was closed. Tap “Try again”, then “Allow”."),
        "system": _(
            "The phone or computer keeps it from the browser: in its settings, under privacy."
        ),
        "in_use": _("Another app holds it, such as a video call. Close it."),
        "none": _("None was found. Plug it in, or come with what there is."),
        "insecure": _("The page was opened without https. Open the link from the message."),
        "unsupported": _(
            "This browser cannot do it, as those inside of messengers. Open the link "
            "in Safari, Chrome or Firefox."
        ),
        "lost": _("It went away while it was in use. Plug it in again."),
        "unknown": _(
            "The browser gave no reason. Closing other apps often helps, or starting it anew."
        ),
    }
