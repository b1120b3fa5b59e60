/** The live plan on a page: starts what shows it, and keeps what is not saved yet. */
import { line } from "../live/socket.js";
import { bytesOf } from "./bytes.js";
import { IdleCheck } from "./idlecheck.js";
import { KeptWords } from "./kept.js";
import { leftOf, Outbox } from "./outbox.js";
import { part, write } from "./parts.js";
import { Plan } from "./plan.js";
import { Presence } from "./presence.js";
import { between } from "./newitem.js";
import { rebase } from "./edits.js";
import { SectionView } from "./sectionview.js";
import { _ } from "words";

/**
 * @typedef {{name: string, label: string}} TextName
 * @typedef {{kind: string, title: string, main: string, texts: TextName[], private: boolean, fields: import("./fields.js").Field[]}} Shape
 * @typedef {{words: string, day: string, url: string}} Came where an entry came from: no address where it may not be followed
 * @typedef {{patient: string, door: Record<string, string>, me: string, secret: string, may_lock: boolean, tasks: string,
 *   origins: Record<string, Came>, named: {id: string, name: string, role: string}[], sections: Shape[]}} Settings
 * @typedef {{
 *   me: string,
 *   people: import("./fields.js").Choice[],
 *   cameFrom: (origin: string) => Came | undefined,
 *   taskOf: (kind: string, item: string) => string,
 *   nameOf: (person: string) => string,
 *   shapeOf: (kind: string) => Shape,
 *   tell: (words: string) => void,
 *   lock: (kind: string, lock: boolean, reason?: string) => Promise<void>,
 *   move: (section: import("./section.js").Section, item: string, by: number) => void,
 *   watch: (box: HTMLTextAreaElement, section: import("./section.js").Section, field: string, text: import("yjs").Text) => {element: HTMLElement, stop: () => void},
 *   look: (words: HTMLElement, section: import("./section.js").Section, field: string, text: import("yjs").Text) => {element: HTMLElement, stop: () => void},
 * }} Around what the parts of the page share
 */

/** @param {HTMLElement} element holds `templates/careplan/live.html` @returns {() => void} ends it */
export function start(element) {
  const page = new PlanPage(part(element, "[data-plan]"));
  return () => page.stop();
}

class PlanPage {
  #root;
  #settings;
  #plan;
  #kept;
  #presence;
  /** @type {Map<string, SectionView>} */
  #views = new Map();
  /** @type {Outbox | null} */
  #outbox = null;
  /** Origins that were asked for since the plan was opened. @type {Set<string>} */
  #unknown = new Set();
  #check;
  #warned = false;
  #done = new AbortController();

  /** @param {HTMLElement} root */
  constructor(root) {
    this.#root = root;
    const settings = /** @type {Settings} */ (JSON.parse(root.dataset["plan"] ?? "{}"));
    this.#settings = settings;
    root.removeAttribute("data-plan"); // half of a key does not stay in the page
    root.setAttribute("data-plan-live", "");
    const plan = (this.#plan = new Plan(settings.patient, settings.sections.map((one) => one.kind), settings.door));
    this.#kept = new KeptWords(part(root, "[data-kept-list]"));
    const around = this.#around();
    this.#presence = new Presence(plan, root, around);
    for (const shape of settings.sections) {
      const section = plan.sections.get(shape.kind);
      const place = root.querySelector(`[data-section="${shape.kind}"]`);
      if (section === undefined || !(place instanceof HTMLElement)) continue;
      this.#views.set(shape.kind, new SectionView(place, section, shape, around));
      section.addEventListener("unsaved", () => this.#outbox?.keep(shape.kind, leftOf(section)));
    }
    this.#check = new IdleCheck(plan);
    this.#listen();
    this.#line(_("Opening the plan…"));
    plan.begin();
  }

  stop() {
    this.#done.abort();
    this.#presence.stop();
    this.#check.stop();
    for (const view of this.#views.values()) view.stop();
    this.#outbox?.stop();
    this.#plan.stop();
  }

  #listen() {
    const { signal } = this.#done;
    const plan = this.#plan;
    plan.addEventListener("opened", () => this.#opened());
    plan.addEventListener("kept", (event) => {
      const { kind, ...kept } = /** @type {CustomEvent} */ (event).detail;
      this.#kept.show(this.#shape(kind).title, kept);
    });
    plan.addEventListener("gone", (event) => this.#gone(/** @type {CustomEvent<string>} */ (event).detail));
    plan.addEventListener("refused", () => this.#line(_("The plan is not open to you now.")));
    line.addEventListener("changed", () => this.#showLine(), { signal });
    addEventListener("beforeunload", (event) => {
      // What is kept in this browser comes back by itself; what is not would be lost.
      if (plan.unsaved && this.#outbox === null) event.preventDefault();
    }, { signal });
    for (const form of document.querySelectorAll('form[action$="/sign-out"]')) {
      form.addEventListener("submit", (event) => this.#leaving(event), { signal });
    }
  }

  #opened() {
    this.#unknown.clear();
    this.#showLine();
    this.#presence.arrive();
    for (const view of this.#views.values()) view.refresh();
    if (this.#outbox === null && !this.#begun) void this.#bringBack();
  }

  #begun = false;

  /** Finds what an earlier page of this person could not save. */
  async #bringBack() {
    this.#begun = true;
    const { me, patient, secret } = this.#settings;
    this.#outbox = await Outbox.begin(`${me} ${patient}`, secret);
    if (this.#outbox === null) return;
    this.#outbox.onKept = (count) => void this.#root.toggleAttribute("data-kept", count > 0);
    for (const section of this.#plan.sections.values()) {
      const left = leftOf(section);
      if (left !== null) this.#outbox.keep(section.kind, left);
    }
    await this.#outbox.takeOver((left) => this.#resume(left));
  }

  /** @param {import("./outbox.js").Left} left */
  #resume(left) {
    const section = this.#plan.sections.get(left.kind);
    const touch = (/** @type {import("yjs").Text} */ text) => section?.touch(text);
    if (section !== undefined && section.epoch === left.epoch && section.right !== "view") {
      section.resume(left.commands);
      if (left.updates.length === 0) return;
      if (section.writable && rebase(section.doc, left.updates.map(bytesOf), touch)) return;
    }
    this.#kept.show(this.#shape(left.kind).title, { reason: section === undefined ? "gone" : "", texts: left.texts, message: "" });
  }

  /** @param {string} kind */
  #gone(kind) {
    this.#views.get(kind)?.stop();
    this.#views.delete(kind);
    this.#outbox?.keep(kind, null);
    document.querySelector(`[data-nav="${kind}"]`)?.remove();
    this.#tell(_("A part of the plan is no longer open to you."));
  }

  /** Nobody signs out with words that are nowhere else, unless they say so a second time. @param {Event} event */
  #leaving(event) {
    if (!this.#plan.unsaved || this.#warned) {
      void this.#outbox?.wipe();
      return;
    }
    event.preventDefault();
    this.#warned = true;
    for (const section of this.#plan.sections.values()) {
      const texts = Object.values(section.touched());
      if (section.unsaved.length === 0) continue;
      const message = _("This is not saved yet. Signing out deletes it from this device. To do that, press Sign out once more.");
      this.#kept.show(this.#shape(section.kind).title, { reason: "leaving", texts, message });
    }
  }

  #showLine() {
    this.#line(line.state === "connected" ? _("Open for writing together") : _("No connection. What you write stays here and is saved when the connection is back."));
  }

  /** @param {string} words */
  #line(words) {
    write(part(this.#root, "[data-plan-line]"), words);
  }

  /** @param {string} words */
  #tell(words) {
    write(part(this.#root, "[data-told]"), words);
  }

  /** @param {string} origin as an entry names it @returns {Came | undefined} undefined when this person learns nothing of it */
  #cameFrom(origin) {
    const { origins } = this.#settings;
    if (Object.hasOwn(origins, origin)) return origins[origin];
    // It came in since the page was made: that is asked once, and shown when it is known.
    if (origin !== "" && line.state === "connected" && !this.#unknown.has(origin)) {
      this.#unknown.add(origin);
      void this.#learn();
    }
    return undefined;
  }

  /** @param {string} kind @param {string} item @returns {string} where a task is made of an entry: nowhere for who may not, or of the team's notes */
  #taskOf(kind, item) {
    const { tasks } = this.#settings;
    if (tasks === "" || this.#shape(kind).private) return "";
    return `${tasks}?${new URLSearchParams({ origin_kind: "plan", origin_id: `${kind}/${item}` })}`;
  }

  async #learn() {
    const learnt = await this.#plan.origins();
    Object.assign(this.#settings.origins, learnt);
    if (Object.keys(learnt).length > 0) for (const view of this.#views.values()) view.refresh();
  }

  /** @param {string} kind @returns {Shape} */
  #shape(kind) {
    const found = this.#settings.sections.find((one) => one.kind === kind);
    if (found === undefined) throw new Error(`The page has no section ${kind}`);
    return found;
  }

  /** @returns {Around} */
  #around() {
    const { me, named } = this.#settings;
    return {
      me,
      people: named.map(({ id, name }) => ({ value: id, label: name })),
      cameFrom: (origin) => this.#cameFrom(origin),
      taskOf: (kind, item) => this.#taskOf(kind, item),
      nameOf: (person) => this.#plan.people[person]?.name ?? named.find((one) => one.id === person)?.name ?? _("Somebody"),
      shapeOf: (kind) => this.#shape(kind),
      tell: (words) => this.#tell(words),
      lock: (kind, lock, reason) => this.#plan.lock(kind, lock, reason),
      move: (section, item, by) => this.#move(section, item, by),
      watch: (box, section, field, text) => this.#presence.watch(box, section.kind, field, text),
      look: (words, section, field, text) => this.#presence.look(words, section.kind, field, text),
    };
  }

  /** @param {import("./section.js").Section} section @param {string} item @param {number} by one up or down */
  #move(section, item, by) {
    const { main } = this.#shape(section.kind);
    const all = section.items.seenWith(section.commands).filter((one) => one.kind === main && !one.archived);
    const at = all.findIndex((one) => one.id === item);
    const to = at + by;
    if (at < 0 || to < 0 || to >= all.length) return;
    const [before, after] = by < 0 ? [all[to - 1], all[to]] : [all[to], all[to + 1]];
    section.act({ op: "rank", item, rank: between(before?.rank ?? "", after?.rank ?? "") });
  }
}
