import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { browserOf, helpFor } from "../../static/visits/help.js";
import { tokenOf } from "../../static/visits/token.js";
import { placeWords } from "../../static/visits/waiting.js";

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
  const agents = {
    ios: "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1",
    android: "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/140.0.0.0 Mobile Safari/537.36",
    chromium: "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36",
    firefox: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    safari: "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.0 Safari/605.1.15",
    other: "something else",
  };
  const causes = /** @type {const} */ (["denied", "dismissed", "system", "in_use", "none", "insecure", "lost", "unknown"]);

  it("knows which taps fit the browser", () => {
    for (const [browser, agent] of Object.entries(agents)) assert.equal(browserOf(agent), browser);
  });

  it("always says what happened and what to do, and blames nobody", () => {
    for (const browser of /** @type {(keyof typeof agents)[]} */ (Object.keys(agents))) {
      for (const cause of causes) {
        for (const missing of /** @type {const} */ (["camera", "microphone", "both"])) {
          const { title, intro, steps } = helpFor(missing, cause, browser);
          assert.ok(title && intro && steps.length >= 2, `${missing} ${cause} ${browser}`);
          assert.doesNotMatch([title, intro, ...steps].join(" "), /fail|error|wrong|invalid/i);
        }
      }
    }
  });

  it("differs by cause and by browser", () => {
    const titles = new Set(causes.map((cause) => helpFor("camera", cause, "chromium").title));
    assert.ok(titles.size >= 5);
    assert.notDeepEqual(helpFor("camera", "denied", "ios").steps, helpFor("camera", "denied", "firefox").steps);
  });
});

describe("the place in line", () => {
  it("is said in people, not in numbers", () => {
    assert.equal(placeWords({ position: 1, of: 3 }), "You are next");
    assert.equal(placeWords({ position: 2, of: 3 }), "1 person is before you");
    assert.equal(placeWords({ position: 3, of: 3 }), "2 people are before you");
    assert.equal(placeWords(null), "You are in line");
  });
});
