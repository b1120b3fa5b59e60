"""The floor of this machine at this moment: libsrtp and the batched system calls, nothing else.

A forwarding unit cannot cost less per packet than receiving, decrypting, encrypting and sending
it. Measured beside a run, the floor turns microseconds into a ratio that means something on a
machine without another server to compare with.
"""

import ctypes
import os
import socket
import struct
import time
from dataclasses import dataclass
from typing import Any

from pylibsrtp import Policy, Session

from rounds.bench.content import Content

BATCH = 64  # datagrams in a system call
ROUNDS = 150  # batches per measurement: about 10 000 packets
NANOSECONDS_PER_MICROSECOND = 1e3

libc = ctypes.CDLL(None, use_errno=True)


class Vector(ctypes.Structure):
    """`struct iovec`."""

    _fields_ = (("base", ctypes.c_void_p), ("length", ctypes.c_size_t))


class Message(ctypes.Structure):
    """`struct mmsghdr` of a connected socket: no address, one vector, no control data."""

    _fields_ = (
        ("name", ctypes.c_void_p),
        ("name_length", ctypes.c_uint),
        ("vectors", ctypes.POINTER(Vector)),
        ("vector_count", ctypes.c_size_t),
        ("control", ctypes.c_void_p),
        ("control_length", ctypes.c_size_t),
        ("flags", ctypes.c_size_t),  # an int, padded to the end of the inner `struct msghdr`
        ("length", ctypes.c_uint),
    )


@dataclass(frozen=True)
class Floor:
    """Processor time per packet, in microseconds."""

    receive: float
    unprotect: float
    protect: float
    send: float

    def per_forwarded(self, size: int) -> float:
        """Return the floor per forwarded packet in rooms of `size`: one in, `size` - 1 out."""
        return (self.receive + self.unprotect) / (size - 1) + self.protect + self.send


def measure(media: Content, host: str) -> Floor:
    """Measure all four steps on this load's real packets (below 0.5 s)."""
    plain = _packets(media)
    outgoing, incoming = (_session(way) for way in _WAYS)
    began = time.thread_time_ns()
    coded = [outgoing.protect(packet) for packet in plain]
    middle = time.thread_time_ns()
    for packet in coded:
        incoming.unprotect(packet)
    crypto = (middle - began, time.thread_time_ns() - middle)
    calls = _calls(coded, host)
    protect, unprotect, send, receive = (
        spent / len(plain) / NANOSECONDS_PER_MICROSECOND for spent in (*crypto, *calls)
    )
    return Floor(receive, unprotect, protect, send)


_WAYS = (Policy.SSRC_ANY_OUTBOUND, Policy.SSRC_ANY_INBOUND)


def _session(way: int) -> Session:
    profile = Policy.SRTP_PROFILE_AEAD_AES_128_GCM
    return Session(Policy(key=bytes(range(28)), ssrc_type=way, srtp_profile=profile))


def _packets(media: Content) -> list[bytes]:
    """Return packets in the load's mix of sizes: all audio and video of some seconds."""
    payloads = [part for frame in media.video for part in frame] + media.audio
    wanted = BATCH * ROUNDS
    several = [payloads[i * 7 % len(payloads)] for i in range(wanted)]
    return [
        struct.pack("!BBHII", 0x80, 96, number & 0xFFFF, number, 1) + payload
        for number, payload in enumerate(several)
    ]


def _calls(coded: list[bytes], host: str) -> tuple[int, int]:
    """Send and receive all packets in batches; returns ns for sending and for receiving."""
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as target,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as source,
    ):
        target.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        target.bind((host, 0))
        source.connect(target.getsockname())
        sending = receiving = 0
        slots = [ctypes.create_string_buffer(2048) for _ in range(BATCH)]
        into = _messages(slots, [2048] * BATCH)
        for first in range(0, len(coded), BATCH):
            batch = coded[first : first + BATCH]
            kept = [ctypes.create_string_buffer(packet, len(packet)) for packet in batch]
            out = _messages(kept, [len(packet) for packet in batch])
            began = time.thread_time_ns()
            sent = libc.sendmmsg(source.fileno(), out, BATCH, 0)
            middle = time.thread_time_ns()
            got = libc.recvmmsg(target.fileno(), into, BATCH, socket.MSG_DONTWAIT, None)
            receiving += time.thread_time_ns() - middle
            sending += middle - began
            if sent != BATCH or got != BATCH:
                raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
        return sending, receiving


def _messages(slots: list[Any], sizes: list[int]) -> Any:
    messages = (Message * len(slots))()
    for message, slot, size in zip(messages, slots, sizes, strict=True):
        vector = Vector(ctypes.cast(slot, ctypes.c_void_p), size)
        message.vectors, message.vector_count = ctypes.pointer(vector), 1
    return messages
