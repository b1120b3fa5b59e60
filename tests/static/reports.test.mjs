import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { withoutScreens } from "../../static/media/reports.js";

const WAY = { id: "way", type: "candidate-pair", nominated: true };
const CAMERA = { id: "camera", type: "media-source", trackIdentifier: "c" };
const SENT = { id: "sent", type: "outbound-rtp", mediaSourceId: "camera" };
const SCREEN = { id: "screen", type: "media-source", trackIdentifier: "s" };
const SHOWN = { id: "shown", type: "outbound-rtp", mediaSourceId: "screen" };
const SEEN = { id: "seen", type: "inbound-rtp", trackIdentifier: "s" };

/** @param {object[]} entries @returns {RTCStatsReport} */
const report = (...entries) => /** @type {any} */ (new Map(entries.map((one) => [/** @type {any} */ (one).id, one])));

describe("what a browser counts, without shared screens", () => {
  it("is all of it where nobody shares one", () => {
    const all = report(WAY, CAMERA, SENT);
    assert.deepEqual([...withoutScreens(all, new Set())], [...all]);
  });

  it("keeps the way and the camera, and leaves out the screen in both directions", () => {
    const kept = withoutScreens(report(WAY, CAMERA, SENT, SCREEN, SHOWN, SEEN), new Set(["s"]));
    assert.deepEqual([...kept.keys()], ["way", "camera", "sent"]);
  });
});
