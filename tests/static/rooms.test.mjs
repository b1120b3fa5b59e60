import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { causeOf } from "../../static/media/causes.js";
import { judge } from "../../static/media/quality.js";
import { later, mergedMessages, others, withMessage } from "../../static/rooms/state.js";

const view = (/** @type {object} */ part) => /** @type {any} */ ({ hosts: [], people: [], ...part });
const message = (/** @type {object} */ part) => /** @type {any} */ ({ id: "1", key: "a", at: "2026-05-12T14:00:00Z", ...part });

describe("views of a room", () => {
  it("never go back, except after the server began anew", () => {
    const [older, newer] = [view({ version: 3 }), view({ version: 4 })];
    assert.equal(later(newer, older, false), newer);
    assert.equal(later(older, newer, false), newer);
    assert.equal(later(newer, older, true), older);
    assert.equal(later(null, older, false), older);
  });

  it("show the clinicians first among the others", () => {
    const person = (/** @type {string} */ name, me = false) => ({ name, me });
    const state = view({ hosts: [{ name: "Amara" }], people: [person("Mara", true), person("Ida"), person("Amara")] });
    assert.deepEqual(others(state).map((one) => one.name), ["Amara", "Ida"]);
  });
});

describe("chat", () => {
  it("holds a message once, however often it arrives", () => {
    const mine = message({ id: "pending" });
    const confirmed = message({ id: "7" });
    assert.deepEqual(withMessage([mine], confirmed), [confirmed]);
    assert.deepEqual(withMessage([confirmed], confirmed), [confirmed]);
  });

  it("stands in order of time, whatever arrives first", () => {
    const late = message({ id: "2", key: "b", at: "2026-05-12T14:05:00Z" });
    const early = message({});
    assert.deepEqual(mergedMessages([late], [early]), [early, late]);
  });
});

describe("causes", () => {
  const said = (/** @type {string} */ name, message = "") => causeOf({ name, message });

  it("tell what a person can do something about", () => {
    assert.equal(said("NotAllowedError", "Permission denied"), "denied");
    assert.equal(said("NotAllowedError", "Permission dismissed"), "dismissed");
    assert.equal(said("NotAllowedError", "Permission denied by system"), "system");
    assert.equal(said("NotReadableError"), "in_use");
    assert.equal(said("NotFoundError"), "none");
    assert.equal(causeOf(null), "unknown");
  });
});

describe("quality", () => {
  const calm = {
    at: 0, received: 0, lost: 0, frames: 0, freezes: 0, sentLoss: 0, delay: 0.05, narrow: false, sending: true, pictures: 1,
  };
  const next = (/** @type {object} */ part) => judge(calm, { ...calm, at: 1000, received: 100, frames: 20, ...part });

  it("is good unless somebody would notice", () => assert.equal(next({}), "good"));
  it("is choppy when packets are lost either way", () => {
    assert.equal(next({ lost: 10 }), "choppy");
    assert.equal(next({ sentLoss: 0.2 }), "choppy");
  });
  it("is still when the others' pictures stop", () => assert.equal(next({ frames: 0 }), "still"));
  it("is late when words arrive late", () => assert.equal(next({ delay: 0.8 }), "late"));
  it("gives no judgement over a reconnection", () => {
    assert.equal(judge({ ...calm, received: 500, frames: 90 }, { ...calm, at: 1000, received: 3 }), "good");
  });
});
