import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Doc } from "../../static/node_modules/yjs/dist/yjs.mjs";
import { bind } from "../../static/careplan/textbox.js";

/** What of a text box the binding touches. */
class Box extends EventTarget {
  value = "";
  selectionStart = 0;
  selectionEnd = 0;
  scrollTop = 0;

  /** @param {number} start @param {number} end */
  setSelectionRange(start, end) {
    this.selectionStart = start;
    this.selectionEnd = end;
  }

  /** @param {string} value @param {number} [caret] */
  type(value, caret = value.length) {
    this.value = value;
    this.setSelectionRange(caret, caret);
    this.dispatchEvent(new Event("input"));
  }
}

/** @returns {{box: Box, text: import("yjs").Text, end: () => void}} */
function bound(words = "") {
  const text = new Doc().getText("t:g1.text");
  text.insert(0, words);
  const box = new Box();
  Object.assign(globalThis, { document: { activeElement: box } });
  return { box, text, end: bind(/** @type {any} */ (box), text) };
}

describe("a box bound to a text", () => {
  it("shows the text, and writes what is typed, without halves of characters", () => {
    const { box, text } = bound("walk 👩");
    assert.equal(box.value, "walk 👩");
    box.type("walk 👨");
    assert.equal(text.toString(), "walk 👨");
    box.type("walk \ud83d\u0000");
    assert.deepEqual([text.toString(), box.value], ["walk ", "walk "]);
  });

  it("keeps the caret on its words while others write", () => {
    const { box, text } = bound("walk daily");
    box.setSelectionRange(5, 7);
    text.insert(0, "Please ");
    assert.deepEqual([box.value, box.selectionStart, box.selectionEnd], ["Please walk daily", 12, 14]);
    text.insert(17, ".");
    assert.deepEqual([box.selectionStart, box.selectionEnd], [12, 14]);
  });

  it("writes where the caret stands, though the letters around are equal", () => {
    const { box, text } = bound("a  b");
    const steps = /** @type {unknown[]} */ ([]);
    text.observe((event) => steps.push(...event.delta));
    box.type("a   b", 2);
    assert.deepEqual(steps, [{ retain: 1 }, { insert: " " }]);
    box.type("a   bb", 6);
    assert.deepEqual(steps.slice(2), [{ retain: 5 }, { insert: "b" }]);
  });

  it("puts the caret back where it stood for who comes back to the box", () => {
    const { box, text } = bound("walk daily");
    box.setSelectionRange(4, 4);
    Object.assign(globalThis, { document: { activeElement: null } });
    text.insert(0, "Please ");
    box.setSelectionRange(17, 17); // as browsers do when a value is set
    box.dispatchEvent(new Event("focus"));
    assert.deepEqual([box.selectionStart, box.selectionEnd], [11, 11]);
  });

  it("does not break into a word that is being composed, and loses nobody's words", () => {
    const { box, text } = bound("ab");
    box.dispatchEvent(new Event("compositionstart"));
    box.type("abに");
    text.insert(0, "X ");
    assert.deepEqual([box.value, text.toString()], ["abに", "X ab"]);
    box.type("ab日");
    box.dispatchEvent(new Event("compositionend"));
    assert.deepEqual([box.value, text.toString()], ["X ab日", "X ab日"]);
  });

  it("shows what others wrote when nothing was composed in the end", () => {
    const { box, text } = bound("ab");
    box.dispatchEvent(new Event("compositionstart"));
    text.insert(2, "c");
    box.dispatchEvent(new Event("compositionend"));
    assert.deepEqual([box.value, text.toString()], ["abc", "abc"]);
  });

  it("ends", () => {
    const { box, text, end } = bound("ab");
    end();
    box.type("abc");
    text.insert(0, "x");
    assert.deepEqual([box.value, text.toString()], ["abc", "xab"]);
  });
});
