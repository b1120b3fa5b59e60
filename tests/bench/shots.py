"""Endless supplies of hostile datagrams, one per kind: who sends what."""

import socket
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import cycle

from aioice import stun

from rounds.bench.peer import Peer
from rounds.bench.seats import Seat
from tests.bench.mutations import Hand, rtcp_compounds

INVENTED = 256  # SSRCs nobody negotiated
UNKNOWN_KIND = bytes([100]) + bytes(99)  # a first byte of no protocol (RFC 7983)
DROPPED = "dropped at once"
"""The yardstick: datagrams of no protocol from nobody."""

Shot = tuple[socket.socket, bytes]
Make = Callable[[], bytes]


def kinds(
    hand: Hand,
    strangers: list[socket.socket],
    half_open: Iterator[Peer],
    seats: list[Seat],
) -> dict[str, Iterator[Shot]]:
    """Return all kinds, in the order of firing.

    Half-open seats come first, for their handshake has a deadline; `half_open` says whose turn it
    is. What may end connected seats comes last.
    """
    up, down = [seat.publisher for seat in seats], [seat.subscriber for seat in seats]
    media = [*hand.rtp, *hand.rtcp]
    return {
        "DTLS of a half-open seat": _from(half_open, lambda: hand.damage(hand.dtls)),
        DROPPED: _strange(strangers, lambda: UNKNOWN_KIND),
        "noise": _strange(strangers, hand.noise),
        "STUN": _strange(strangers, lambda: hand.damage(hand.stun)),
        "DTLS": _strange(strangers, lambda: hand.damage(hand.dtls)),
        "RTP and RTCP": _strange(strangers, lambda: hand.damage(media)),
        "STUN of a seat, signed": _signed(hand, up),
        "media of a seat, not encrypted": _from(cycle(up), lambda: hand.damage(media)),
        "RTP of a seat, encrypted": _encrypted_rtp(hand, up),
        "RTCP of a seat, encrypted": _encrypted_rtcp(hand, [*up, *down]),
        "DTLS of a seat": _from(cycle(down), lambda: hand.damage(hand.dtls)),
    }


def _strange(strangers: list[socket.socket], make: Make) -> Iterator[Shot]:
    return ((sock, make()) for sock in cycle(strangers))


def _from(peers: Iterator[Peer], make: Make) -> Iterator[Shot]:
    return ((peer.socket, make()) for peer in peers)


def _signed(hand: Hand, peers: list[Peer]) -> Iterator[Shot]:
    """Damage the attributes of checks, then sign them as the seat's owner can."""
    for peer in cycle(peers):
        message = stun.Message(stun.Method.BINDING, stun.Class.REQUEST, hand.random.randbytes(12))
        message.attributes["USERNAME"] = f"{peer.remote.user}:{peer.local.user}"
        message.attributes["SOFTWARE"] = "x" * hand.random.randrange(40)
        damaged = bytearray(bytes(message))
        place = hand.random.randrange(20, len(damaged))
        damaged[place] ^= 1 << hand.random.randrange(8)
        signed = stun.message_integrity(bytes(damaged), peer.remote.password.encode())
        damaged += b"\x00\x08\x00\x14" + signed
        yield peer.socket, stun.set_body_length(bytes(damaged), len(damaged) - 20)


def _encrypted_rtp(hand: Hand, peers: list[Peer]) -> Iterator[Shot]:
    """Damage clear packets, then protect them with the seat's own key: they pass decryption."""
    invented = [hand.random.randrange(1 << 31) for _ in range(INVENTED)]
    # Numbers grow per stream: a gap of half their circle would look like the past (RFC 3711 3.3.1).
    numbers: Counter[tuple[str, int]] = Counter()
    for peer in cycle(peers):
        assert peer.dtls is not None
        clear = bytearray(hand.damage(hand.rtp)).ljust(12, b"\0")
        known = (peer.audio, peer.video, peer.rtx, hand.random.choice(invented))
        ssrc = hand.random.choice(known)
        clear[2:4] = (numbers[peer.local.user, ssrc] & 0xFFFF).to_bytes(2, "big")
        clear[8:12] = ssrc.to_bytes(4, "big")
        numbers[peer.local.user, ssrc] += 1
        yield peer.socket, peer.dtls.outgoing.protect(bytes(_acceptable(clear)))


def _acceptable(clear: bytearray) -> bytearray:
    """Keep just so much of the header sound that libsrtp will encrypt the packet."""
    extended = clear[0] & 0x10 and len(clear) >= 16
    clear[0] = 0x80 | (0x10 if extended else 0) | clear[0] & 0x20
    if extended:
        words = min(int.from_bytes(clear[14:16], "big"), (len(clear) - 16) // 4)
        clear[14:16] = words.to_bytes(2, "big")
    return clear


def _encrypted_rtcp(hand: Hand, peers: list[Peer]) -> Iterator[Shot]:
    """Damage and protect control packets about streams the seat really receives."""
    samples = [
        [
            compound
            for section in peer.remote.sections
            for ssrc in section.ssrcs or [peer.video]
            for compound in rtcp_compounds(ssrc)
        ]
        for peer in peers
    ]
    for peer, known in cycle(zip(peers, samples, strict=True)):
        assert peer.dtls is not None
        clear = bytearray(hand.damage(known)).ljust(8, b"\0")
        clear[0] = 0x80 | clear[0] & 0x3F
        clear[4:8] = peer.video.to_bytes(4, "big")
        yield peer.socket, peer.dtls.outgoing.protect_rtcp(bytes(clear[: len(clear) & ~3]))
