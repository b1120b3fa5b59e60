"""A page of small text and a code of colours, and how a picture of it is compared with it."""

import random
from dataclasses import dataclass
from typing import Any

from playwright.async_api import Page

TITLE = "Shown by the doctor"
WIDTH, HEIGHT = 1280, 720
COLUMNS, ROWS, SIDE = 16, 4, 20
"""The code: squares of so many pixels a side, in the lower left corner."""
PALETTE = ("#000000", "#ffffff", "#c03020", "#2040c0", "#20a040", "#c0a020")


@dataclass(frozen=True, slots=True)
class Board:
    """What stands on it; another `seed` is another text and another code."""

    seed: int

    @property
    def code(self) -> list[str]:
        """The colours of the squares, row by row."""
        chosen = random.Random(self.seed)
        return [chosen.choice(PALETTE) for _ in range(COLUMNS * ROWS)]

    @property
    def lines(self) -> list[str]:
        """Lines of text for letters of 16 px."""
        chosen = random.Random(-self.seed)
        letters = "abcdefghijklmnopqrstuvwxyzåäö0123456789.,;%     "
        return ["".join(chosen.choice(letters) for _ in range(110)) for _ in range(24)]

    @property
    def page(self) -> str:
        """The page as HTML."""
        squares = "".join(
            f"<i style='left:{number % COLUMNS * SIDE}px;bottom:{number // COLUMNS * SIDE}px;"
            f"background:{colour}'></i>"
            for number, colour in enumerate(self.code)
        )
        text = "".join(f"<p>{line}</p>" for line in self.lines)
        return (
            f"<!doctype html><meta charset=utf-8><title>{TITLE}</title><style>"
            "body{margin:0;background:#fff;color:#111;font:16px/24px sans-serif;"
            "inline-size:1280px;block-size:720px;overflow:hidden;position:relative}"
            f"i{{position:absolute;inline-size:{SIDE}px;block-size:{SIDE}px}}"
            "p{margin:0 24px;white-space:pre;overflow:hidden}</style>"
            f"{text}{squares}"
        )


async def likeness(page: Page, original: bytes, box: tuple[int, int, int, int]) -> dict[str, Any]:
    """Compare a part of the shared screen that a page shows with the picture of the original.

    `box` is left, top, width, height in pixels of the original. Returns the size of what came and
    the correlation of the brightness of single pixels, 1 for the same.
    """
    found: dict[str, Any] = await page.evaluate(
        """async ([original, [left, top, width, height]]) => {
          const file = new Blob([new Uint8Array(original)], {type: "image/png"});
          const image = await createImageBitmap(file);
          const video = document.querySelector("[data-part=screen-pane] video");
          const pixels = (source, scale) => {
            const brush = new OffscreenCanvas(width, height).getContext("2d");
            const part = [left, top, width, height].map((one) => one * scale);
            brush.drawImage(source, ...part, 0, 0, width, height);
            const { data } = brush.getImageData(0, 0, width, height);
            return Float64Array.from({length: width * height}, (_, at) =>
              0.3 * data[4 * at] + 0.6 * data[4 * at + 1] + 0.1 * data[4 * at + 2]);
          };
          const size = [video.videoWidth, video.videoHeight];
          if (!size[0]) return {size, alike: 0};
          const one = pixels(image, 1), other = pixels(video, size[0] / image.width);
          const mean = (all) => all.reduce((sum, each) => sum + each, 0) / all.length;
          const [a, b] = [mean(one), mean(other)];
          let [both, ofOne, ofOther] = [0, 0, 0];
          one.forEach((each, at) => {
            both += (each - a) * (other[at] - b);
            ofOne += (each - a) ** 2;
            ofOther += (other[at] - b) ** 2;
          });
          return {size, alike: both / Math.sqrt(ofOne * ofOther || 1)};
        }""",
        [list(original), list(box)],
    )
    return found
