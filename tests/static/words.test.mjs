import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { pluralIndex } from "../../static/live/plural.js";

// Plural-Forms headers as GNU gettext's manual gives them, with numbers and the form they take.
const HEADERS = {
  "n != 1": { 0: 1, 1: 0, 2: 1, 101: 1 },
  "n>1": { 0: 0, 1: 0, 2: 1 },
  "n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2": { 1: 0, 2: 1, 5: 2, 12: 2, 22: 1, 25: 2 },
  "n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5": {
    0: 0, 1: 1, 2: 2, 3: 3, 11: 4, 100: 5, 103: 3, 111: 4,
  },
};

describe("plural forms", () => {
  for (const [expression, numbers] of Object.entries(HEADERS)) {
    it(expression, () => {
      for (const [n, form] of Object.entries(numbers)) assert.equal(pluralIndex(expression, Number(n)), form, n);
    });
  }

  it("are English when the header cannot be read", () => {
    for (const broken of ["", "n ==", "(n", "n; alert(1)"]) {
      assert.deepEqual([pluralIndex(broken, 1), pluralIndex(broken, 2)], [0, 1], broken);
    }
  });
});

describe("texts", () => {
  /** @type {typeof import("../../static/live/words.js")} */
  let words;

  before(async () => {
    const catalogue = {
      plural: "n==1 ? 0 : n<5 ? 1 : 2",
      messages: { Mute: "Wycisz", "{count} message": ["{count} wiadomość", "{count} wiadomości", "wiadomości: {count}"] },
    };
    globalThis.document = /** @type {any} */ ({ getElementById: () => ({ textContent: JSON.stringify(catalogue) }) });
    words = await import("../../static/live/words.js");
  });

  it("come from the page's catalogue, or as they are", () => {
    assert.equal(words._("Mute"), "Wycisz");
    assert.equal(words._("Unknown to it"), "Unknown to it");
  });

  it("fill in values once, and leave unknown names", () => {
    assert.equal(words._("{a} and {b}", { a: "{b}" }), "{b} and {b}");
  });

  it("agree with their number", () => {
    const said = [1, 3, 9].map((count) => words.ngettext("{count} message", "{count} messages", count));
    assert.deepEqual(said, ["1 wiadomość", "3 wiadomości", "wiadomości: 9"]);
  });
});
