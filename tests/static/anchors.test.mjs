import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { applyUpdate, createRelativePositionFromTypeIndex, Doc, encodeRelativePosition, encodeStateAsUpdate } from "../../static/node_modules/yjs/dist/yjs.mjs";
import { anchorOf, caretAt, placeAt, quoteOf } from "../../static/careplan/anchors.js";
import { textOf } from "../../static/careplan/bytes.js";
import { caretsIn, NEAR, tagsOf } from "../../static/careplan/carettags.js";

/** What the server takes (rounds/careplan/values.py). */
const TAKEN = /^[A-Za-z0-9+/]{1,128}={0,2}$/;
const NAME = "t:0123456789abcdefghij.text";

/** @param {string} words @returns {import("yjs").Text} */
function textWith(words) {
  const text = new Doc().getText(NAME);
  text.insert(0, words);
  return text;
}

/** @param {import("yjs").Text} text @param {string} anchor @returns {string | null} */
function wordsAt(text, anchor) {
  const place = placeAt(text, anchor);
  return place && text.toString().slice(place.start, place.end);
}

describe("the place of marked words", () => {
  it("moves with them, and what is written beside them stays outside", () => {
    const text = textWith("walk daily and rest");
    const anchor = anchorOf(text, 5, 10);
    assert.match(anchor, TAKEN);
    text.insert(0, "Please ");
    text.insert(12, "once ");
    text.insert(22, " or so");
    assert.deepEqual(placeAt(text, anchor), { start: 17, end: 22, same: true });
    assert.equal(wordsAt(text, anchor), "daily");
  });

  it("is known on another page, and at both ends of a text", () => {
    const text = textWith("walk 👩‍🦽");
    const anchor = anchorOf(text, 0, text.length);
    const other = new Doc();
    applyUpdate(other, encodeStateAsUpdate(/** @type {Doc} */ (text.doc)));
    assert.deepEqual(placeAt(other.getText(NAME), anchor), { start: 0, end: text.length, same: true });
  });

  it("says when the words are others now, and when they are gone", () => {
    const text = textWith("walk daily and rest");
    const anchor = anchorOf(text, 5, 10);
    text.delete(5, 2);
    assert.deepEqual(placeAt(text, anchor), { start: 5, end: 8, same: false });
    text.insert(6, "XX");
    assert.equal(wordsAt(text, anchor), "iXXly");
    text.delete(5, 5);
    assert.equal(placeAt(text, anchor), null);
    text.insert(5, "daily");
    assert.equal(placeAt(text, anchor), null);
  });

  it("is of one text only, and none without words", () => {
    const text = textWith("walk daily");
    const other = /** @type {Doc} */ (text.doc).getText("t:g2.text");
    other.insert(0, "walk daily");
    assert.equal(placeAt(other, anchorOf(text, 0, 4)), null);
    assert.equal(placeAt(textWith("walk daily"), anchorOf(text, 0, 4)), null);
    assert.equal(anchorOf(text, 4, 4), "");
  });

  it("holds every letter that was marked and none that was not, whatever is written and deleted", () => {
    let state = 11;
    const roll = (/** @type {number} */ sides) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * sides);
    };
    for (let round = 0; round < 300; round += 1) {
      const text = textWith("abcdefghijklmnopqrst");
      const start = roll(19);
      const end = start + 1 + roll(20 - start);
      const anchor = anchorOf(text, start, end);
      for (let step = 0; step < 12; step += 1) {
        if (roll(2) === 0) text.insert(roll(text.length + 1), "XY");
        else text.delete(roll(text.length), 1);
      }
      const left = (/** @type {string} */ letters) => [...letters].filter((one) => text.toString().includes(one));
      const words = wordsAt(text, anchor) ?? "";
      for (const one of left("abcdefghijklmnopqrst")) {
        const marked = one >= "abcdefghijklmnopqrst".charAt(start) && one <= "abcdefghijklmnopqrst".charAt(end - 1);
        assert.equal(words.includes(one), marked, `${one} of ${text} marked ${start}–${end}`);
      }
    }
  });

  it("is none for what somebody else made up", () => {
    const text = textWith("walk daily");
    const named = encodeRelativePosition(createRelativePositionFromTypeIndex(text, text.length));
    const whole = textOf(Uint8Array.of(named.length, ...named, ...named, 0, 0, 0, 0));
    const deep = textOf(Uint8Array.of(3, 0, 1, 2, 0, 255, 255, 255, 255, 255, 15, 3, 0, 0, 0, 0));
    const before = [.../** @type {Doc} */ (text.doc).share.keys()];
    for (const anchor of ["", "a", "AAAAA", "////////////", whole, deep, "AQ==", "A".repeat(128)]) {
      assert.equal(placeAt(text, anchor), null, anchor);
    }
    assert.deepEqual([.../** @type {Doc} */ (text.doc).share.keys()], before);
  });
});

describe("a quote", () => {
  it("stands on one line, is short and parts no character", () => {
    assert.equal(quoteOf("  walk\n\tdaily "), "walk daily");
    assert.equal(quoteOf(" \n "), "");
    assert.equal(quoteOf(`${"a".repeat(199)}👩`), "a".repeat(199));
  });
});

describe("the caret of another", () => {
  it("is found at its letter, behind the last one, and nowhere for what was made up", () => {
    const text = textWith("walk daily");
    const at = (/** @type {number} */ index) => textOf(encodeRelativePosition(createRelativePositionFromTypeIndex(text, index)));
    const [middle, end] = [at(5), at(10)];
    text.insert(0, "Please ");
    const field = NAME.slice(2);
    assert.deepEqual([caretAt(text, field, middle), caretAt(text, field, end)], [12, 17]);
    for (const head of ["", "!", "AAAA", "////"]) assert.equal(caretAt(text, field, head), null);
    assert.equal(caretAt(text, "other.text", end), null);
  });
});

describe("the carets of others", () => {
  const at = { page: "1", person: "ann", section: "goals", field: "g1.text", anchor: "", head: "AA==" };

  it("are those in this text, and none of whoever looks, of whichever page", () => {
    const places = [
      at,
      { ...at, page: "2", person: "me" },
      { ...at, page: "3", section: "problems" },
      { ...at, page: "4", field: "g2.text" },
      { ...at, page: "5", field: "" },
      { ...at, page: "6", person: "bea", head: null },
    ];
    const found = caretsIn(places, "me", "goals", "g1.text", (person) => person.toUpperCase());
    assert.deepEqual(found, [{ name: "ANN", head: "AA==" }, { name: "BEA", head: "" }]);
    assert.deepEqual(caretsIn([], "me", "goals", "g1.text", String), []);
  });

  it("share a tag where their names would lie on each other, everybody once", () => {
    const carets = [
      { name: "Cy", x: 2 * NEAR },
      { name: "Ann", x: 0 },
      { name: "Bea", x: NEAR - 1 },
      { name: "Ann", x: 5 },
      { name: "Di", x: NEAR },
    ];
    assert.deepEqual(tagsOf(carets), [
      { x: 0, names: "Ann, Bea" },
      { x: NEAR, names: "Di" },
      { x: 2 * NEAR, names: "Cy" },
    ]);
    assert.deepEqual(carets.map((one) => one.x), [2 * NEAR, 0, NEAR - 1, 5, NEAR]);
    assert.deepEqual(tagsOf([]), []);
  });
});
