import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { relayed } from "../../static/media/path.js";
import { sample, Steady, wording } from "../../static/media/quality.js";
import { connectionWords } from "../../static/rooms/connection.js";

const fine = /** @type {const} */ ({ line: "connected", media: "connected", quality: "good", alone: false });

describe("the words for the connection", () => {
  it("say the worst thing first", () => {
    const word = (/** @type {object} */ change) => connectionWords({ ...fine, ...change }).word;
    assert.equal(word({}), "Good connection.");
    assert.equal(word({ alone: true }), "Connected.");
    assert.equal(word({ quality: "choppy" }), "Weak connection.");
    assert.equal(word({ quality: "choppy", media: "connecting" }), "Connecting…");
    assert.equal(word({ quality: "choppy", media: "reconnecting" }), "Reconnecting…");
    assert.equal(word({ line: "reconnecting" }), "Reconnecting…");
    assert.equal(word({ media: "busy" }), "All our lines for sound and picture are in use.");
    assert.equal(word({ media: "busy", line: "lost" }), "We lost the connection.");
    assert.equal(word({ line: "lost", media: "reconnecting" }), "We lost the connection.");
  });

  it("always say what it means when something is the matter", () => {
    for (const quality of /** @type {const} */ (["smaller", "choppy", "still", "late"])) {
      assert.notEqual(wording(quality).consequence, "");
      assert.equal(connectionWords({ ...fine, quality }).tone, "weak");
    }
    assert.notEqual(connectionWords({ ...fine, line: "lost" }).consequence, "");
    assert.match(connectionWords({ ...fine, media: "busy" }).consequence, /tries again by itself/);
  });

  it("tell of a network that blocks the direct way, when nothing worse is the matter", () => {
    const said = (/** @type {object} */ change) => connectionWords({ ...fine, relayed: true, ...change });
    assert.equal(said({}).word, "Limited network.");
    assert.notEqual(said({}).consequence, "");
    assert.equal(said({}).tone, "");
    assert.equal(said({ quality: "choppy" }).word, "Weak connection.");
    assert.equal(said({ media: "reconnecting" }).word, "Reconnecting…");
    assert.equal(said({ relayed: false }).word, "Good connection.");
  });

  it("do not flicker", () => {
    const steady = new Steady();
    const heard = /** @type {const} */ (["choppy", "good", "choppy", "choppy", "good", "good", "choppy", "good", "good", "good", "good"]);
    assert.deepEqual(heard.map((word) => steady.hear(word)), [
      "good", "good", "good", "choppy", "choppy", "choppy", "choppy", "choppy", "choppy", "choppy", "good",
    ]);
  });
});

describe("a sample of what the browser counts", () => {
  const report = (/** @type {object[]} */ ...rows) => /** @type {any} */ (new Map(rows.map((row, at) => [String(at), row])));

  it("adds up what comes and takes the worst of what goes", () => {
    const down = report(
      { type: "inbound-rtp", kind: "audio", packetsReceived: 100, packetsLost: 3 },
      { type: "inbound-rtp", kind: "video", packetsReceived: 50, packetsLost: -2, framesDecoded: 20, freezeCount: 1 },
    );
    const up = report(
      { type: "remote-inbound-rtp", fractionLost: 0.01, roundTripTime: 0.02 },
      { type: "remote-inbound-rtp", fractionLost: 0.07, roundTripTime: 0.01 },
      { type: "outbound-rtp", kind: "video", framesSent: 9, frameHeight: 180, qualityLimitationReason: "bandwidth" },
      { type: "media-source", kind: "video", height: 360 },
    );
    assert.deepEqual(sample({ up, down }, 5, 2), {
      at: 5, received: 150, lost: 3, frames: 20, freezes: 1, sentLoss: 0.07, delay: 0.02, narrow: true, sending: true, pictures: 2,
    });
  });

  it("is empty without connections", () => {
    assert.equal(sample({ up: null, down: null }, 1, 0).received, 0);
  });
});

describe("the way of a call", () => {
  const report = (/** @type {object[]} */ ...rows) => /** @type {any} */ (new Map(rows.map((row) => [/** @type {any} */ (row).id, row])));
  const ways = (/** @type {string} */ kind, /** @type {object} */ transport, /** @type {object} */ pair) => report(
    { id: "T", type: "transport", ...transport },
    { id: "P", type: "candidate-pair", localCandidateId: "L", ...pair },
    { id: "Q", type: "candidate-pair", localCandidateId: "R" },
    { id: "L", type: "local-candidate", candidateType: kind },
    { id: "R", type: "local-candidate", candidateType: "relay" },
  );

  it("is that of the pair in use, however a browser marks it", () => {
    const named = { selectedCandidatePairId: "P" };
    assert.equal(relayed({ up: ways("relay", named, {}), down: null }), true);
    assert.equal(relayed({ up: ways("host", named, {}), down: ways("relay", {}, { selected: true }) }), true);
    assert.equal(relayed({ up: ways("host", named, {}), down: ways("prflx", {}, { selected: true }) }), false);
    assert.equal(relayed({ up: ways("relay", {}, {}), down: null }), false);
    assert.equal(relayed({ up: null, down: null }), false);
    const byTcp = ways("host", named, {});
    byTcp.get("L").protocol = "tcp";
    assert.equal(relayed({ up: null, down: byTcp }), true);
  });
});
