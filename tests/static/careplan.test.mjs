import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { applyUpdate, Doc, encodeStateAsUpdate, encodeStateVector } from "../../static/node_modules/yjs/dist/yjs.mjs";
import { bytesOf, textOf } from "../../static/careplan/bytes.js";
import { cleaned, editBetween, movedBy, rebase } from "../../static/careplan/edits.js";
import { Items } from "../../static/careplan/items.js";
import { between, LONGEST } from "../../static/careplan/newitem.js";
import { Section } from "../../static/careplan/section.js";
import { Seen } from "../../static/careplan/seen.js";

/** Numbers that look like chance and are the same each time. @param {number} seed */
function dice(seed) {
  let state = seed;
  return (/** @type {number} */ sides) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

const LETTERS = ["a", "b", " ", "\n", "é", "👩", "📊", "ع", "\u200d"];
const halves = /\p{Surrogate}/u;

describe("the edit between two texts", () => {
  it("makes the one of the other and parts no character", () => {
    const roll = dice(7);
    for (let round = 0; round < 4000; round += 1) {
      const [before, after] = [0, 1].map(() => Array.from({ length: roll(7) }, () => LETTERS[roll(LETTERS.length)]).join(""));
      const edit = editBetween(before, after);
      if (edit === null) {
        assert.equal(before, after);
        continue;
      }
      const [start, middle, end] = [before.slice(0, edit.at), edit.inserted, before.slice(edit.at + edit.removed)];
      assert.equal(start + middle + end, after);
      for (const piece of [start, middle, end, before.slice(edit.at, edit.at + edit.removed)]) assert.doesNotMatch(piece, halves);
    }
  });

  it("leaves out what a plan does not hold", () => {
    assert.equal(cleaned("a\u0000b\r\nc\ud83d\u001b👩"), "ab\nc👩");
  });

  it("keeps a place on its words when others write before it, and not when after it", () => {
    assert.equal(movedBy(3, [{ retain: 1 }, { insert: "xx" }]), 5);
    assert.equal(movedBy(3, [{ retain: 3 }, { insert: "xx" }]), 3);
    assert.equal(movedBy(3, [{ retain: 1 }, { delete: 5 }]), 1);
    assert.equal(movedBy(3, [{ delete: 2 }, { insert: "q" }]), 2);
  });
});

describe("ranks", () => {
  it("are between their neighbours wherever one is put", () => {
    const roll = dice(3);
    const ranks = [between("", "")];
    for (let count = 0; count < 200; count += 1) {
      const at = roll(ranks.length + 1);
      const made = between(ranks[at - 1] ?? "", ranks[at] ?? "");
      assert.match(made, /^[0-9a-z]{0,31}[1-9a-z]$/);
      ranks.splice(at, 0, made);
    }
    assert.deepEqual(ranks, ranks.toSorted((one, other) => (one < other ? -1 : 1)));
    assert.equal(new Set(ranks).size, ranks.length);
  });

  it("stay short when all is added at the end, and come to an end for equal neighbours", () => {
    let last = "";
    for (let count = 0; count < 300; count += 1) last = between(last, "");
    assert.ok(last.length <= LONGEST, last);
    assert.ok(between("m", "m") > "m");
  });
});

describe("rows", () => {
  it("are missed when a later one is here first", () => {
    const seen = new Seen(4);
    seen.add(6, 7);
    assert.ok(seen.gap);
    seen.add(5, 5);
    assert.ok(!seen.gap);
    assert.equal(seen.seq, 7);
    seen.add(3, 7);
    assert.equal(seen.seq, 7);
  });
});

describe("items", () => {
  it("show what is not on the disk yet, and take a command that is told twice once", () => {
    const items = new Items();
    const add = { id: "1", op: /** @type {const} */ ("add"), item: "g1", kind: "goal", rank: "m" };
    assert.deepEqual(items.seenWith([add], "me").map((one) => [one.id, one.by]), [["g1", "me"]]);
    assert.deepEqual(items.seenWith(), []);
    items.apply(add, 3);
    items.apply({ id: "2", op: "set", item: "g1", values: { status: "open" } }, 4);
    items.apply({ id: "2", op: "set", item: "g1", values: { status: "reached" } }, 4);
    assert.equal(items.seenWith()[0]?.values["status"], "open");
    items.apply({ id: "3", op: "archive", item: "g1" }, 5);
    assert.ok(items.seenWith()[0]?.archived);
    assert.ok(!items.seenWith([{ id: "4", op: "restore", item: "g1" }])[0]?.archived);
  });
});

/** One section as a server has it: a log, and pages it tells. */
class Server {
  doc = new Doc();
  seq = 0;
  epoch = 1;
  /** @type {Map<string, number>} */
  done = new Map();
  /** @type {any[]} */
  items = [];
  /** @type {Set<Page>} */
  pages = new Set();
  /** @type {(page: Page, event: string, payload: any) => unknown} throws what the server refuses */
  gate = () => undefined;
  updates = 0;

  /** @param {any} asked */
  opened(asked) {
    return {
      seq: this.seq, epoch: this.epoch, right: /** @type {const} */ ("edit"), items: this.items, locked: null, quarantined: false,
      update: textOf(encodeStateAsUpdate(this.doc, asked.vector && asked.epoch === this.epoch ? bytesOf(asked.vector) : undefined)),
      vector: textOf(encodeStateVector(this.doc)),
    };
  }

  /** @param {Page} page @param {string} event @param {any} payload */
  take(page, event, payload) {
    this.gate(page, event, payload);
    if (event === "command") {
      if (this.done.has(payload.id)) return { seq: this.done.get(payload.id) };
      this.seq += 1;
      this.done.set(payload.id, this.seq);
      const items = new Items(this.items);
      items.apply(payload, this.seq, page.name);
      this.items = items.seenWith();
      for (const one of this.pages) if (one !== page) one.tell((section) => section.hearCommand({ seq: this.seq, command: payload, by: page.name }));
      return { seq: this.seq };
    }
    this.updates += 1;
    this.seq += 1;
    applyUpdate(this.doc, bytesOf(payload.update));
    const row = { from: this.seq, to: this.seq, updates: [payload.update] };
    for (const one of this.pages) if (one !== page) one.tell((section) => section.hear(row));
    return { seq: this.seq };
  }
}

/** A page with a line that can be cut before or after what it carries has arrived. */
class Page {
  ready = false;
  /** @type {any[]} */
  kept = [];
  /** @type {"none" | "asking" | "answer"} what the next question loses */
  loses = "none";
  /** @type {(() => void)[]} answers on their way */
  #answers = [];

  /** @param {Server} server @param {string} name */
  constructor(server, name) {
    this.server = server;
    this.name = name;
    this.section = new Section("goals", this);
    this.section.addEventListener("reopen", () => queueMicrotask(() => this.ready && this.open()));
    this.section.addEventListener("kept", (event) => this.kept.push(/** @type {CustomEvent} */ (event).detail));
  }

  open() {
    this.ready = true;
    this.server.pages.add(this);
    this.section.opened(this.server.opened(this.section.asked));
  }

  cut() {
    this.ready = false;
    this.server.pages.delete(this);
    this.#answers = [];
    this.section.lost();
  }

  /** @param {(section: Section) => void} say */
  tell(say) {
    if (this.ready) say(this.section);
  }

  /** @param {string} event @param {Record<string, unknown>} payload */
  async ask(event, payload) {
    if (this.loses === "asking") return new Promise(() => {});
    const answer = this.server.take(this, event, payload);
    if (this.loses === "answer") return new Promise(() => {});
    await new Promise((resolve) => this.#answers.push(() => resolve(undefined)));
    return answer;
  }

  /** Lets all answers arrive, also those to what is sent because of them. */
  async settle() {
    for (let round = 0; round < 50; round += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      for (const answer of this.#answers.splice(0)) answer();
    }
  }

  /** @param {string} words @param {number} [at] */
  type(words, at) {
    const text = this.section.text("g1.text");
    this.section.touch(text);
    text.insert(at ?? text.length, words);
  }

  get words() {
    return this.section.text("g1.text").toString();
  }
}

describe("a section", () => {
  it("sends one thing at a time and the rest as one, and is saved when it is on the disk", async () => {
    const server = new Server();
    const page = new Page(server, "ann");
    page.open();
    assert.equal(page.section.standing, "saved");
    for (const letter of "walk to the harbour") page.type(letter);
    assert.equal(page.section.standing, "saving");
    await page.settle();
    assert.equal(page.section.standing, "saved");
    assert.equal(server.updates, 2);
    assert.equal(server.doc.getText("t:g1.text").toString(), "walk to the harbour");
  });

  it("brings what two wrote without a line together, every word once", async () => {
    const server = new Server();
    const [ann, bea] = [new Page(server, "ann"), new Page(server, "bea")];
    for (const page of [ann, bea]) page.open();
    ann.type("walk ");
    await ann.settle();
    for (const page of [ann, bea]) page.cut();
    ann.type("each day ");
    bea.type("Please ", 0);
    assert.equal(ann.section.standing, "unsaved");
    bea.open();
    ann.open();
    for (const page of [ann, bea]) await page.settle();
    assert.deepEqual([ann.words, bea.words, server.doc.getText("t:g1.text").toString()], Array(3).fill("Please walk each day "));
    assert.deepEqual([ann.section.standing, bea.section.standing], ["saved", "saved"]);
  });

  for (const loses of /** @type {const} */ (["asking", "answer"])) {
    it(`writes nothing twice when the ${loses} is lost`, async () => {
      const server = new Server();
      const page = new Page(server, "ann");
      page.open();
      page.loses = loses;
      page.section.act({ op: "add", item: "g1", kind: "goal", rank: "m" });
      page.type("every");
      await page.settle();
      page.cut();
      page.type(" word");
      assert.equal(page.section.standing, "unsaved");
      page.loses = "none";
      page.open();
      await page.settle();
      assert.equal(page.section.standing, "saved");
      assert.equal(server.doc.getText("t:g1.text").toString(), "every word");
      assert.deepEqual(server.items.map((one) => one.id), ["g1"]);
      assert.equal(server.done.size, 1);
    });
  }

  it("opens anew when a row is missing", async () => {
    const server = new Server();
    const [ann, bea] = [new Page(server, "ann"), new Page(server, "bea")];
    for (const page of [ann, bea]) page.open();
    bea.ready = false; // what is told to it is lost, and it does not know
    ann.type("one ");
    await ann.settle();
    bea.ready = true;
    ann.type("two");
    await ann.settle();
    await bea.settle();
    assert.equal(bea.words, "one two");
  });

  it("hands out the words that are refused for good, and goes on with what the server has", async () => {
    const server = new Server();
    const page = new Page(server, "ann");
    page.open();
    page.type("allowed");
    await page.settle();
    server.gate = () => {
      throw Object.assign(new Error(""), { message: "", fields: { class: "final", reason: "forbidden" } });
    };
    page.type(", not allowed");
    await page.settle();
    assert.deepEqual(page.kept, [{ reason: "forbidden", texts: ["allowed, not allowed"], message: "" }]);
    assert.equal(page.words, "allowed");
    assert.equal(page.section.standing, "saved");
  });

  it("never merges into another history", async () => {
    const server = new Server();
    const page = new Page(server, "ann");
    page.open();
    page.type("old history");
    await page.settle();
    page.cut();
    page.type(", unsaved");
    server.doc = new Doc();
    server.doc.getText("t:g1.text").insert(0, "new history");
    server.epoch = 2;
    page.open();
    await page.settle();
    assert.equal(page.words, "new history");
    assert.equal(server.doc.getText("t:g1.text").toString(), "new history");
    assert.deepEqual(page.kept.map((one) => one.texts), [["old history, unsaved"]]);
  });

  it("says nothing is safe that the server could not store, and tries again", async () => {
    const server = new Server();
    const page = new Page(server, "ann");
    page.open();
    let refusals = 1;
    server.gate = () => {
      if (refusals-- > 0) throw Object.assign(new Error(""), { fields: { class: "retry", reason: "storage" } });
    };
    page.type("kept");
    await page.settle();
    assert.equal(page.section.standing, "unsaved");
    await new Promise((resolve) => page.section.addEventListener("reopen", resolve, { once: true }));
    await page.settle();
    assert.equal(page.section.standing, "saved");
    assert.equal(server.doc.getText("t:g1.text").toString(), "kept");
  });
});

describe("what a closed page left", () => {
  it("is written once, also when it had arrived, and between what others wrote since", () => {
    const server = new Doc();
    const old = new Doc();
    server.getText("t:g1.text").insert(0, "walk");
    applyUpdate(old, encodeStateAsUpdate(server));
    /** @type {Uint8Array[]} */
    const left = [];
    old.on("update", (update) => left.push(update));
    old.getText("t:g1.text").insert(4, " daily");
    server.getText("t:g1.text").insert(0, "Please ");
    for (const arrived of [false, true]) {
      const doc = new Doc();
      applyUpdate(doc, encodeStateAsUpdate(server));
      if (arrived) for (const one of left) applyUpdate(doc, one);
      assert.ok(rebase(doc, left, () => {}));
      assert.equal(doc.getText("t:g1.text").toString(), "Please walk daily");
    }
  });

  it("is not guessed at when it builds on what is not there", () => {
    const old = new Doc();
    old.getText("t:g1.text").insert(0, "first");
    /** @type {Uint8Array[]} */
    const left = [];
    old.on("update", (update) => left.push(update));
    old.getText("t:g1.text").insert(5, " second");
    const doc = new Doc();
    assert.ok(!rebase(doc, left, () => {}));
    assert.equal(doc.share.size, 0);
  });
});
