"""A device that codes its picture in H.264 alone is seen; who cannot see it is told."""

import pytest
from playwright.async_api import expect

from tests.browser.coded import GP, PATIENT, Coded
from tests.browser.meeting import Meeting
from tests.browser.person import Person
from tests.browser.test_sizes import make_tile, sending, until

pytestmark = pytest.mark.asyncio(loop_scope="module")

H264_ALONE = """
const prefer = RTCRtpTransceiver.prototype.setCodecPreferences;
RTCRtpTransceiver.prototype.setCodecPreferences = function (codecs) {
  return prefer.call(this, codecs.filter(({ mimeType }) => mimeType !== "video/VP8"));
};
"""
"""What a page meets on a device without VP8."""
NO_H264 = """
const { prototype } = window.RTCPeerConnection;
const take = prototype.setRemoteDescription;
prototype.setRemoteDescription = function ({ type, sdp }) {
  return take.call(this, { type, sdp: sdp.replaceAll("H264/90000", "unheard-of/90000") });
};
"""
"""What a page meets on a device without H.264: the browser itself refuses what it does not know."""


async def with_device(meeting: Meeting, coded: Coded, script: str) -> Person:
    """Somebody sits down at such a device."""
    person = await meeting.sits_down(coded)
    await person.context.add_init_script(script)
    return person


async def codec(person: Person, other: Coded) -> str:
    """Return in what somebody's picture comes."""
    found: str = await person.page.evaluate(
        """async (name) => {
          const track = senses.tileOf(name).querySelector("video").srcObject.getVideoTracks()[0];
          for (const { connection } of senses.open()) {
            const counts = await connection.getStats();
            for (const one of counts.values()) {
              if (one.type === "inbound-rtp" && one.trackIdentifier === track.id) {
                return counts.get(one.codecId).mimeType;
              }
            }
          }
          return "";
        }""",
        other.name,
    )
    return found


async def test_h264_and_vp8_see_each_other_in_both_sizes(meeting: Meeting) -> None:
    gp = await meeting.gp()
    patient = await with_device(meeting, PATIENT, H264_ALONE)
    await patient.wait_for_visit(meeting.url(PATIENT))
    await gp.admit(PATIENT)
    await meeting.all_receive(gp, patient)
    assert await codec(gp, PATIENT) == "video/H264"
    assert await codec(patient, GP) == "video/VP8"
    await gp.sees(PATIENT)
    await patient.sees(GP)
    await until(gp, PATIENT, "large")
    await make_tile(gp, PATIENT, 60)
    await until(gp, PATIENT, "small")
    assert await sending(patient) == {"q": True, "f": False}
    await make_tile(gp, PATIENT, 0)
    await until(gp, PATIENT, "large")
    await gp.sees(PATIENT)


async def test_who_cannot_see_it_hears_and_is_told(meeting: Meeting) -> None:
    gp = await with_device(meeting, GP, NO_H264)
    await gp.sign_in(meeting.url(GP))
    await gp.open_console(meeting.visit)
    patient = await with_device(meeting, PATIENT, H264_ALONE)
    await patient.wait_for_visit(meeting.url(PATIENT))
    await gp.admit(PATIENT)
    await patient.receives(GP)
    await patient.sees(GP)
    words = gp.tile(PATIENT).get_by_text(f"This device cannot show {PATIENT.name}’s picture.")
    await expect(words).to_be_visible(timeout=15_000)
    await expect(gp.tile(PATIENT)).not_to_have_attribute("data-video", "")
    await expect(patient.page.get_by_text(f"{GP.name} can hear you, not see you")).to_be_visible(
        timeout=15_000
    )
    await gp.comes_to_hear({PATIENT.name: {PATIENT.tone}})
