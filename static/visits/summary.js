/** Saves the summary of a visit by itself, lets a host decide and publish, and loses nothing of another host. */
import { post } from "../live/http.js";
import { Refused } from "../live/refusal.js";
import { _ } from "words";
import { showAgreed } from "./agreed.js";
import { merge, pick } from "./merge.js";
import { part, picture, write } from "./parts.js";
import { SummaryForm } from "./summaryform.js";
import { IntoPlan } from "./intoplan.js";
import { factRow, gradeWords, offlineWords, publishedWords, stateWords, theirWords } from "./summarywords.js";

/** Milliseconds of silence after which what was written is saved, and until a lost save is tried again. */
const PAUSE = 800;
const AGAIN = 5000;

/**
 * @typedef {import("./merge.js").Written} Written
 * @typedef {Written & {
 *   visit: string, patient: string, parts: {name: string, title: string, lines: string[]}[],
 *   revision: number, grade: number | null, decided_at: string | null, decided_by: string,
 *   may_write: boolean, ended: boolean, quiet: boolean,
 *   published: {at: string, by: string, version: number, stands: boolean} | null,
 *   preview: import("./agreed.js").Agreed,
 *   plan: import("./intoplan.js").Standing | null,
 * }} Told
 */

export class Summary {
  #element;
  #visit;
  /** @type {SummaryForm} */
  #form;
  #plan;
  /** @type {Told} what the server said last */
  #told;
  /** @type {Written} what the server has, as this page knows it */
  #base;
  /** @type {{theirs: Written, clashes: (keyof Written)[], revision: number} | null} */
  #clash = null;
  /** The save that is on its way. @type {Promise<void> | null} */
  #saving = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #listening = new AbortController();

  /** @param {HTMLElement} element the part with `data-summary` */
  constructor(element) {
    this.#element = element;
    this.#told = JSON.parse(element.dataset["told"] ?? "{}");
    this.#visit = this.#told.visit;
    this.#base = written(this.#told);
    const form = /** @type {HTMLFormElement} */ (part(element, "[data-summary-form]"));
    this.#form = new SummaryForm(form, () => this.#changed());
    this.#plan = new IntoPlan(form, () => this.refresh());
    const { signal } = this.#listening;
    const early = this.#form.typed();
    this.#form.write({ ...this.#base, ...early });
    form.addEventListener("input", () => this.#changed(), { signal });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#decide();
    }, { signal });
    addEventListener("online", () => void this.save(), { signal });
    addEventListener("pagehide", () => void this.save(), { signal });
    addEventListener("beforeunload", (event) => {
      if (this.#unsaved) event.preventDefault();
    }, { signal });
    this.#press("[data-preview]", () => this.#preview());
    this.#press("[data-publish]", () => this.#publish());
    this.#press("dialog [data-close]", () => this.#dialog.close());
    this.#press("[data-both]", () => this.#settle("both"));
    this.#press("[data-mine]", () => this.#settle("mine"));
    this.#press("[data-theirs]", () => this.#settle("theirs"));
    this.#show();
    this.#restore(early);
    if (this.#unsaved) this.#changed();
  }

  stop = () => {
    clearTimeout(this.#timer);
    this.#plan.stop();
    this.#listening.abort();
  };

  /** Asks what happened until now; what is being written stays. */
  async refresh() {
    try {
      const answer = await fetch(`/visits/${this.#visit}/summary.json`, { credentials: "same-origin", cache: "no-store" });
      if (answer.ok) this.#hear(await answer.json());
    } catch {
      // No line: what stands here stays.
    }
  }

  /** Sends what is not saved yet. */
  async save() {
    clearTimeout(this.#timer);
    while (this.#saving !== null) await this.#saving;
    if (!this.#unsaved || this.#clash !== null) return;
    await this.#send(false);
  }

  /** @param {boolean} decide @returns {Promise<boolean>} whether it was taken */
  async #send(decide) {
    const sent = this.#form.read();
    let taken = false;
    const go = async () => {
      this.#state("saving");
      const { due, ...rest } = sent;
      try {
        const revision = this.#told.revision;
        const into_plan = decide && this.#plan.wanted(sent);
        const told = await post(`/visits/${this.#visit}/summary`, { ...rest, due: due || null, revision, decide, into_plan });
        this.#form.blame({});
        this.#base = sent;
        this.#told = told;
        taken = true;
        this.#show();
        this.#state(this.#unsaved ? "unsaved" : "saved");
        if (this.#unsaved) this.#later(PAUSE);
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        this.#refused(error, decide);
      }
      this.#keep();
    };
    this.#saving = go();
    try {
      await this.#saving;
    } finally {
      this.#saving = null;
    }
    return taken;
  }

  async #decide() {
    clearTimeout(this.#timer);
    while (this.#saving !== null) await this.#saving;
    if (this.#clash === null) await this.#send(true);
  }

  async #preview() {
    await this.save();
    if (this.#unsaved) return; // it says itself why
    showAgreed(part(this.#dialog, "[data-agreed]"), this.#told.preview);
    write(part(this.#dialog, "[data-preview-words]"), this.#hindrance());
    part(this.#dialog, "[data-publish]").hidden = this.#hindrance() !== "";
    this.#dialog.showModal();
  }

  /** @returns {string} why it cannot be published yet, or nothing */
  #hindrance() {
    if (!this.#told.ended) return _("You can publish it when the visit has ended.");
    if (this.#told.decided_at === null) return _("Please decide first what happens next.");
    return "";
  }

  async #publish() {
    try {
      this.#hear(await post(`/visits/${this.#visit}/summary/publish`, { revision: this.#told.revision }));
      this.#dialog.close();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      write(part(this.#dialog, "[data-preview-words]"), error.passing ? offlineWords() : error.message);
    }
  }

  #changed() {
    this.#keep();
    this.#form.fold();
    this.#state(navigator.onLine ? "unsaved" : "offline");
    this.#later(PAUSE);
  }

  /** @param {Refused} error @param {boolean} decide */
  #refused(error, decide) {
    const { revision } = error.fields;
    if (error.code === "conflict" && typeof revision === "number") {
      this.#meet(written(/** @type {any} */ (error.fields)), revision);
      return;
    }
    this.#state(error.code === "disconnected" ? "offline" : "unsaved");
    if (error.code === "invalid") this.#form.blame(/** @type {Record<string, string>} */ (error.fields));
    else if (decide) void this.#tell(error);
    if (error.passing) this.#later(AGAIN);
  }

  /** @param {Refused} error why it was not decided */
  async #tell(error) {
    // What is not theirs to do is no longer offered, and what was said of it stays.
    if (error.code === "forbidden") await this.refresh();
    write(part(this.#element, "[data-decided]"), error.passing ? offlineWords() : error.message);
  }

  /** Somebody else saved: takes what only they changed, and asks about the rest. @param {Written} theirs @param {number} revision */
  #meet(theirs, revision) {
    const { merged, clashes } = merge(this.#base, this.#form.read(), theirs);
    this.#told.revision = revision;
    this.#base = theirs;
    this.#form.write(merged);
    if (clashes.length === 0) {
      this.#state("unsaved");
      this.#later(0);
      return;
    }
    this.#clash = { theirs, clashes, revision };
    part(this.#element, "[data-both]").hidden = !clashes.includes("agreed");
    write(part(this.#element, "[data-summary-other]"), theirWords(theirs, clashes, this.#form.ownerOf(theirs)));
    part(this.#element, "[data-summary-conflict]").hidden = false;
    this.#state("unsaved");
  }

  /** @param {"both" | "mine" | "theirs"} which */
  #settle(which) {
    if (this.#clash === null) return;
    const { theirs, clashes } = this.#clash;
    const mine = this.#form.read();
    const taken = which === "theirs" ? pick(clashes, theirs) : {};
    const both = which === "both" ? { agreed: `${theirs.agreed}\n\n${mine.agreed}` } : {};
    this.#clash = null;
    part(this.#element, "[data-summary-conflict]").hidden = true;
    this.#form.write({ ...mine, ...taken, ...both });
    part(this.#form.element, "[name=agreed]").focus();
    this.#changed();
    void this.save();
  }

  /** @param {Told} told */
  #hear(told) {
    const clean = !this.#unsaved && this.#clash === null && this.#saving === null;
    const revision = this.#told.revision;
    this.#told = told;
    if (clean) {
      this.#base = written(told);
      this.#form.write(this.#base);
    } else this.#told.revision = revision; // what is being written goes on from what it began on
    this.#show();
  }

  #show() {
    const { parts, decided_at, decided_by, grade, published, quiet, patient } = this.#told;
    part(this.#element, "[data-summary-parts]").replaceChildren(...parts.map(factRow));
    const decided = part(this.#element, "[data-decided]");
    decided.classList.toggle("state--good", decided_at !== null);
    decided.replaceChildren(...(decided_at === null ? [] : [picture("circle-check"), _("Decided by {name}", { name: decided_by })]));
    write(part(this.#element, "[data-grade]"), gradeWords(grade));
    part(this.#element, "[data-quiet]").hidden = !quiet;
    write(part(this.#element, "[data-published]"), publishedWords(published, patient));
    this.#form.fold();
    this.#plan.show(this.#told.plan);
  }

  get #unsaved() {
    return JSON.stringify(this.#form.read()) !== JSON.stringify(this.#base);
  }

  /** Unsaved words outlive a reload in this tab, and nothing else: the computer may be shared. */
  #keep() {
    const key = `rounds.summary.${this.#visit}`;
    const kept = { written: this.#form.read(), base: this.#base, revision: this.#told.revision };
    if (this.#unsaved) sessionStorage.setItem(key, JSON.stringify(kept));
    else sessionStorage.removeItem(key);
  }

  /** @param {Partial<Written>} early typed since, which counts */
  #restore(early) {
    const kept = sessionStorage.getItem(`rounds.summary.${this.#visit}`);
    if (kept === null) return;
    const { written: mine, base, revision } = JSON.parse(kept);
    this.#form.write({ ...mine, ...early });
    this.#base = base;
    this.#told.revision = revision;
  }

  /** @param {number} milliseconds */
  #later(milliseconds) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.save(), milliseconds);
  }

  /** @param {string} selector @param {() => unknown} act */
  #press(selector, act) {
    part(this.#element, selector).addEventListener("click", () => void act(), { signal: this.#listening.signal });
  }

  /** @param {"saved" | "saving" | "unsaved" | "offline"} state */
  #state(state) {
    const [icon, words] = stateWords(state);
    const place = part(this.#element, "[data-summary-state]");
    if (place.dataset["now"] === state) return;
    place.dataset["now"] = state;
    place.classList.toggle("state--good", state === "saved");
    place.classList.toggle("state--attention", state === "offline");
    place.replaceChildren(picture(icon), words);
  }

  /** @returns {HTMLDialogElement} */
  get #dialog() {
    return /** @type {HTMLDialogElement} */ (part(this.#element, "dialog"));
  }
}

/** @param {Written} told @returns {Written} what a host can write of it, always in one order */
function written({ next_step, owner, due, nothing, reason, agreed }) {
  return { next_step, owner, due, nothing, reason, agreed };
}

/**
 * @param {HTMLElement} root
 * @returns {Summary | null} the summary of the page, for a host who writes it
 */
export function startSummary(root) {
  const element = root.querySelector("[data-summary]");
  return element instanceof HTMLElement && element.querySelector("form") ? new Summary(element) : null;
}
