import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Sleep } from "../../static/rooms/asleep.js";
import { barriers, hearsWords } from "../../static/rooms/heard.js";
import { MutedTalk } from "../../static/rooms/mutedtalk.js";
import { ownWords } from "../../static/rooms/own.js";

const live = /** @type {const} */ ({ wanted: true, on: true, track: "live", stopped: false });
const fine = /** @type {const} */ ({
  admitted: true, asleep: false, line: "connected", media: "connected", present: 1, reached: 1,
  microphone: live, camera: live, narrow: false, seen: true,
});
const both = [true, false];
const lines = /** @type {const} */ (["connecting", "connected", "reconnecting", "lost"]);
const medias = /** @type {const} */ (["connecting", "connected", "reconnecting", "busy"]);

/** @returns {Generator<import("../../static/rooms/heard.js").Source>} */
function* sources() {
  for (const wanted of both) {
    for (const on of both) {
      for (const track of /** @type {const} */ (["live", "ended", null])) {
        for (const stopped of both) yield { wanted, on, track, stopped };
      }
    }
  }
}

const gives = (/** @type {import("../../static/rooms/heard.js").Source} */ one) =>
  one.wanted && one.on && one.track === "live" && !one.stopped;

describe("whether the others hear and see me", () => {
  it("is never more than is true, in every combination", () => {
    let looked = 0;
    for (const admitted of both) for (const asleep of both) for (const line of lines) for (const media of medias) {
      for (const [present, reached] of /** @type {const} */ ([[0, 0], [2, 0], [2, 1]])) {
        for (const microphone of sources()) for (const camera of sources()) {
          for (const narrow of both) for (const seen of both) {
            const now = { admitted, asleep, line, media, present, reached, microphone, camera, narrow, seen };
            const { voice, picture } = barriers(now);
            const carried = admitted && !asleep && line === "connected" && media === "connected" && reached > 0;
            assert.equal(voice === "", carried && gives(microphone), JSON.stringify(now));
            assert.equal(picture === "", carried && gives(camera) && !narrow && seen, JSON.stringify(now));
            const words = hearsWords(["Ida"], { voice, picture }, "en");
            assert.equal(/ can (hear|see)|hear and see you$/.test(words) && words.startsWith("Ida"), voice === "" || picture === "");
            if (words.startsWith("Ida can hear")) assert.equal(voice, "");
            if (/can see you|hear and see/.test(words) && words.startsWith("Ida")) assert.equal(picture, "");
            looked += 1;
          }
        }
      }
    }
    assert.equal(looked, 2 * 2 * 4 * 4 * 3 * 24 * 24 * 4);
  });

  it("says the first barrier, and a hand's mute before a device's", () => {
    const why = (/** @type {object} */ change) => barriers({ ...fine, ...change }).voice;
    assert.equal(why({}), "");
    assert.equal(why({ admitted: false, asleep: true, line: "lost" }), "out");
    assert.equal(why({ asleep: true, line: "lost" }), "asleep");
    assert.equal(why({ line: "reconnecting", present: 0, reached: 0 }), "line");
    assert.equal(why({ media: "busy" }), "line");
    assert.equal(why({ present: 0, reached: 0 }), "nobody");
    assert.equal(why({ reached: 0 }), "cut");
    assert.equal(why({ microphone: { ...live, on: false, stopped: true } }), "off");
    assert.equal(why({ microphone: { ...live, track: "ended" } }), "missing");
    assert.equal(why({ microphone: { ...live, stopped: true } }), "system");
    assert.equal(barriers({ ...fine, narrow: true, seen: false }).picture, "narrow");
    assert.equal(barriers({ ...fine, seen: false }).picture, "unseen");
  });

  it("is told in names", () => {
    const said = (/** @type {any} */ voice, /** @type {any} */ picture, names = ["Ida"]) => hearsWords(names, { voice, picture }, "en");
    assert.equal(said("", ""), "Ida can hear and see you");
    assert.equal(said("", "off", ["Ida", "Amara"]), "Ida and Amara can hear you, not see you");
    assert.equal(said("system", ""), "Ida can see you, not hear you");
    assert.equal(said("off", "missing"), "Nobody can hear or see you now");
    assert.equal(said("nobody", "nobody", []), "Nobody else is here yet");
    assert.equal(said("line", "line"), "The others may not hear or see you right now");
    assert.equal(said("out", "out"), "Nobody in the call can hear or see you now");
    assert.match(said("asleep", "asleep"), /asleep/);
  });
});

describe("what is the matter with my devices", () => {
  const well = {
    causes: { microphone: null, camera: null }, wants: () => true, stopped: { microphone: false, camera: false },
    talking: false, news: null,
  };
  const said = (/** @type {object} */ change) => ownWords(/** @type {any} */ ({ ...well, ...change }));

  it("tells the voice before the picture, and what is broken before what is news", () => {
    assert.equal(said({}), "");
    const lost = { microphone: "lost", camera: "none" };
    assert.match(said({ causes: lost, talking: true }), /microphone went away/);
    assert.match(said({ causes: lost, wants: (/** @type {string} */ kind) => kind === "camera" }), /don’t find a camera/);
    assert.match(said({ stopped: { microphone: true, camera: true }, talking: true }), /headset has muted/);
    assert.match(said({ talking: true, causes: { microphone: null, camera: "in_use" } }), /You are muted/);
    assert.match(said({ stopped: { microphone: false, camera: true } }), /gives no picture/);
    const news = { kind: "microphone", change: "instead", label: "Headset" };
    assert.match(said({ news }), /heard through another one now: Headset/);
    assert.match(said({ news: { ...news, kind: "camera", change: "back" } }), /camera is back: Headset/);
    assert.match(said({ news: { ...news, change: "plugged" } }), /was plugged in: Headset/);
    assert.match(said({ news: { ...news, kind: "speaker" } }), /hear the others through another one/);
    assert.match(said({ news: { ...news, kind: "speaker", change: "back" } }), /loudspeaker is back: Headset/);
    assert.match(said({ news, talking: true }), /You are muted/);
  });
});

describe("talking while muted", () => {
  /** Says the given loudness for so many milliseconds. */
  const speaker = () => {
    const talk = new MutedTalk();
    let now = 0;
    return {
      talk,
      say: (/** @type {number} */ loudness, /** @type {number} */ time) => {
        let told = false;
        for (const end = now + time; now < end;) told = talk.hear(loudness, (now += 80));
        return told;
      },
    };
  };

  it("is told after a second and a half of voice, not for a cough", () => {
    const { say } = speaker();
    assert.equal(say(0.8, 600), false);
    assert.equal(say(0.1, 3000), false);
    assert.equal(say(0.8, 1200), false);
    assert.equal(say(0.8, 500), true);
  });

  it("hears speech with its pauses", () => {
    const { say } = speaker();
    let told = false;
    for (let word = 0; word < 8; word += 1) told = say(0.6, 400) || say(0.05, 160) || told;
    assert.equal(told, true);
  });

  it("does not nag: it is over after some seconds, and said again after a minute at the earliest", () => {
    const { say, talk } = speaker();
    assert.equal(say(0.8, 2000), true);
    assert.equal(say(0.8, 8000), false);
    assert.equal(say(0.8, 40_000), false);
    assert.equal(say(0.8, 14_000), true);
    talk.unmuted();
    assert.equal(say(0.8, 80), false);
  });
});

describe("a page that was asleep", () => {
  const up = (/** @type {number} */ timestamp) => new Map([["1", { type: "remote-inbound-rtp", timestamp }]]);

  it("is unsure until the server has answered it since", () => {
    const sleep = new Sleep(0);
    assert.equal(sleep.beat(1000), false);
    assert.equal(sleep.beat(3500), false); // a throttled page is slow, not asleep
    assert.equal(sleep.beat(40_000), true);
    sleep.look(up(39_000), true);
    assert.notEqual(sleep.woke, null);
    sleep.look(up(41_000), false);
    assert.notEqual(sleep.woke, null);
    sleep.look(up(41_000), true);
    assert.equal(sleep.woke, null);
  });

  it("believes a browser that counts no answers after some looks", () => {
    const sleep = new Sleep(0);
    sleep.beat(10_000);
    for (const left of [true, true, false]) {
      sleep.look(null, true);
      assert.equal(sleep.woke !== null, left);
    }
  });
});
