/**
 * This page's copy of one section, and the one way its changes reach the server.
 *
 * One thing is under way at a time: a command, or everything typed meanwhile as one update. What the
 * server acknowledged is on its disk; only that counts as saved. After a break the page says what it
 * has, and the server's answer says what it is owed. Nothing is shown as saved on the page's word.
 */
import { applyUpdate, Doc, encodeStateAsUpdate, encodeStateVector, mergeUpdates } from "yjs";
import { bytesOf, textOf } from "./bytes.js";
import { Items } from "./items.js";
import { Seen } from "./seen.js";

/** @typedef {import("./items.js").Command} Command */
/** @typedef {"none" | "view" | "comment" | "edit"} Right */
/** @typedef {{by: string, at: string, reason: string} | null} Locked `reason` is "" where none was said */
/**
 * @typedef {{seq: number, epoch: number, right: Right, update: string, vector: string,
 *   items: import("./items.js").Item[], locked: Locked, quarantined: boolean}} Opened
 * @typedef {{ready: boolean, ask: (event: string, payload: Record<string, unknown>) => Promise<any>}} Way
 * @typedef {{command: Command} | {updates: Uint8Array[]}} Step one thing that waits to be sent
 * @typedef {"" | "saved" | "saving" | "unsaved" | "offline"} Standing "" until the section was first opened
 * @typedef {{reason: string, texts: string[], message: string}} Kept words of this person that were not taken
 */

/** Milliseconds after which what waits is no longer told as being saved just now. */
const SLOW = 4000;
const AGAIN = 1000;
/** Codes of the server's rules, beside those of the gate, that no other try changes. */
const FINAL = new Set(["invalid", "forbidden", "not_found"]);

/**
 * Fires `changed` when something that is shown changed, `renewed` when the document is another one,
 * `unsaved` when what waits to be sent changed, `kept` (CustomEvent of Kept), `reopen`.
 */
export class Section extends EventTarget {
  doc = new Doc();
  items = new Items();
  epoch = 0;
  /** @type {Right} */
  right = "none";
  /** @type {Locked} */
  locked = null;
  quarantined = false;
  #kind;
  #way;
  #seen = new Seen(0);
  /** @type {Step[]} */
  #waiting = [];
  /** @type {Step | null} */
  #under = null;
  #open = false;
  #begun = false;
  /** When what is under way was first sent. */
  #since = 0;
  /** Names of fields this person changed since the last time all was saved. @type {Set<string>} */
  #touched = new Set();
  /** @type {(update: Uint8Array, origin: unknown) => void} */
  #heard = (update, origin) => this.#typed(update, origin);

  /** @param {string} kind @param {Way} way */
  constructor(kind, way) {
    super();
    this.#kind = kind;
    this.#way = way;
    this.doc.on("update", this.#heard);
  }

  get kind() {
    return this.#kind;
  }

  get seq() {
    return this.#seen.seq;
  }

  get isOpen() {
    return this.#open;
  }

  /** Whether this person may write in the texts now. */
  get writable() {
    return this.right === "edit" && this.locked === null && !this.quarantined;
  }

  /** @returns {readonly Step[]} what the server has not acknowledged, oldest first */
  get unsaved() {
    return this.#under === null ? this.#waiting : [this.#under, ...this.#waiting];
  }

  /** @returns {Command[]} */
  get commands() {
    return this.unsaved.flatMap((step) => ("command" in step ? [step.command] : []));
  }

  /** @returns {Standing} */
  get standing() {
    if (!this.#begun) return "";
    const waits = this.unsaved.length > 0;
    if (!this.#open) return waits ? "unsaved" : "offline";
    if (!waits) return "saved";
    return this.#since > 0 && performance.now() - this.#since > SLOW ? "unsaved" : "saving";
  }

  /** @returns {{kind: string, client: number, vector?: string, epoch?: number}} what opening asks with */
  get asked() {
    const first = { kind: this.#kind, client: this.doc.clientID };
    return this.epoch === 0 ? first : { ...first, vector: textOf(encodeStateVector(this.doc)), epoch: this.epoch };
  }

  /** @param {string} field @returns {import("yjs").Text} */
  text(field) {
    return this.doc.getText(`t:${field}`);
  }

  /** @returns {string} what the two ends compare of the texts: each that is in sight and not empty, by name */
  get told() {
    const names = new Set(this.items.seenWith().filter((one) => !one.archived).map((one) => one.id));
    return [...this.doc.share.keys()]
      .filter((name) => names.has(name.slice(2, name.lastIndexOf("."))))
      .sort()
      .map((name) => [name, this.doc.getText(name).toString()])
      .flatMap(([name, text]) => (text === "" ? [] : [`${name}\0${text}\0`]))
      .join("");
  }

  /** @returns {Record<string, string>} the texts that hold what is not saved, as the person sees them */
  touched() {
    return Object.fromEntries([...this.#touched].map((name) => [name, this.doc.getText(name).toString()]));
  }

  /** The line is gone: what was under way may have arrived or not. */
  lost() {
    this.#open = false;
    if (this.#under !== null) this.#waiting.unshift(this.#under);
    this.#under = null;
    this.#tell();
  }

  /** Takes in the answer to opening. @param {Opened} told */
  opened(told) {
    if (this.epoch !== 0 && told.epoch !== this.epoch) {
      this.renew("epoch");
      this.dispatchEvent(new Event("reopen")); // the new copy writes under a client id of its own
      return;
    }
    if (this.#under !== null) this.#waiting.unshift(this.#under);
    this.#under = null;
    this.epoch = told.epoch;
    this.#state(told);
    this.items = new Items(told.items);
    this.#seen = new Seen(told.seq);
    applyUpdate(this.doc, bytesOf(told.update), this);
    this.#owe(bytesOf(told.vector));
    this.#open = this.#begun = true;
    this.#tell();
    this.#send();
  }

  /** @param {{from: number, to: number, updates: string[]}} told rows of other people, or of this page */
  hear({ from, to, updates }) {
    if (!this.#open) return;
    this.doc.transact(() => {
      for (const one of updates) applyUpdate(this.doc, bytesOf(one), this);
    }, this);
    this.#got(from, to);
  }

  /** @param {{seq: number, command: Command, by: string}} told */
  hearCommand({ seq, command, by }) {
    if (!this.#open) return;
    this.items.apply(command, seq, by);
    this.#got(seq, seq);
    this.#tell();
  }

  /** @param {{seq: number, locked: Locked}} told */
  hearLock({ seq, locked }) {
    if (!this.#open) return;
    this.#state({ locked });
    this.#got(seq, seq);
    this.#tell();
  }

  /** @param {Partial<Pick<Opened, "right" | "locked" | "quarantined">>} told */
  #state({ right = this.right, locked = this.locked, quarantined = this.quarantined }) {
    this.right = right;
    this.locked = locked;
    this.quarantined = quarantined;
  }

  /** @param {Right} right */
  allowed(right) {
    this.#state({ right });
    this.#tell();
  }

  /** Does a command: here at once, there as soon as it can be sent. @param {Omit<Command, "id">} deed */
  act(deed) {
    this.#waiting.push({ command: { id: crypto.randomUUID(), ...deed } });
    this.#tell();
    this.#send();
  }

  /** Sends again commands of an earlier page of this person. @param {readonly Command[]} commands */
  resume(commands) {
    this.#waiting.push(...commands.map((command) => ({ command })));
    this.#tell();
    this.#send();
  }

  /**
   * Begins with an empty copy; what was not saved is handed out, never merged into another history.
   * @param {string} reason @param {string} [message]
   */
  renew(reason, message = "") {
    const texts = Object.values(this.touched()).filter((one) => one.trim() !== "");
    for (const { values } of this.commands) {
      texts.push(...Object.values(values ?? {}).filter((one) => typeof one === "string" && one.includes(" ")).map(String));
    }
    const lost = this.unsaved.length > 0;
    this.doc.off("update", this.#heard);
    this.doc.destroy();
    this.doc = new Doc();
    this.doc.on("update", this.#heard);
    this.items = new Items();
    this.#waiting = [];
    this.#under = null;
    this.#touched.clear();
    this.epoch = 0;
    this.#open = false;
    this.dispatchEvent(new Event("renewed"));
    this.#tell();
    if (lost) this.dispatchEvent(new CustomEvent("kept", { detail: { reason, texts, message } }));
  }

  stop() {
    this.doc.destroy();
  }

  /** @param {Uint8Array} update @param {unknown} origin */
  #typed(update, origin) {
    if (origin === this) return;
    for (const [name, type] of this.doc.share) {
      if (this.#changes.has(type)) this.#touched.add(name);
    }
    this.#changes.clear();
    const last = this.#waiting.at(-1);
    if (last !== undefined && "updates" in last) last.updates.push(update);
    else this.#waiting.push({ updates: [update] });
    this.#tell();
    this.#send();
  }

  /** Types that the person changed in the transaction that is ending. @type {Set<unknown>} */
  #changes = new Set();

  /** Says that a person's change of a text is about to be told. @param {import("yjs").Text} text */
  touch(text) {
    this.#changes.add(text);
  }

  /** Puts what the server does not have in line. @param {Uint8Array} vector */
  #owe(vector) {
    const owed = encodeStateAsUpdate(this.doc, vector);
    const hadTexts = this.#waiting.some((step) => "updates" in step);
    if (this.commands.length > 0 && hadTexts) return; // the order between both matters: all goes again as it was
    this.#waiting = this.#waiting.filter((step) => "command" in step);
    // An update begins with the number of clients whose pieces it brings; what is deleted it always tells whole.
    if (hadTexts || owed[0] !== 0) this.#waiting.push({ updates: [owed] });
  }

  #send() {
    if (!this.#open || this.#under !== null || !this.#way.ready) return;
    const step = this.#waiting.shift();
    if (step === undefined) return;
    this.#under = step;
    if (this.#since === 0) this.#since = performance.now();
    if ("command" in step) void this.#ask(step, "command", { ...step.command });
    else {
      if (step.updates.length > 1) step.updates = [mergeUpdates(step.updates)];
      void this.#ask(step, "update", { update: textOf(/** @type {Uint8Array} */ (step.updates[0])) });
    }
  }

  /** @param {Step} step @param {string} event @param {Record<string, unknown>} payload */
  async #ask(step, event, payload) {
    try {
      const { seq } = await this.#way.ask(event, { section: this.#kind, ...payload });
      if (step !== this.#under) return; // a newer opening settles it
      this.#under = null;
      if ("command" in step) this.items.apply(step.command, seq);
      this.#since = this.#waiting.length > 0 ? performance.now() : 0;
      if (this.#waiting.length === 0) this.#touched.clear();
      this.#got(seq, seq);
      this.#tell();
      this.#send();
    } catch (error) {
      if (step === this.#under) this.#refused(error);
    }
  }

  /** @param {unknown} error */
  #refused(error) {
    const { code = "", fields = {}, message = "" } =
      /** @type {{code?: string, fields?: Record<string, unknown>, message?: string}} */ (error);
    if (fields["class"] === "final" || FINAL.has(code)) {
      this.renew(String(fields["reason"] ?? ""), message);
      this.dispatchEvent(new Event("reopen"));
      return;
    }
    if (this.#under !== null) this.#waiting.unshift(this.#under);
    this.#under = null;
    if (fields["class"] === "resync") {
      this.#open = false;
      this.#tell();
      this.dispatchEvent(new Event("reopen"));
      return;
    }
    // Too fast, or it could not be stored: the same again, later.
    this.#open = false;
    this.#tell();
    setTimeout(() => this.dispatchEvent(new Event("reopen")), AGAIN);
  }

  /** @param {number} from @param {number} to */
  #got(from, to) {
    this.#seen.add(from, to);
    // The missing row may be the one that is under way.
    if (this.#seen.gap && this.#under === null && this.#open) this.dispatchEvent(new Event("reopen"));
  }

  #tell() {
    if (this.unsaved.length === 0) this.#since = 0;
    this.dispatchEvent(new Event("unsaved"));
    this.dispatchEvent(new Event("changed"));
  }
}
