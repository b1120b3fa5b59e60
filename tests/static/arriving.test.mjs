import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { causeOf, refusedBy } from "../../static/media/causes.js";
import { kilobits } from "../../static/media/pace.js";
import { Silence } from "../../static/media/silence.js";
import { asksOncePerPage } from "../../static/visits/browsers.js";
import { resultWords } from "../../static/visits/linecard.js";
import { toldWords } from "../../static/visits/told.js";

/** @param {number} count @param {number | null} loudness @param {boolean} [muted] */
function hear(count, loudness, muted = false, silence = new Silence()) {
  let last = "waiting";
  for (let at = 0; at < count; at += 1) last = silence.hear(loudness, muted);
  return last;
}

describe("a silent microphone", () => {
  it("is told from a quiet one and from a muted one, after five seconds", () => {
    assert.equal(hear(60, 0), "waiting");
    assert.equal(hear(70, 0), "dead");
    assert.equal(hear(70, 0.2), "quiet");
    assert.equal(hear(70, 0.2, true), "dead");
  });

  it("hears a word, and not a knock", () => {
    assert.equal(hear(3, 0.6), "heard");
    const silence = new Silence();
    assert.equal(hear(1, 0.9, false, silence), "waiting");
    assert.equal(hear(30, 0.1, false, silence), "waiting");
    assert.equal(hear(2, 0.9, false, silence), "waiting");
  });

  it("asks for a touch when the browser does not let the page listen", () => {
    assert.equal(hear(12, null), "deaf");
    assert.equal(hear(500, null), "deaf", "which says nothing of the microphone");
  });

  it("is heard when speaking begins late", () => {
    const silence = new Silence();
    assert.equal(hear(100, 0.05, false, silence), "quiet");
    assert.equal(hear(4, 0.7, false, silence), "heard");
    assert.equal(hear(50, 0, false, silence), "heard", "and stays so");
  });
});

describe("a refusal", () => {
  const refused = causeOf({ name: "NotAllowedError", message: "Permission denied" });

  it("is for good, for once, or the system's, by what the browser says afterwards", () => {
    assert.equal(refusedBy(refused, "denied"), "denied");
    assert.equal(refusedBy(refused, "prompt"), "once");
    assert.equal(refusedBy(refused, "granted"), "system");
    assert.equal(refusedBy(refused, "unknown"), "denied");
  });

  it("leaves other causes as they are", () => {
    for (const state of /** @type {const} */ (["denied", "prompt", "granted"])) {
      assert.equal(refusedBy("in_use", state), "in_use");
      assert.equal(refusedBy("system", state), "system");
    }
  });

  it("holds until the page is loaded again in browsers made of WebKit", () => {
    assert.ok(asksOncePerPage({ program: "chrome", system: "ios", app: "" }));
    assert.ok(asksOncePerPage({ program: "safari", system: "mac", app: "" }));
    assert.ok(!asksOncePerPage({ program: "chrome", system: "mac", app: "" }));
  });
});

describe("a self-test", () => {
  it("says how fast a line is in kilobits a second", () => {
    assert.equal(kilobits(12_500, 1000), 100);
    assert.equal(kilobits(262_144, 0), 1_000_000, "never more than a report may say");
  });

  it("has words for each result, and blames nobody", () => {
    const words = [
      resultWords({ code: "KTRM", result: "good", voice: true, listens: false }),
      resultWords({ code: "KTRM", result: "weak", voice: true, listens: false }),
      resultWords({ code: "KTRM", result: "weak", voice: null, listens: true }),
      resultWords({ code: "KTRM", result: "bad", voice: true, listens: false }),
      resultWords({ code: "KTRM", result: "bad", voice: false, listens: false }),
      resultWords({ code: "", result: "bad", voice: null, listens: false }),
    ];
    assert.equal(new Set(words).size, words.length);
    assert.doesNotMatch(words.join(" "), /fail|error|wrong/i);
  });
});

describe("answers on arriving", () => {
  it("are said in words, also those that are open", () => {
    assert.deepEqual(toldWords(null), {
      safe: "Not answered", place: "Not answered", phone: "Not answered", company: "Not answered",
    });
    const told = toldWords({
      place: "14 Harbour Street", phone: "+442079460321", company: "others", companions: "My brother",
      safe: "unsure", left_at: null,
    });
    assert.deepEqual(told, {
      safe: "Not sure", place: "14 Harbour Street", phone: "+442079460321", company: "My brother",
    });
  });
});
