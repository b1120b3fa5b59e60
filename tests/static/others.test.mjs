import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { connectionWords } from "../../static/rooms/connection.js";
import { Ear, noteFor, ownQuality } from "../../static/rooms/others.js";
import { numbersOf, sentenceOf } from "../../static/visits/connection.js";

const person = (/** @type {object} */ part) => /** @type {any} */ ({
  seat: "1", name: "Mara", present: true, camera: true, microphone: true, connection: { quality: "good", cause: "" }, ...part,
});
const weak = (/** @type {string} */ cause) => person({ connection: { quality: "weak", cause } });
const lost = person({ connection: { quality: "lost", cause: "" } });

describe("the note on somebody's tile", () => {
  it("is empty while all is well, and says the nearest thing first", () => {
    assert.equal(noteFor(person({}), true).words, "");
    assert.equal(noteFor(person({ present: false, connection: lost.connection }), true).words, "Reconnecting…");
    assert.equal(noteFor(weak("sending"), false).words, "Connecting…");
  });

  it("says that a page is in the background, before what follows from it", () => {
    const away = { hidden_since: "2026-11-16T09:00:00+00:00" };
    for (const part of [away, { ...away, present: false }, { ...away, connection: lost.connection }]) {
      const note = noteFor(person(part), true, null);
      assert.match(note.words, /^Mara has put this page in the background at \d\d:\d\d\.$/);
      assert.equal(note.sign, "away");
    }
    assert.equal(noteFor(person({ hidden_since: null }), true, null).words, "");
  });

  it("says of a picture that is not sent why, and that the voice goes on", () => {
    const note = noteFor(person({ resting: true, connection: weak("sending").connection }), true);
    assert.equal(note.words, "Mara’s picture is paused: the line is too narrow");
    assert.equal(note.consequence, "The voice goes on.");
    assert.equal(noteFor(person({ resting: true, camera: false }), true).words, "");
    assert.equal(noteFor(person({ resting: true, connection: lost.connection }), true).sign, "lost");
  });

  it("says that this device cannot show a picture, while there would be one", () => {
    const note = noteFor(weak("sending"), true, "codec");
    assert.equal(note.words, "This device cannot show Mara’s picture.");
    assert.equal(note.consequence, "The voice goes on.");
    assert.equal(noteFor(person({ camera: false }), true, "codec").words, "");
    assert.equal(noteFor(person({ connection: lost.connection }), true, "codec").sign, "lost");
  });

  it("names the connection, not the person, and what it means", () => {
    const seen = new Set();
    for (const cause of ["sending", "receiving", "delay"]) {
      const note = noteFor(weak(cause), true);
      assert.equal(note.words, "Mara’s connection is weak.");
      assert.equal(note.sign, "weak");
      seen.add(note.consequence);
    }
    assert.equal(seen.size, 3);
    assert.ok(!seen.has(""));
    assert.equal(noteFor(weak(""), true).consequence, "");
    assert.equal(noteFor(lost, true).sign, "lost");
  });
});

describe("what is said for the ear", () => {
  const notes = (/** @type {any} */ who) => [{ seat: who.seat, note: noteFor(who, true) }];

  it("is said once, however long it lasts", () => {
    const ear = new Ear();
    assert.match(ear.news(notes(weak("sending")), 0), /^Mara’s connection is weak\./);
    for (let at = 2000; at < 600_000; at += 2000) assert.equal(ear.news(notes(weak("sending")), at), "");
  });

  it("is not said again when it comes and goes, but a loss is", () => {
    const ear = new Ear();
    ear.news(notes(weak("sending")), 0);
    assert.equal(ear.news(notes(person({})), 10_000), "");
    assert.equal(ear.news(notes(weak("delay")), 20_000), "");
    assert.match(ear.news(notes(lost), 22_000), /^No connection to Mara/);
    assert.equal(ear.news(notes(weak("")), 24_000), "");
    assert.equal(ear.news(notes(lost), 26_000), "");
    assert.equal(ear.news(notes(person({})), 90_000), "");
    assert.notEqual(ear.news(notes(weak("delay")), 92_000), "");
  });

  it("tells of each person", () => {
    const other = person({ seat: "2", name: "Ida", connection: lost.connection });
    const news = new Ear().news([...notes(weak("delay")), ...notes(other)], 0);
    assert.ok(news.includes("Mara") && news.includes("Ida"));
  });
});

describe("broken sound", () => {
  const good = /** @type {const} */ ({ quality: "good", cause: "" });

  it("is not the own connection's fault while somebody else's is weak", () => {
    assert.equal(ownQuality("choppy", good, [weak("sending")]), "good");
    assert.equal(ownQuality("still", good, [lost]), "good");
    assert.equal(ownQuality("late", good, [weak("sending")]), "late");
    assert.equal(ownQuality("choppy", good, [weak("receiving")]), "choppy");
    assert.equal(ownQuality("choppy", good, [person({})]), "choppy");
    assert.equal(ownQuality("choppy", weak("receiving").connection, [weak("sending")]), "choppy");
    assert.equal(ownQuality("choppy", undefined, [weak("sending")]), "choppy");
  });
});

describe("the own bar", () => {
  const fine = /** @type {const} */ ({ line: "connected", media: "connected", quality: "good", alone: false });
  const words = (/** @type {any} */ told, quality = "good") => connectionWords(/** @type {any} */ ({ ...fine, quality, told }));

  it("also says what only the server sees", () => {
    assert.equal(words(undefined).word, "Good connection.");
    assert.equal(words({ quality: "good", cause: "" }).tone, "");
    assert.deepEqual(words({ quality: "weak", cause: "sending" }), {
      tone: "weak", sign: "weak", word: "Weak connection.",
      consequence: "The others may not catch every word. Speak a little slower.",
    });
    assert.equal(words({ quality: "weak", cause: "delay" }).word, "Slow connection.");
    assert.match(words({ quality: "good", cause: "" }, "unseen").consequence, /^Your picture is paused/);
    assert.equal(words({ quality: "lost", cause: "" }).sign, "lost");
  });

  it("keeps what the browser sees where it says more", () => {
    assert.equal(words({ quality: "weak", cause: "sending" }, "still").consequence, "The picture has stopped. You can go on talking.");
  });
});

describe("a connection after the visit", () => {
  const told = /** @type {any} */ ({
    name: "Mara", role_label: "Patient", minutes: 24, reconnections: 0, weak: 0, lost: 0, median: 42, p95: 130,
    up_loss: 0.004, down_loss: 0.02, freezes: 1, frozen: 0, concealed: 0.01, height: 360, codecs: "VP8, opus",
    path: "relay", protocol: "tls", browser: "Chrome on Android",
  });

  it("is one sentence", () => {
    assert.equal(sentenceOf(told), "24 min in the call · good connection");
    assert.equal(
      sentenceOf({ ...told, weak: 0.08, lost: 0.02, reconnections: 2 }),
      "24 min in the call · weak connection for 8% of the time · gone for 2% of it · reconnected 2 times",
    );
    assert.equal(sentenceOf({ ...told, minutes: 0 }), "1 min in the call · good connection");
  });

  it("has its numbers, and none that is not known", () => {
    const numbers = new Map(numbersOf(told));
    assert.equal(numbers.get("There and back"), "42 ms, at worst 130 ms");
    assert.equal(numbers.get("Lost on the way to us"), "0.4%");
    assert.equal(numbers.get("Way"), "Through a relay, by TLS");
    const bare = new Map(numbersOf({ ...told, median: null, p95: null, path: "", codecs: "", browser: "", height: 0 }));
    for (const word of ["There and back", "Way", "Coding", "Browser", "Largest picture"]) assert.ok(!bare.has(word));
    assert.equal(new Map(numbersOf({ ...told, path: "host", protocol: "udp" })).get("Way"), "Direct, by UDP");
  });
});
