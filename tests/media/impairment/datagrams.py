"""What stands in a datagram between browser and engine, as far as it can be seen from outside."""

import struct

STUN_COOKIE, USERNAME = b"\x21\x12\xa4\x42", 0x0006  # RFC 8489
FIRST_RTCP, LAST_RTCP = 192, 223  # RFC 5761 section 4


def is_rtp(datagram: bytes) -> bool:
    """Tell whether a datagram carries sound or picture (RFC 7983: first byte 128 to 191)."""
    media = len(datagram) > 12 and 128 <= datagram[0] <= 191
    return media and not FIRST_RTCP <= datagram[1] <= LAST_RTCP


def browser_ufrag(datagram: bytes) -> str | None:
    """Whose check this is: the second part of its USERNAME (RFC 8445 section 7.2.2)."""
    if datagram[4:8] != STUN_COOKIE:
        return None
    at = 20
    while at + 4 <= len(datagram):
        kind, length = struct.unpack_from("!HH", datagram, at)
        if kind == USERNAME:
            return datagram[at + 4 : at + 4 + length].decode().partition(":")[2]
        at += 4 + (length + 3) // 4 * 4
    return None
