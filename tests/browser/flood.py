"""Sends garbage to a UDP port at a steady rate, in batches so that the sender costs little.

Run inside a network of the tests' own as `python -m tests.browser.flood ADDRESS PORT RATE SECONDS`;
prints how many datagrams left.
"""

import itertools
import secrets
import socket
import sys
import time

from rounds.media.sfu.native import SLOT, BatchedSocket, MessageArray, SocketAddress
from rounds.media.sfu.sockets import pack_address

BATCH = 64
SOURCES = 16
HEADS = (
    b"\x00\x01",
    b"\x80\x6f",
    b"\x90\x60",
    b"\x80\xc9",
    b"\x16\xfe\xfd",
    b"\x15\xfe\xfd",
    b"\x64",
)
"""What STUN, RTP, RTCP, DTLS and nothing at all begin with."""


def main(address: str, port: int, rate: int, seconds: float) -> int:
    """Flood; return how many datagrams the system took."""
    to = SocketAddress()
    to.set(pack_address(socket.AF_INET, (address, port)))
    array = MessageArray(BATCH, 16)
    for slot in range(BATCH):
        noise = HEADS[slot % len(HEADS)] + secrets.token_bytes(200 + secrets.randbelow(900))
        array.data[slot * SLOT : slot * SLOT + len(noise)] = noise
        array.vectors[slot * 2 + 1] = len(noise)
        array.headers[slot * 8] = to.pointer
        array.lengths[slot * 16 + 2] = 16
    sockets = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(SOURCES)]
    for one in sockets:
        one.setblocking(False)
    lines = itertools.cycle([BatchedSocket(one) for one in sockets])
    began, sent = time.perf_counter(), 0
    while (now := time.perf_counter() - began) < seconds:
        if sent < now * rate:
            sent += next(lines).send(array, BATCH)
        else:
            time.sleep(0.001)
    for one in sockets:
        one.close()
    return sent


if __name__ == "__main__":
    count = main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]))
    sys.stdout.write(f"{count}\n")
