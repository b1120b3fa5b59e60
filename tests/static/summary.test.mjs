import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { merge, pick } from "../../static/visits/merge.js";

const base = { next_step: "", owner: "", due: "", nothing: false, reason: "", agreed: "" };
const call = { ...base, next_step: "Phone call", owner: "a", due: "2026-12-24" };
const visit = { ...base, next_step: "Next visit", owner: "b", due: "2026-12-01" };

describe("two hosts at one summary", () => {
  it("lose nothing when each wrote another part", () => {
    const { merged, clashes } = merge(base, { ...base, agreed: "Walk." }, call);
    assert.deepEqual(clashes, []);
    assert.deepEqual(merged, { ...call, agreed: "Walk." });
  });

  it("are asked when both decided, and no step gets the other's date", () => {
    const { merged, clashes } = merge(base, call, visit);
    assert.deepEqual(merged, call);
    assert.deepEqual(clashes, ["next_step", "owner", "due", "nothing", "reason"]);
    assert.deepEqual({ ...call, ...pick(clashes, visit) }, visit);
  });

  it("are asked about the words for the patient when both wrote some", () => {
    const { merged, clashes } = merge(base, { ...base, agreed: "Walk." }, { ...base, agreed: "Rest." });
    assert.equal(merged.agreed, "Walk.");
    assert.deepEqual(clashes, ["agreed"]);
  });

  it("are not asked when they wrote the same", () => {
    assert.deepEqual(merge(base, call, call), { merged: call, clashes: [] });
  });

  it("keep their own where the other changed nothing", () => {
    assert.deepEqual(merge(base, call, base), { merged: call, clashes: [] });
  });

  it("hold every field of either in what is merged or in what clashes, whatever was written", () => {
    const choices = [base, call, visit, { ...call, agreed: "Walk." }, { ...base, agreed: "Rest." }];
    for (const from of choices) for (const mine of choices) for (const theirs of choices) {
      const { merged, clashes } = merge(from, mine, theirs);
      for (const field of /** @type {(keyof typeof base)[]} */ (Object.keys(base))) {
        const known = [mine[field], theirs[field]];
        assert.ok(known.includes(merged[field]));
        const lost = mine[field] !== from[field] && merged[field] !== mine[field];
        assert.ok(!lost || clashes.includes(field));
      }
    }
  });
});
