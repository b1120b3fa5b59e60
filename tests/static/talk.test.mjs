import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { handsNews, handsWords, upForWords } from "../../static/rooms/hands.js";
import { keptWords } from "../../static/rooms/kept.js";
import { withMessage } from "../../static/rooms/state.js";

const hand = (/** @type {string} */ seat, name = seat) => /** @type {any} */ ({ seat, name, since: null });
const kept = (/** @type {object} */ part) =>
  /** @type {any} */ ({ channels: ["everyone"], hours: 24, until: null, on_hold: false, ...part });

describe("raised hands", () => {
  it("are told in their order, with the own place in it", () => {
    assert.equal(handsWords([], "me"), "");
    const words = handsWords([hand("a", "Mara"), hand("me", "Ida"), hand("b", "Jonas")], "me", "en");
    assert.equal(words, "Hands up, in order: 1. Mara, 2. you, 3. Jonas");
  });

  it("are told to the ear once each, also when somebody lowered the own one", () => {
    const [mara, me] = [hand("a", "Mara"), hand("me", "Ida")];
    assert.equal(handsNews([], [mara], "me", false), "Mara raised a hand.");
    assert.equal(handsNews([mara], [mara], "me", false), "");
    assert.equal(handsNews([mara], [mara, me], "me", false), "Your hand is up. You are number 2.");
    assert.equal(handsNews([mara, me], [me], "me", false), "");
    assert.equal(handsNews([me], [], "me", true), "Your hand is down.");
    assert.equal(handsNews([me], [], "me", false), "Your hand was lowered.");
  });

  it("say for how long they are up, never for less than nothing", () => {
    const since = "2026-05-12T14:00:00Z";
    const at = (/** @type {number} */ seconds) => upForWords(since, Date.parse(since) + seconds * 1000);
    assert.equal(at(-5), "for less than a minute");
    assert.equal(at(59), "for less than a minute");
    assert.equal(at(60), "for 1 minute");
    assert.equal(at(150), "for 2 minutes");
  });
});

describe("how long a chat is kept", () => {
  it("is told before and after the end, and while nothing may be deleted", () => {
    assert.match(keptWords(kept({})), /^It is kept for 24 hours after the visit ends and deleted/);
    const now = new Date("2026-05-12T14:00:00Z");
    assert.match(keptWords(kept({ until: "2026-05-13T14:00:00Z" }), now), /^It is kept until tomorrow, /);
    assert.match(keptWords(kept({ on_hold: true, until: "2026-05-13T14:00:00Z" }), now), /^The clinic must delete nothing/);
  });

  it("reminds of the note only those who write it", () => {
    assert.doesNotMatch(keptWords(kept({})), /note/);
    assert.match(keptWords(kept({ channels: ["everyone", "team"] })), /belongs in the note/);
  });
});

describe("lines of the chat", () => {
  it("of two people under one key are two", () => {
    const line = (/** @type {string} */ seat) => /** @type {any} */ ({ id: seat, key: "a", seat, at: "2026-05-12T14:00:00Z" });
    assert.equal(withMessage([line("mine")], line("theirs")).length, 2);
  });
});
