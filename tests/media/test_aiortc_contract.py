"""The private names of our WebRTC libraries that we rely on exist in the pinned versions."""

import inspect
from importlib.metadata import version
from typing import cast

import pylibsrtp
from aiortc import RTCCertificate, RTCDtlsTransport, RTCIceTransport, rtcdtlstransport

from rounds.media.sfu import native
from rounds.media.sfu.dtls import DatagramPort


def test_pinned_versions() -> None:
    assert version("aiortc") == "1.16.0"
    assert version("aioice") == "0.13.0"
    assert version("pylibsrtp") == "1.0.0"


async def test_names_of_the_dtls_transport() -> None:
    port = DatagramPort(lambda _datagram: None)
    transport = RTCDtlsTransport(
        cast("RTCIceTransport", port), [RTCCertificate.generateCertificate()]
    )
    for name in ("_ssl", "_rx_srtp", "_tx_srtp", "_srtp_profiles", "_task"):
        assert hasattr(transport, name), name
    assert inspect.iscoroutinefunction(RTCDtlsTransport._write_ssl)
    assert list(inspect.signature(RTCDtlsTransport._set_role).parameters) == ["self", "role"]
    assert rtcdtlstransport.SRTP_AEAD_AES_128_GCM.key_length == 16
    assert rtcdtlstransport.SRTP_AEAD_AES_256_GCM.key_length == 32


def test_names_of_the_srtp_binding() -> None:
    lib = pylibsrtp._binding.lib
    for name in ("protect", "unprotect", "protect_rtcp", "unprotect_rtcp"):
        assert hasattr(lib, f"srtp_{name}")
    assert native.SRTP.in_place
