import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Sparing } from "../../static/media/sparing.js";

/** @param {object[]} entries @returns {RTCStatsReport} */
const report = (...entries) => /** @type {any} */ (new Map(entries.map((one, at) => [String(at), one])));

/** @param {number | undefined} availableOutgoingBitrate @param {number} [currentRoundTripTime] @param {number} [fractionLost] */
const line = (availableOutgoingBitrate, currentRoundTripTime = 0.02, fractionLost = 0) =>
  report({ type: "candidate-pair", nominated: true, availableOutgoingBitrate, currentRoundTripTime },
    { type: "remote-inbound-rtp", kind: "audio", fractionLost });

const WIDE = line(2_000_000);
const FULL = line(90_000, 0.4, 0.3);
const CALM = line(90_000);

/** @param {Sparing} sparing @param {RTCStatsReport[]} looks */
const hear = (sparing, ...looks) => looks.map((look) => sparing.hear(look));

describe("what a line carries of our own", () => {
  it("is all of it while there is no sign of anything else", () => {
    assert.deepEqual(hear(new Sparing(), WIDE, line(300_000), line(undefined), report()), ["all", "all", "all", "all"]);
  });

  it("is not less on a line that is only long, or only loses", () => {
    assert.deepEqual(hear(new Sparing(), WIDE, line(400_000, 0.5), line(400_000, 0.02, 0.3)), ["all", "all", "all"]);
  });

  it("is a leaner voice where little fits, and all again when more does", () => {
    assert.deepEqual(hear(new Sparing(), line(150_000), line(200_000), line(260_000), line(300_000)),
      ["lean", "lean", "lean", "all"]);
  });

  it("is the voice alone on a line that is full at two looks", () => {
    assert.deepEqual(hear(new Sparing(), WIDE, FULL, FULL), ["all", "lean", "voice"]);
    // Somebody else's narrow line makes us send as little, but nothing of ours is late.
    assert.deepEqual(hear(new Sparing(), WIDE, CALM, CALM, CALM), ["all", "lean", "lean", "lean"]);
  });

  it("lets the picture come back after a while without a sign, and later after a vain try", () => {
    const sparing = new Sparing();
    hear(sparing, WIDE, FULL, FULL);
    assert.deepEqual(hear(sparing, CALM, CALM, CALM, CALM), ["voice", "voice", "voice", "lean"]);
    assert.deepEqual(hear(sparing, CALM, FULL), ["lean", "voice"]);
    assert.deepEqual(hear(sparing, ...Array(8).fill(CALM)), [...Array(7).fill("voice"), "lean"]);
    assert.deepEqual(hear(sparing, ...Array(6).fill(CALM)), Array(6).fill("lean"));
    assert.deepEqual(hear(sparing, FULL, CALM, CALM, CALM, CALM), ["voice", "voice", "voice", "voice", "lean"]);
  });

  it("does not count a calm that a sign has broken", () => {
    const sparing = new Sparing();
    hear(sparing, WIDE, FULL, FULL, CALM, CALM, CALM, FULL);
    assert.deepEqual(hear(sparing, CALM, CALM, CALM, CALM), ["voice", "voice", "voice", "lean"]);
  });

  it("goes by the reports of the other side where the browser says nothing of the way", () => {
    const far = (/** @type {number} */ roundTripTime, /** @type {number} */ fractionLost) =>
      report({ type: "remote-inbound-rtp", kind: "video", roundTripTime, fractionLost });
    assert.deepEqual(hear(new Sparing(), far(0.05, 0), far(0.6, 0.3), far(0.6, 0.3)), ["all", "lean", "voice"]);
  });
});
