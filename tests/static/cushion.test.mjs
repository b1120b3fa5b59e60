import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Cushion } from "../../static/media/cushion.js";

const WAY = { type: "candidate-pair", nominated: true, currentRoundTripTime: 0.1 };

/** @param {object[]} entries @returns {RTCStatsReport} */
const report = (...entries) => /** @type {any} */ (new Map(entries.map((one, at) => [String(at), one])));

/** @param {number} nackCount @param {number} [freezeCount] @param {object} [more] */
const picture = (nackCount, freezeCount = 0, more = {}) => ({
  type: "inbound-rtp", kind: "video", trackIdentifier: "v", nackCount, freezeCount, framesPerSecond: 20, ...more,
});

describe("how long a picture waits for repeats", () => {
  it("is the browser's own affair where nothing is lost", () => {
    const cushion = new Cushion();
    assert.equal(cushion.hear(report(WAY, picture(0))).get("v"), null);
    assert.equal(cushion.hear(report(WAY, picture(0, 3))).get("v"), null);
  });

  it("is the way there and back, a frame and a little when something is", () => {
    const cushion = new Cushion();
    assert.equal(cushion.hear(report(WAY, picture(3))).get("v"), 190);
    assert.equal(cushion.hear(report(WAY, picture(6, 0, { framesPerSecond: 10 }))).get("v"), 240);
  });

  it("believes the sender's reports before the way's own checks", () => {
    const told = { type: "remote-outbound-rtp", roundTripTime: 0.2 };
    assert.equal(new Cushion().hear(report(WAY, told, picture(1))).get("v"), 290);
  });

  it("takes a usual way and frame where the browser says nothing of them", () => {
    assert.equal(new Cushion().hear(report(picture(1, 0, { framesPerSecond: undefined }))).get("v"), 207);
  });

  it("grows while pictures stand all the same, up to a bound, and shrinks while none does", () => {
    const cushion = new Cushion();
    const waits = [1, 2, 3, 4, 5, 6].map((at) => cushion.hear(report(WAY, picture(at, at))).get("v"));
    assert.deepEqual(waits, [190, 250, 310, 370, 400, 400]);
    const later = [7, 8, 9].map((at) => cushion.hear(report(WAY, picture(at, 6))).get("v"));
    assert.deepEqual(later, [396, 392, 388]);
  });

  it("never falls below what one repeat takes while something is lost", () => {
    const cushion = new Cushion();
    for (let at = 1; at < 50; at += 1) assert.equal(cushion.hear(report(WAY, picture(at))).get("v"), 190);
  });

  it("ends after a while without a loss", () => {
    const cushion = new Cushion();
    cushion.hear(report(WAY, picture(1)));
    const waits = [1, 1, 1, 1, 1, 1].map((at) => cushion.hear(report(WAY, picture(at))).get("v"));
    assert.deepEqual(waits, [190, 190, 190, 190, 190, null]);
  });

  it("is each picture's own, and none of a voice", () => {
    const voice = { type: "inbound-rtp", kind: "audio", trackIdentifier: "a", nackCount: 5 };
    const waits = new Cushion().hear(report(WAY, picture(1), picture(0, 0, { trackIdentifier: "w" }), voice));
    assert.deepEqual([...waits], [["v", 190], ["w", null]]);
  });

  it("begins anew with another track, and after a counter began again", () => {
    const cushion = new Cushion();
    cushion.hear(report(WAY, picture(9, 4)));
    cushion.hear(report(WAY));
    assert.equal(cushion.hear(report(WAY, picture(0))).get("v"), null);
    assert.equal(cushion.hear(report(WAY, picture(1, 1))).get("v"), 190);
  });
});
