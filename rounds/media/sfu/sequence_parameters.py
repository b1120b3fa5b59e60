"""The sequence parameter set of H.264 (ITU-T H.264 §7.3.2.1.1): how large its pictures are."""

LONGEST = 256
"""Bytes of it that are read: all of those in front of the picture's size fit in there."""
PROFILES = (66, 77, 88)
"""Baseline, Main, Extended: the others have further fields, and are not negotiated."""
MOST_BLOCKS = 1024
"""Macroblocks of a side, 16 pixels each; level 6.2 ends there."""
MOST_OFFSETS = 255
MOST_ZEROS = 31
"""Of a number's prefix, so that it stays below 2^32 (§9.1)."""


def shorter_side(data: bytes) -> int:
    """Return the shorter side in pixels; `data` begins behind the first byte of the NAL unit.

    0 where it is cut off, impossible, or of another profile.
    """
    try:
        width, height = _size(_Bits(data))
    except EOFError:
        return 0
    return max(0, min(width, height))


def _size(bits: "_Bits") -> tuple[int, int]:
    if bits.take(8) not in PROFILES:
        return 0, 0
    bits.take(16)  # constraints, level
    bits.number()  # of the set
    bits.number()  # log2_max_frame_num_minus4
    order = bits.number()
    if order == 0:
        bits.number()  # log2_max_pic_order_cnt_lsb_minus4
    elif order == 1:
        _skip_order(bits)
    bits.number()  # max_num_ref_frames
    bits.take(1)  # gaps_in_frame_num_value_allowed_flag
    across, down = bits.number() + 1, bits.number() + 1
    if across > MOST_BLOCKS or down > MOST_BLOCKS:
        return 0, 0
    fields = 1 if bits.take(1) else 2  # of interlaced pictures the set counts the lines of one
    if fields == 2:
        bits.take(1)  # mb_adaptive_frame_field_flag
    bits.take(1)  # direct_8x8_inference_flag
    left, right, top, bottom = (bits.number() for _ in range(4)) if bits.take(1) else (0, 0, 0, 0)
    # Two pixels each, for there is one of colour to two of light (§7.4.2.1.1).
    return 16 * across - 2 * (left + right), fields * (16 * down - 2 * (top + bottom))


def _skip_order(bits: "_Bits") -> None:
    bits.take(1)  # delta_pic_order_always_zero_flag
    bits.number()  # offset_for_non_ref_pic
    bits.number()  # offset_for_top_to_bottom_field
    count = bits.number()
    if count > MOST_OFFSETS:
        raise EOFError
    for _ in range(count):
        bits.number()


class _Bits:
    """Reads bits from the front."""

    def __init__(self, data: bytes) -> None:
        """Take off what only keeps start codes from the data (§7.4.1)."""
        plain = data[:LONGEST].replace(b"\0\0\3", b"\0\0")
        self._bits, self._left = int.from_bytes(plain, "big"), 8 * len(plain)

    def take(self, count: int) -> int:
        """Return the next bits as a number; EOFError behind the end."""
        self._left -= count
        if self._left < 0:
            raise EOFError
        return self._bits >> self._left & (1 << count) - 1

    def number(self) -> int:
        """Return the next Exp-Golomb number, a signed one by its code (§9.1)."""
        zeros = 0
        while not self.take(1):
            zeros += 1
            if zeros > MOST_ZEROS:
                raise EOFError
        return (1 << zeros) - 1 + self.take(zeros)
