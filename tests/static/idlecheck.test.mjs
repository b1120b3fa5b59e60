import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "node:test";
import { Doc, encodeStateAsUpdate, encodeStateVector } from "../../static/node_modules/yjs/dist/yjs.mjs";
import { textOf } from "../../static/careplan/bytes.js";
import { IDLE, IdleCheck } from "../../static/careplan/idlecheck.js";
import { Section } from "../../static/careplan/section.js";

/** A section that is open with what the server told. @param {Record<string, string>} texts */
function opened(texts) {
  const section = new Section("problems", { ready: true, ask: () => new Promise(() => {}) });
  const doc = new Doc();
  for (const [name, words] of Object.entries(texts)) doc.getText(`t:${name}`).insert(0, words);
  const item = { kind: "problem", rank: "1", values: {}, archived: false, seq: 1, by: "" };
  section.opened({
    seq: 3, epoch: 1, right: "edit", update: textOf(encodeStateAsUpdate(doc)), vector: textOf(encodeStateVector(doc)),
    items: [{ ...item, id: "b" }, { ...item, id: "a" }, { ...item, id: "gone", archived: true }], locked: null, quarantined: false,
  });
  return section;
}

/** @param {Section} section @param {boolean | null} answer */
function watched(section, answer) {
  const state = { now: 0, /** @type {unknown[][]} */ asked: [] };
  const plan = {
    sections: new Map([[section.kind, section]]),
    same: async (/** @type {unknown[]} */ ...question) => {
      state.asked.push(question);
      return answer;
    },
  };
  const check = new IdleCheck(/** @type {any} */ (plan), () => state.now);
  check.stop();
  const wait = async (/** @type {number} */ time) => {
    state.now += time;
    await check.look();
  };
  return { ...state, state, wait };
}

const WORDS = { "b.text": "two", "a.text": "one 👩", "a.plain": "", "gone.text": "away" };

describe("the check of an idle section", () => {
  it("asks once for what stands still, with the hash that the server counts", async () => {
    const { wait, state } = watched(opened(WORDS), true);
    await wait(0);
    await wait(IDLE - 1);
    assert.equal(state.asked.length, 0);
    await wait(1);
    await wait(IDLE);
    const hash = createHash("sha256").update("t:a.text\0one 👩\0t:b.text\0two\0").digest("hex");
    assert.deepEqual(state.asked, [["problems", 3, hash]]);
  });

  it("opens anew what differs, and only that", async () => {
    for (const [answer, times] of /** @type {[boolean | null, number][]} */ ([[false, 1], [true, 0], [null, 0]])) {
      const section = opened(WORDS);
      let reopened = 0;
      section.addEventListener("reopen", () => void (reopened += 1));
      const { wait } = watched(section, answer);
      await wait(0);
      await wait(IDLE);
      assert.equal(reopened, times);
      assert.equal(section.text("a.text").toString(), times === 1 ? "" : "one 👩");
    }
  });

  it("never touches words that are not saved", async () => {
    const section = opened(WORDS);
    const { wait, state } = watched(section, false);
    await wait(0);
    section.touch(section.text("a.text"));
    section.text("a.text").insert(0, "mine, ");
    await wait(IDLE);
    assert.equal(state.asked.length, 0);
    assert.equal(section.text("a.text").toString(), "mine, one 👩");
  });
});
