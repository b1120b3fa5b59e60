"""Opening the UDP port, and socket addresses in the form the kernel keeps them."""

import errno
import socket
import struct
import sys
from typing import Any

V6 = struct.Struct("=H2s4s16sI")
V4 = struct.Struct("=H2s4s8x")
MAPPED = bytes(10) + b"\xff\xff"


def pack_address(family: int, address: tuple[Any, ...]) -> bytes:
    """Return the kernel's form of what `recvfrom` gave."""
    port = struct.pack("!H", address[1])
    if family == socket.AF_INET:
        return V4.pack(family, port, socket.inet_aton(address[0]))
    host = socket.inet_pton(socket.AF_INET6, address[0].partition("%")[0])
    return V6.pack(family, port, bytes(4), host, address[3])


def unpack_address(raw: bytes) -> tuple[str, int]:
    """Return host and port as people write them; an IPv4-mapped address as IPv4."""
    port = int.from_bytes(raw[2:4], "big")
    if int.from_bytes(raw[:2], sys.byteorder) == socket.AF_INET:
        return socket.inet_ntoa(raw[4:8]), port
    host = raw[8:24]
    if host.startswith(MAPPED):
        return socket.inet_ntoa(host[12:]), port
    return socket.inet_ntop(socket.AF_INET6, host), port


def open_socket(host: str, port: int, buffer_bytes: int) -> socket.socket:
    """Bind one UDP port: dual-stack IPv6 for every host that allows it, else IPv4.

    An empty host means all addresses. Raises OSError.
    """
    attempts: list[tuple[socket.AddressFamily, str]]
    if not host:
        attempts = [(socket.AF_INET6, "::"), (socket.AF_INET, "0.0.0.0")]  # noqa: S104 - asked for
    elif ":" in host:
        attempts = [(socket.AF_INET6, host)]
    else:
        attempts = [(socket.AF_INET6, f"::ffff:{host}"), (socket.AF_INET, host)]
    fault: OSError | None = None
    for family, name in attempts:
        try:
            sock = socket.socket(family, socket.SOCK_DGRAM)
        except OSError as refused:
            fault = refused
            continue
        try:
            if family == socket.AF_INET6:
                sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
            for option in (socket.SO_RCVBUF, socket.SO_SNDBUF):
                sock.setsockopt(socket.SOL_SOCKET, option, buffer_bytes)
            sock.setblocking(False)
            sock.bind((name, port))
        except OSError as refused:
            sock.close()
            fault = refused
            if refused.errno == errno.EADDRINUSE and family == socket.AF_INET6:
                raise  # no matter of the family
            continue
        return sock
    raise fault or OSError(errno.EADDRNOTAVAIL, "no address family to bind")
