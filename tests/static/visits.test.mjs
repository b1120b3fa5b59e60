import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { placeOf } from "../../static/visits/browsers.js";
import { beforeBinding, helpFor } from "../../static/visits/help.js";
import { tokenOf } from "../../static/visits/token.js";
import { placeWords, waitWords } from "../../static/visits/waiting.js";

const TOKEN = "Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmE";

describe("a personal link", () => {
  it("gives its token from the fragment, or from the whole link as it was copied", () => {
    assert.equal(tokenOf(`#t=${TOKEN}`), TOKEN);
    assert.equal(tokenOf(`  https://clinic.example/j#t=${TOKEN}&k=abc \n`), TOKEN);
    assert.equal(tokenOf(`#k=abc&t=${TOKEN}`), TOKEN);
  });

  it("gives nothing where there is none", () => {
    for (const text of ["", "#", "#t=", "#t=short", `#tt=${TOKEN}`, `?t=${TOKEN}`, "#t=<script>alert(1)</script>aaaaaaaa"]) {
      assert.equal(tokenOf(text), "", text);
    }
  });
});

describe("help with camera and microphone", () => {
  const WEBKIT = "AppleWebKit/605.1.15 (KHTML, like Gecko)";
  const CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0";
  const agents = /** @type {const} */ ({
    "safari ios": `Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) ${WEBKIT} Version/18.0 Mobile/15E148 Safari/604.1`,
    "chrome ios": `Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) ${WEBKIT} CriOS/140.0 Mobile/15E148 Safari/604.1`,
    "chrome android": `Mozilla/5.0 (Linux; Android 15; Pixel 9) ${CHROME} Mobile Safari/537.36`,
    "samsung android": `Mozilla/5.0 (Linux; Android 15; SM-S921B) ${CHROME} SamsungBrowser/28.0 Mobile Safari/537.36`,
    "firefox android": "Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0",
    "edge windows": `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${CHROME} Safari/537.36 Edg/140.0.0.0`,
    "chrome other": `Mozilla/5.0 (X11; Linux x86_64) ${CHROME} Safari/537.36`,
    "firefox other": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "safari mac": `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${WEBKIT} Version/18.0 Safari/605.1.15`,
    "other other": "something else",
  });
  const causes = /** @type {const} */ ([
    "denied", "once", "dismissed", "system", "in_use", "none", "insecure", "unsupported", "lost", "unknown",
  ]);
  const places = Object.values(agents).map((agent) => placeOf(agent));

  it("knows which taps fit the browser", () => {
    for (const [name, agent] of Object.entries(agents)) {
      const { program, system, app } = placeOf(agent);
      assert.equal(`${program} ${system}`, name);
      assert.equal(app, "", name);
    }
    assert.equal(placeOf(agents["safari mac"], 5).system, "ios", "an iPad says that it is a Mac");
  });

  it("knows the browsers inside of apps", () => {
    const bare = `Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) ${WEBKIT} Mobile/15E148`;
    const view = "Mozilla/5.0 (Linux; Android 14; Pixel 8; wv) AppleWebKit/537.36 Version/4.0 Chrome/139.0 Mobile Safari/537.36";
    for (const [agent, app] of [
      [`${bare} [FBAN/FBIOS;FBAV/466.0]`, "Facebook"],
      [`${bare} [FBAN/MessengerForiOS;FBAV/466.0]`, "Messenger"],
      [`${bare} Instagram 339.0`, "Instagram"],
      [`${view} Line/14.9`, "Line"],
      [`${view} MicroMessenger/8.0`, "WeChat"],
      [bare, "app"],
      [view, "app"],
    ]) assert.equal(placeOf(/** @type {string} */ (agent)).app, app, agent);
  });

  it("says before a link is bound how to reach the real browser, and nothing in a real one", () => {
    const facebook = { program: /** @type {const} */ ("other"), system: /** @type {const} */ ("ios"), app: "Facebook" };
    assert.match(beforeBinding(facebook, true)?.title ?? "", /Facebook/);
    assert.match(beforeBinding(facebook, false)?.steps.join(" ") ?? "", /Safari/);
    for (const place of places) {
      assert.equal(beforeBinding(place, true), null);
      assert.notEqual(beforeBinding(place, false), null);
    }
  });

  it("always says what happened and what to do, and blames nobody", () => {
    for (const place of [...places, { ...places[0], app: "Line" }]) {
      for (const cause of causes) {
        for (const missing of /** @type {const} */ (["camera", "microphone", "both"])) {
          const { title, intro, steps } = helpFor(missing, cause, /** @type {any} */ (place));
          assert.ok(title && intro && steps.length >= 2, `${missing} ${cause}`);
          assert.doesNotMatch([title, intro, ...steps].join(" "), /fail|error|wrong|invalid/i);
        }
      }
    }
  });

  it("differs by cause, by browser and by system", () => {
    const chrome = placeOf(agents["chrome other"]);
    const titles = new Set(causes.map((cause) => helpFor("camera", cause, chrome).title));
    assert.ok(titles.size >= 7);
    const denied = new Set(places.map((place) => JSON.stringify(helpFor("camera", "denied", place).steps)));
    assert.ok(denied.size >= 8);
    const system = new Set(places.map((place) => JSON.stringify(helpFor("camera", "system", place).steps)));
    assert.ok(system.size >= 7);
  });

  it("asks for another link where this one is bound to a browser that cannot", () => {
    const safari = placeOf(agents["safari ios"]);
    assert.ok(helpFor("both", "unsupported", safari).newLink);
    assert.ok(helpFor("both", "denied", { ...safari, app: "app" }).newLink);
    assert.ok(!helpFor("both", "in_use", { ...safari, app: "app" }).newLink);
    assert.ok(!helpFor("both", "denied", safari).newLink);
  });
});

describe("the place in line", () => {
  it("is said in people, not in numbers", () => {
    assert.equal(placeWords({ position: 1, of: 3 }), "You are next");
    assert.equal(placeWords({ position: 2, of: 3 }), "1 person is before you");
    assert.equal(placeWords({ position: 3, of: 3 }), "2 people are before you");
    assert.equal(placeWords(null), "You are in line");
  });

  it("tells about when it is one's turn, and nothing where nobody can tell", () => {
    assert.equal(waitWords({ minutes: 10 }), "In about 10 minutes");
    assert.equal(waitWords({ minutes: null }), "");
    assert.equal(waitWords(null), "");
    assert.match(waitWords({ minutes: 45 }), /longer than 40 minutes/);
  });
});
