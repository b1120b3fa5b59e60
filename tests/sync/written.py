"""Updates written byte by byte, by another hand than the one that reads them."""

from collections.abc import Sequence

Place = tuple[int, int]


def number(value: int) -> bytes:
    """Return a whole number as Yjs writes it: seven bits a byte, the lowest first."""
    written = bytearray()
    while value >= 0x80:
        written.append(value & 0x7F | 0x80)
        value >>= 7
    written.append(value)
    return bytes(written)


def words(text: str | bytes) -> bytes:
    """Return text with its length before it."""
    data = text.encode() if isinstance(text, str) else text
    return number(len(data)) + data


def piece(
    content: bytes,
    left: Place | None = None,
    right: Place | None = None,
    field: str | bytes | None = "t:g1.text",
    kind: int = 4,
    key: str | None = None,
) -> bytes:
    """Return one struct: `content` of `kind`, beside `left` and `right`, or in a root value."""
    info = kind | (0x80 if left else 0) | (0x40 if right else 0) | (0x20 if key else 0)
    head = bytes([info])
    for place in (left, right):
        if place:
            head += number(place[0]) + number(place[1])
    if not left and not right:
        head += (number(1) + words(field)) if field is not None else (number(0) + number(1) * 2)
        if key:
            head += words(key)
    return head + content


def update(
    *clients: tuple[int, int, Sequence[bytes]], deleted: Sequence[tuple[int, Sequence[Place]]] = ()
) -> bytes:
    """Return an update: (client id, first clock, structs) each, then what is deleted per client."""
    data = number(len(clients))
    for client, clock, structs in clients:
        data += number(len(structs)) + number(client) + number(clock) + b"".join(structs)
    data += number(len(deleted))
    for client, ranges in deleted:
        data += number(client) + number(len(ranges))
        for clock, units in ranges:
            data += number(clock) + number(units)
    return data
