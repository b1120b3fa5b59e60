"""Descriptions are taken strictly and within bounds; everything else is Invalid."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds.bench import description
from rounds.kernel.errors import Invalid
from rounds.media.sfu import h264
from rounds.media.sfu.description import MOST_MEDIA, read_answer, read_offer
from rounds.media.sfu.description_writer import Place, Slot, write_answer, write_offer
from rounds.media.sfu.publisher import kinds_of

LOCAL = description.Local("ufrag", "p" * 24, ":".join(["AB"] * 32))
OFFER = description.offer(LOCAL, 11, 22, 33)
PLACE = Place("us", "w" * 24, "CD", ("192.0.2.1", "2001:db8::1"), 4000)
TYPED = " :=/-.+,;abmv0159\r\n\0\u00e9\u6f22\U0001f600"
SLOTS = (Slot("0", "audio", "x", 1, 2), Slot("1", "video", "", 0, 0))


def test_offer_is_read() -> None:
    offer = read_offer(OFFER)
    assert (offer.ufrag, offer.password) == ("ufrag", "p" * 24)
    audio, video = offer.media
    assert (audio.payload, audio.sources) == (111, [11])
    assert (video.payload, video.repair, video.repairs) == (96, 97, {33: 22})
    assert [kind.value for kind in kinds_of(offer).values()] == ["audio", "video"]


def in_sizes(sizes: str) -> str:
    """Return the offer with its picture in these sizes."""
    return OFFER.rstrip("\r\n") + f"\r\na=rid:q send\r\na=simulcast:{sizes}\r\n"


def test_sizes_are_read_and_those_that_rest_go_on_resting() -> None:
    offer = read_offer(in_sizes("send ~q;h,g;f"))
    assert offer.media[1].rids == ("q", "h", "f")
    assert offer.media[1].resting == {"q"}
    answer = write_answer(offer, {"0", "1"}, PLACE)
    assert "a=simulcast:recv ~q;h;f\r\n" in answer
    assert answer.count("a=rid:") == 3
    assert "a=simulcast" not in write_answer(offer, {"0"}, PLACE)
    assert read_offer(in_sizes("recv q;f")).media[1].rids == ()


@pytest.mark.parametrize(
    "sizes", ["send q", "send q;q", "send q;h;f;x", "send ", "send q;", "send q;f\0", "send q;é"]
)
def test_other_sizes_are_invalid(sizes: str) -> None:
    with pytest.raises(Invalid):
        read_offer(in_sizes(sizes))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a=group:BUNDLE 0 1", "a=group:BUNDLE 0"),
        ("a=group:BUNDLE 0 1\r\n", ""),
        ("a=rtcp-mux\r\n", ""),
        ("opus/48000/2", "PCMU/8000"),
        ("VP8/90000", "VP9/90000"),
        ("a=ice-ufrag:ufrag", "a=ice-ufrag:u f"),
        ("a=ice-pwd:", "a=ice-pwd:short\r\na=x:"),
        ("a=ice-ufrag:ufrag\r\n", ""),
        ("a=fingerprint:sha-256 AB", "a=fingerprint:sha-256 ZZ"),
        ("a=fingerprint:sha-256", "a=fingerprint:sha-1"),
        ("a=setup:actpass", "a=setup:passive"),
        ("a=mid:1", "a=mid:0"),
        ("a=mid:1\r\n", ""),
        ("UDP/TLS/RTP/SAVPF", "RTP/AVP"),
        ("m=audio", "m=application"),
        ("v=0", "v=1"),
        ("a=rtpmap:96", "a=rtpmap:9999"),
    ],
)
def test_what_we_do_not_take_is_invalid(old: str, new: str) -> None:
    assert old in OFFER
    with pytest.raises(Invalid):
        read_offer(OFFER.replace(old, new))


def test_two_transports_in_one_description_are_invalid() -> None:
    second = OFFER[OFFER.index("m=video") :].replace("ufrag:ufrag", "ufrag:other")
    with pytest.raises(Invalid):
        read_offer(OFFER[: OFFER.index("m=video")] + second)


def test_sizes_are_bounded() -> None:
    with pytest.raises(Invalid):
        read_offer(OFFER + "a=x:" + "y" * 65536)
    section = OFFER[OFFER.index("m=video") :]
    with pytest.raises(Invalid):
        read_offer(OFFER + section * MOST_MEDIA)
    began = time.perf_counter()
    with pytest.raises(Invalid):
        read_offer("v=0\r\n" + "m=audio\r\n" * 7000)
    assert time.perf_counter() - began < 1


@given(st.data())
def test_damaged_offers_are_invalid_or_read(data: st.DataObject) -> None:
    lines = OFFER.split("\r\n")
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(lines) - 1))
        change = data.draw(st.sampled_from(["drop", "repeat", "cut", "text", "swap"]))
        if change == "drop" and len(lines) > 1:
            del lines[at]
        elif change == "repeat":
            lines.insert(at, lines[at])
        elif change == "cut":
            lines[at] = lines[at][: data.draw(st.integers(0, len(lines[at])))]
        elif change == "text":
            place = data.draw(st.integers(0, len(lines[at])))
            lines[at] = (
                lines[at][:place] + data.draw(st.text(TYPED, max_size=12)) + lines[at][place:]
            )
        else:
            other = data.draw(st.integers(0, len(lines) - 1))
            lines[at], lines[other] = lines[other], lines[at]
    try:
        offer = read_offer("\r\n".join(lines))
    except Invalid:
        return
    answer = write_answer(offer, kinds_of(offer), PLACE)
    assert "a=candidate:1 1 udp 2130706431 192.0.2.1 4000 typ host" in answer
    assert len(description.read(answer).sections) == len(offer.media)


@given(st.text(TYPED, max_size=400))
def test_any_text_is_refused_as_invalid(text: str) -> None:
    with pytest.raises(Invalid):
        read_offer("v=0\r\n" + text)
    with pytest.raises(Invalid):
        read_answer(text, ("0",))


def test_our_offer_tells_both_families_and_keeps_empty_lines_for_later() -> None:
    offer = write_offer(SLOTS, 3, PLACE)
    assert "192.0.2.1 4000 typ host" in offer
    assert "2001:db8::1 4000 typ host" in offer
    assert offer.count("a=sendonly") == 1
    assert offer.count("a=inactive") == 1
    assert "transport-cc" not in offer
    assert "goog-remb" in offer
    read = description.read(offer)
    assert [section.ssrcs for section in read.sections] == [[1], []]


def test_answer_must_match_the_offer() -> None:
    answer = description.answer(description.read(write_offer(SLOTS, 1, PLACE)), LOCAL)
    assert read_answer(answer, ("0", "1")).fingerprint == LOCAL.fingerprint
    with pytest.raises(Invalid):
        read_answer(answer, ("0", "2"))
    with pytest.raises(Invalid):
        read_answer(answer, ("0",))
    with pytest.raises(Invalid):
        read_answer(answer.replace("a=setup:active", "a=setup:passive"), ("0", "1"))


def test_our_answer_takes_only_the_extensions_we_read() -> None:
    answer = write_answer(read_offer(OFFER), ["0", "1"], PLACE)
    assert "abs-send-time" not in answer
    assert "transport-wide-cc" in answer
    assert answer.count("a=recvonly") == 2
    assert "a=ice-lite" in answer
    assert write_answer(read_offer(OFFER), ["0"], PLACE).count("a=inactive") == 1


WITH_RED = description.offer(LOCAL, 11, 22, 33, red=True)


def test_redundant_audio_is_taken_in_the_order_the_sender_prefers() -> None:
    assert read_offer(WITH_RED).media[0].red == 63
    answer = write_answer(read_offer(WITH_RED), ["0", "1"], PLACE)
    assert "m=audio 9 UDP/TLS/RTP/SAVPF 63 111\r\n" in answer
    assert "a=fmtp:63 111/111" in answer
    opus_first = WITH_RED.replace("SAVPF 63 111", "SAVPF 111 63")
    assert "SAVPF 111 63\r\n" in write_answer(read_offer(opus_first), ["0", "1"], PLACE)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a=fmtp:63 111/111", "a=fmtp:63 111/0"),
        ("a=fmtp:63 111/111", "a=fmtp:63 63/63"),
        ("a=fmtp:63 111/111\r\n", ""),
        ("red/48000/2", "red/8000"),
        ("SAVPF 63 111", "SAVPF 111"),
        ("SAVPF 63 111", "SAVPF 63 109"),
    ],
)
def test_redundant_audio_of_another_make_is_left_out(old: str, new: str) -> None:
    assert old in WITH_RED
    offer = WITH_RED.replace(old, new)
    if "109" in new:  # the same Opus under another number
        offer = offer.replace("map:111", "map:109").replace("fmtp:63 111/111", "fmtp:63 109/109")
    media = read_offer(offer).media[0]
    assert media.red == -1
    answer = write_answer(read_offer(offer), ["0", "1"], PLACE)
    assert f"m=audio 9 UDP/TLS/RTP/SAVPF {media.payload}\r\n" in answer
    assert "red/" not in answer


def test_our_offer_lets_the_receiver_choose_redundancy() -> None:
    offer = description.read(write_offer(SLOTS, 1, PLACE))
    takes, knows_none = (description.answer(offer, LOCAL, red) for red in (True, False))
    assert read_answer(takes, ("0", "1")).media[0].red == 63
    assert read_answer(knows_none, ("0", "1")).media[0].red == -1


def in_form(*forms: str, vp8: str = "") -> str:
    """Return the offer with a picture in these forms of H.264, as 96, 98 and so on, then `vp8`."""
    numbers = range(96, 96 + 2 * len(forms), 2)
    lines = [f"a=rtpmap:{number} H264/90000" for number in numbers]
    lines += [
        f"a=fmtp:{number} {form}" for number, form in zip(numbers, forms, strict=True) if form
    ]
    lines += [vp8] if vp8 else []
    offer = OFFER.replace("a=rtpmap:96 VP8/90000", "\r\n".join(lines))
    return offer.replace("SAVPF 96 97", f"SAVPF {' '.join(map(str, numbers))} 97 120")


FREE = "level-asymmetry-allowed=1"
USUAL = f"{FREE};packetization-mode=1;profile-level-id=42e01f"


def test_vp8_is_taken_before_h264_in_whatever_order() -> None:
    media = read_offer(in_form(USUAL, vp8="a=rtpmap:120 VP8/90000")).media[1]
    assert (media.payload, media.codec.NAME) == (120, "VP8/90000")
    answer = write_answer(read_offer(in_form(USUAL, vp8="a=rtpmap:120 VP8/90000")), {"1"}, PLACE)
    assert "H264" not in answer


def test_h264_is_answered_with_its_repeats_and_feedback() -> None:
    offer = read_offer(in_form(USUAL))
    assert (offer.media[1].payload, offer.media[1].repair) == (96, 97)
    section = description.read(write_answer(offer, {"0", "1"}, PLACE)).sections[1]
    assert section.codecs == {96: "H264/90000", 97: "rtx/90000"}
    assert section.parameters == {96: USUAL, 97: "apt=96"}


@pytest.mark.parametrize(
    ("forms", "taken", "answered"),
    [
        # as Chromium offers it: Baseline and Constrained Baseline, each in both modes, and Main
        (
            [f"{FREE};packetization-mode={mode};profile-level-id={profile}"
             for profile in ("42001f", "42e01f", "4d001f") for mode in (1, 0)],
            100, USUAL,
        ),
        # as Safari: High first
        ([f"{FREE};packetization-mode=1;profile-level-id=640c1f", USUAL], 98, USUAL),
        # as Firefox with OpenH264: mode 1, and mode 0 unsaid
        ([f"profile-level-id=42e01f;{FREE};packetization-mode=1",
          f"profile-level-id=42e01f;{FREE}"], 96, USUAL),
        ([f"profile-level-id=42e01f;{FREE}"], 96,
         f"{FREE};packetization-mode=0;profile-level-id=42e01f"),
        ([f"packetization-mode=1; Profile-Level-Id=42E034;{FREE}"], 96, USUAL),
        # levels that may not differ: the lower of the two
        (["packetization-mode=1;profile-level-id=42e034"], 96,
         "packetization-mode=1;profile-level-id=42e01f"),
        (["packetization-mode=1;profile-level-id=42e00d"], 96,
         "packetization-mode=1;profile-level-id=42e00d"),
        (["packetization-mode=1;profile-level-id=42f00b"], 96,
         "packetization-mode=1;profile-level-id=42f00b"),  # level 1b
        ([f"packetization-mode=1;profile-level-id=42f00b;{FREE}"], 96, USUAL),
        # what else is Constrained Baseline (RFC 6184 table 5), and plain Baseline
        ([f"packetization-mode=1;profile-level-id=4d801f;{FREE}"], 96,
         f"{FREE};packetization-mode=1;profile-level-id=4d801f"),
        ([f"packetization-mode=1;profile-level-id=58c01f;{FREE}"], 96,
         f"{FREE};packetization-mode=1;profile-level-id=58c01f"),
        ([f"packetization-mode=1;profile-level-id=42001f;{FREE}"], 96,
         f"{FREE};packetization-mode=1;profile-level-id=42001f"),
        ([""], 96, "packetization-mode=0"),
        (["packetization-mode=1"], 96, "packetization-mode=1"),
    ],
)  # fmt: skip
def test_forms_of_h264_that_are_taken(forms: list[str], taken: int, answered: str) -> None:
    offer = read_offer(in_form(*forms))
    assert offer.media[1].payload == taken
    section = description.read(write_answer(offer, {"0", "1"}, PLACE)).sections[1]
    assert section.parameters[taken] == answered


@pytest.mark.parametrize(
    "form",
    [
        "packetization-mode=2;profile-level-id=42e01f",
        "packetization-mode=;profile-level-id=42e01f",
        "packetization-mode=-1;profile-level-id=42e01f",
        "packetization-mode=\u0661;profile-level-id=42e01f",
        "packetization-mode=1;profile-level-id=640c1f",
        "packetization-mode=1;profile-level-id=4d001f",
        "packetization-mode=1;profile-level-id=f4001f",
        "packetization-mode=1;profile-level-id=42e11f",
        "packetization-mode=1;profile-level-id=58001f",
        "packetization-mode=1;profile-level-id=",
        "packetization-mode=1;profile-level-id=42e0",
        "packetization-mode=1;profile-level-id=42e01f0",
        "packetization-mode=1;profile-level-id=42e0\u0661f",
        "packetization-mode=1;profile-level-id=42e0 1f",
        "packetization-mode=1;profile-level-id=0x42e01f",
        "packetization-mode=1;profile-level-id=" + "4" * 20_000,
    ],
)
def test_forms_of_h264_that_are_not_taken(form: str) -> None:
    with pytest.raises(Invalid):
        read_offer(in_form(form))


@given(
    st.lists(
        st.one_of(
            st.text(TYPED, max_size=40),
            st.sampled_from([FREE, "packetization-mode=1", "packetization-mode=0", ";;", "="]),
            st.from_regex(r"profile-level-id=[0-9a-fA-F]{6}", fullmatch=True),
        ),
        max_size=6,
    )
)
def test_whatever_a_form_says_the_answer_is_a_form_of_ours(parts: list[str]) -> None:
    form = ";".join(parts).replace("\r", "").replace("\n", "")
    try:
        offer = read_offer(in_form(form or "x"))
    except Invalid:
        return
    section = description.read(write_answer(offer, {"0", "1"}, PLACE)).sections[1]
    assert re.fullmatch(
        r"(level-asymmetry-allowed=1;)?packetization-mode=[01]"
        r"(;profile-level-id=(42|4d|58)[0-9a-f]0[0-9a-f]{2})?",
        section.parameters[96],
    )


def test_our_offer_names_one_codec_a_line_and_leaves_out_what_was_rejected() -> None:
    slots = (
        Slot("0", "audio", "x", 1, 2),
        Slot("1", "video", "x", 3, 4, h264),
        Slot("2", "video", "", 0, 0, rejected=True),
        Slot("3", "video", "y", 5, 6),
    )
    offer = write_offer(slots, 1, PLACE)
    assert "a=group:BUNDLE 0 1 3\r\n" in offer
    _, first, rejected, second = description.read(offer).sections
    assert first.codecs == {102: "H264/90000", 103: "rtx/90000"}
    assert first.parameters == {102: USUAL, 103: "apt=102"}
    assert second.codecs == {96: "VP8/90000", 97: "rtx/90000"}
    assert rejected.rejected
    assert (first.rejected, second.rejected) == (False, False)
    answer = description.answer(description.read(offer), LOCAL, unknown="H264")
    media = read_answer(answer, ("0", "1", "2", "3")).media
    assert [one.rejected for one in media] == [False, True, True, False]
