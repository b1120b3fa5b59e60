"""aiortc's own peer connections as independent browsers: what one films the other decodes."""

from fractions import Fraction

import av
import numpy as np
import pytest
from aiortc import (
    MediaStreamTrack,
    RTCBundlePolicy,
    RTCConfiguration,
    RTCPeerConnection,
    RTCRtpSender,
    RTCRtpTransceiver,
    RTCSessionDescription,
    VideoStreamTrack,
)

from rounds.media.engine import Kind, Offered
from rounds.media.sfu.settings import SfuSettings
from tests.media.conftest import House, running
from tests.media.wire import eventually

GREEN = (150, 44, 21)  # Y, U, V


class Camera(VideoStreamTrack):
    """Films a green wall."""

    async def recv(self) -> av.VideoFrame:
        """Return the next picture."""
        pts, _ = await self.next_timestamp()
        planes = [np.full((120, 160), GREEN[0]), np.full((30, 160), GREEN[1])]
        planes.append(np.full((30, 160), GREEN[2]))
        picture = np.vstack(planes).astype(np.uint8)
        frame = av.VideoFrame.from_ndarray(picture, format="yuv420p")
        frame.pts, frame.time_base = pts, Fraction(1, 90_000)
        return frame


def connection() -> RTCPeerConnection:
    """Return a peer that contacts nobody but us."""
    return RTCPeerConnection(
        RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE)
    )


def only(transceiver: RTCRtpTransceiver, codec: str) -> None:
    """Leave one codec, and repeated packets."""
    known = RTCRtpSender.getCapabilities("video").codecs
    kept = [one for one in known if one.mimeType in (f"video/{codec}", "video/rtx")]
    transceiver.setCodecPreferences(kept)


async def offered(house: House, number: int) -> Offered:
    """Wait for the offer of that number to ben."""

    def so_far() -> list[Offered]:
        told = [event for event in house.events if isinstance(event, Offered)]
        return [offer for offer in told if offer.seat == "ben"][number:]

    return (await eventually(so_far))[0]


@pytest.mark.parametrize("codec", ["VP8", "H264"])
async def test_a_green_wall_is_seen_green(codec: str) -> None:
    async with running(SfuSettings(port=0)) as (engine, house):
        await engine.set_audience("room", {"anna": {"ben": frozenset({Kind.VIDEO})}})
        films, watches = connection(), connection()
        only(films.addTransceiver(Camera(), direction="sendonly"), codec)
        seen: list[MediaStreamTrack] = []
        watches.on("track", seen.append)
        generations = {name: await engine.join("room", name) for name in ("anna", "ben")}

        await films.setLocalDescription(await films.createOffer())
        answer = await engine.publish(
            "room", "anna", generations["anna"], films.localDescription.sdp
        )
        await films.setRemoteDescription(RTCSessionDescription(answer, "answer"))

        for number in range(2):  # the empty lines first, then the picture
            offer = await offered(house, number)
            await watches.setRemoteDescription(RTCSessionDescription(offer.sdp, "offer"))
            await watches.setLocalDescription(await watches.createAnswer())
            await engine.answer(
                "room", "ben", offer.generation, offer.version, watches.localDescription.sdp
            )
        track = (await eventually(lambda: [t for t in seen if t.kind == "video"]))[0]
        assert f"{codec}/90000" in offer.sdp
        frame = await track.recv()
        assert isinstance(frame, av.VideoFrame)
        picture = frame.to_ndarray(format="yuv420p")
        assert np.abs(picture[:120].mean() - GREEN[0]) < 6
        assert np.abs(picture[120:150].mean() - GREEN[1]) < 6
        await films.close()
        await watches.close()
