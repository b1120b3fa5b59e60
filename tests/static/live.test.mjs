import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { delay, pause, STEPS } from "../../static/live/backoff.js";
import { acknowledged, refusal, Refused } from "../../static/live/refusal.js";

describe("pauses between tries", () => {
  it("grow, then stay", () => {
    const middle = (/** @type {number} */ failures) => delay(failures, () => 0.5);
    const failures = STEPS.map((_, at) => at + 1);
    assert.deepEqual([...failures, 99].map(middle), [...STEPS, STEPS.at(-1)]);
    assert.deepEqual(STEPS, STEPS.toSorted((one, other) => one - other));
  });

  it("differ between browsers by a quarter each way", () => {
    assert.equal(delay(3, () => 0), 750);
    assert.equal(delay(3, () => 0.999999), 1250);
  });

  it("end at once when they are no longer needed", async () => {
    const end = new AbortController();
    const pausing = pause(3_600_000, end.signal);
    end.abort();
    await pausing;
  });
});

describe("answers of the server", () => {
  it("give what stands under ok", () => {
    assert.deepEqual(acknowledged({ ok: { place: 1 } }), { place: 1 });
  });

  it("become typed refusals, with what is wrong where", () => {
    const answer = { error: { code: "invalid", message: "No", fields: { pin: "wrong" }, tries_left: 3 } };
    assert.throws(() => acknowledged(answer), (error) => {
      assert.ok(error instanceof Refused);
      assert.equal(error.code, "invalid");
      assert.deepEqual(error.fields, { tries_left: 3, pin: "wrong" });
      return !error.passing;
    });
  });

  it("that cannot be read mean: not now", () => {
    for (const odd of [undefined, null, 7, "ok", {}, { error: null }, { error: { code: "root" } }]) {
      assert.throws(() => acknowledged(odd), { code: "unavailable" });
    }
    assert.ok(refusal({ code: "unavailable" }).passing);
  });
});
