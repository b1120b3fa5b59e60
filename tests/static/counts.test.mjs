import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { counts } from "../../static/media/counts.js";

const reports = (/** @type {Record<string, object>} */ rows) => /** @type {any} */ (new Map(Object.entries(rows)));

describe("what the browser counts", () => {
  it("is added over all streams, in milliseconds", () => {
    const down = reports({
      a: { type: "inbound-rtp", kind: "audio", totalSamplesReceived: 480_000, concealedSamples: 9600, silentConcealedSamples: 4800 },
      b: { type: "inbound-rtp", kind: "audio", totalSamplesReceived: 48_000 },
      c: { type: "inbound-rtp", kind: "video", freezeCount: 2, totalFreezesDuration: 0.75, totalInterFrameDelay: 10.5, frameHeight: 360, framesPerSecond: 24, codecId: "vp8" },
      d: { type: "inbound-rtp", kind: "video", freezeCount: 1, totalFreezesDuration: 0.25, totalInterFrameDelay: 5, frameHeight: 720, framesPerSecond: 5, codecId: "rtx" },
      vp8: { type: "codec", mimeType: "video/VP8" },
      rtx: { type: "codec", mimeType: "video/rtx" },
    });
    const up = reports({
      o: { type: "outbound-rtp", kind: "audio", codecId: "opus" },
      opus: { type: "codec", mimeType: "audio/opus" },
    });
    assert.deepEqual(counts({ up, down }), {
      freezes: 3, frozen: 1000, watched: 15_500, heard: 11_000, concealed: 100,
      height: 720, frames_per_second: 5, codecs: ["opus", "VP8"], path: "", protocol: "",
    });
  });

  it("tells the kind of way and never an address", () => {
    const way = (/** @type {object} */ local) => counts({
      up: reports({
        t: { type: "transport", selectedCandidatePairId: "p" },
        p: { type: "candidate-pair", localCandidateId: "l" },
        l: { type: "local-candidate", address: "192.0.2.7", port: 4711, ...local },
      }),
      down: null,
    });
    const direct = way({ candidateType: "srflx", protocol: "udp" });
    assert.deepEqual([direct.path, direct.protocol], ["host", "udp"]);
    const relayed = way({ candidateType: "relay", protocol: "udp", relayProtocol: "tls" });
    assert.deepEqual([relayed.path, relayed.protocol], ["relay", "tls"]);
    assert.ok(!JSON.stringify([direct, relayed]).includes("192.0.2.7"));
    assert.equal(way({ candidateType: "host", protocol: "quic" }).protocol, "");
  });

  it("finds the way where Firefox names it", () => {
    const up = reports({
      p: { type: "candidate-pair", selected: true, localCandidateId: "l" },
      q: { type: "candidate-pair", localCandidateId: "m" },
      l: { type: "local-candidate", candidateType: "host", protocol: "tcp" },
      m: { type: "local-candidate", candidateType: "relay", protocol: "udp" },
    });
    assert.deepEqual([counts({ up, down: null }).path, counts({ up, down: null }).protocol], ["host", "tcp"]);
  });

  it("is nothing without connections", () => {
    assert.deepEqual(counts({ up: null, down: null }), {
      freezes: 0, frozen: 0, watched: 0, heard: 0, concealed: 0,
      height: 0, frames_per_second: 0, codecs: [], path: "", protocol: "",
    });
  });
});
