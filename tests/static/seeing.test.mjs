import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { CostGuard, WATCHED } from "../../static/media/costguard.js";
import { cameBack, newcomer } from "../../static/media/plugs.js";
import { pictureWish, voiceWish } from "../../static/media/wishes.js";
import { arrangement, largeOne } from "../../static/rooms/layout.js";
import { cornerAfter, cornerNear } from "../../static/rooms/selfview.js";
import { keyOf, SHORTCUTS } from "../../static/rooms/shortcuts.js";

describe("where people stand", () => {
  it("follows from how many they are, and from the hand", () => {
    const same = [0, 1, 2, 3, 4, 5, 12].map((others) => arrangement(others, false));
    assert.deepEqual(same, ["one", "one", "side", "side", "side", "grid", "grid"]);
    const large = [0, 1, 2, 5, 12].map((others) => arrangement(others, true));
    assert.deepEqual(large, ["one", "one", "large", "large", "large"]);
  });

  it("keeps somebody large while the one who was chosen is away", () => {
    assert.equal(largeOne(["a", "b"], "b"), "b");
    assert.equal(largeOne(["a", "c"], "b"), "a");
    assert.equal(largeOne([], "b"), "");
  });
});

describe("the own picture's corner", () => {
  const corners = /** @type {const} */ (["bottom-end", "bottom-start", "top-end", "top-start"]);

  it("is reached by arrows from every other one, in both directions of writing", () => {
    for (const from of corners) {
      for (const rtl of [true, false]) {
        assert.match(cornerAfter(from, "ArrowUp", rtl), /^top/);
        assert.match(cornerAfter(from, "ArrowDown", rtl), /^bottom/);
        assert.match(cornerAfter(from, "ArrowLeft", rtl), rtl ? /end$/ : /start$/);
        assert.match(cornerAfter(from, "ArrowRight", rtl), rtl ? /start$/ : /end$/);
      }
    }
  });

  it("goes round by presses alone", () => {
    /** @type {import("../../static/rooms/selfview.js").Corner} */
    let corner = "bottom-end";
    const been = new Set();
    for (let press = 0; press < 4; press += 1) been.add((corner = cornerAfter(corner, "Enter", false)));
    assert.deepEqual([...been].sort(), [...corners].sort());
    assert.equal(corner, "bottom-end");
  });

  it("is the nearest one where it is let go", () => {
    assert.equal(cornerNear(0.1, 0.1, false), "top-start");
    assert.equal(cornerNear(0.1, 0.1, true), "top-end");
    assert.equal(cornerNear(0.9, 0.8, false), "bottom-end");
    assert.equal(cornerNear(0.9, 0.8, true), "bottom-start");
  });
});

describe("the keys of a visit", () => {
  const typed = (/** @type {object} */ change) => keyOf({
    key: "m", ctrlKey: false, metaKey: false, altKey: false, repeat: false, defaultPrevented: false, ...change,
  }, false);

  it("are those of the table, and nothing with another key held or while one writes", () => {
    for (const { key, words } of SHORTCUTS) {
      assert.equal(typed({ key }), key);
      assert.equal(typed({ key: key.toUpperCase() }), key);
      assert.notEqual(words(), "");
    }
    assert.equal(new Set(SHORTCUTS.map((one) => one.key)).size, SHORTCUTS.length);
    assert.equal(typed({ key: "x" }), "");
    for (const held of ["ctrlKey", "metaKey", "altKey", "repeat", "defaultPrevented"]) assert.equal(typed({ [held]: true }), "");
    assert.equal(keyOf({ key: "m", ctrlKey: false, metaKey: false, altKey: false, repeat: false, defaultPrevented: false }, true), "");
  });
});

describe("the guard of costs", () => {
  const first = { at: 1000, frames: 40, time: 20 };
  const judge = (/** @type {number} */ frames, /** @type {number} */ each, at = 1000 + WATCHED) =>
    new CostGuard(first, 15).judge({ at, frames: 40 + frames, time: 20 + frames * each });

  it("watches first, and lets pass what a device can do", () => {
    assert.equal(judge(0, 0, 1000 + WATCHED - 1), "watching");
    assert.equal(judge(45, 2), "fine");
    assert.equal(judge(33, 2), "fine"); // a few frames less are not seen
  });

  it("trips when frames are missing, when each takes too long, and when none comes", () => {
    assert.equal(judge(30, 2), "frames");
    assert.equal(judge(45, 12), "time");
    assert.equal(judge(0, 0), "frames");
    assert.equal(judge(-40, 0), "frames"); // counted anew
  });

  it("measures by the time that has passed, however late it looks", () => {
    assert.equal(judge(90, 2, 7000), "fine");
    assert.equal(judge(60, 2, 7000), "frames");
  });
});

describe("devices that come and go", () => {
  const one = (/** @type {string} */ deviceId, label = deviceId) => ({ deviceId, label });

  it("are news when their names are known, and stand for themselves", () => {
    assert.equal(newcomer([one("a")], [one("a"), one("b")])?.deviceId, "b");
    assert.equal(newcomer([one("a")], [one("a"), one("default")]), null);
    assert.equal(newcomer([one("", "")], [one("a"), one("b")]), null);
    assert.equal(newcomer([], [one("a")]), null);
    assert.equal(newcomer([one("a"), one("b")], [one("a")]), null);
  });

  it("are taken up again when the wanted one is back", () => {
    assert.equal(cameBack("b", "a", [one("a")], [one("a"), one("b")]), true);
    assert.equal(cameBack("b", "b", [one("a")], [one("a"), one("b")]), false);
    assert.equal(cameBack("b", "a", [one("a"), one("b")], [one("a"), one("b")]), false);
    assert.equal(cameBack("", "a", [one("a")], [one("a"), one("b")]), false);
  });
});

describe("what the browser is asked for", () => {
  it("is the chosen device, else the camera that looks at the person", () => {
    assert.deepEqual(voiceWish("x", false).deviceId, { ideal: "x" });
    assert.equal(voiceWish("", false).noiseSuppression, false);
    assert.equal(voiceWish("", true).noiseSuppression, true);
    assert.equal(voiceWish("", true).echoCancellation, true);
    assert.equal(pictureWish("", "plain").facingMode, "user");
    assert.deepEqual(pictureWish("x", "plain").deviceId, { ideal: "x" });
    assert.equal(pictureWish("x", "plain").facingMode, undefined);
    assert.deepEqual(pictureWish("x", "plain", "environment").facingMode, { ideal: "environment" });
    assert.equal(pictureWish("", "blur").backgroundBlur, true);
    assert.equal("backgroundBlur" in pictureWish("", "soft"), false);
  });
});
