/** Keeps up to date who is on call, where nobody will be, and the visits one helps with. */
import { _ } from "words";
import { Day, timeOf } from "./day.js";

export class Helping {
  #body;
  /** @type {Day | null} */
  #day = null;

  /** @param {HTMLElement} body */
  constructor(body) {
    this.#body = body;
    const list = this.#find("[data-everybody]");
    const parts = body.querySelector("template[data-parts]");
    if (list && parts instanceof HTMLTemplateElement) this.#day = new Day(list, parts, false);
  }

  /**
   * @param {import("./day.js").TodayVisit[]} everybody
   * @param {string[]} onCall names
   * @param {{begins: string, ends: string}[]} gaps
   */
  show(everybody, onCall, gaps) {
    this.#hide("[data-on-call]", onCall.length === 0);
    this.#write("[data-on-call-names]", onCall.join(", "));
    this.#hide("[data-gap]", gaps.length === 0);
    if (gaps[0]) this.#write("[data-gap-words]", next(gaps[0].begins));
    this.#hide("[data-everybody]", everybody.length === 0);
    this.#hide("[data-others-none]", everybody.length > 0);
    this.#write("[data-others-count]", String(everybody.length));
    this.#day?.show(everybody);
  }

  /** Moves the clocks of those who wait. */
  tick() {
    this.#day?.tick();
  }

  /** @param {string} selector @param {boolean} hidden */
  #hide(selector, hidden) {
    this.#find(selector)?.toggleAttribute("hidden", hidden);
  }

  /** @param {string} selector @param {string} words */
  #write(selector, words) {
    const found = this.#find(selector);
    if (found && found.textContent !== words) found.textContent = words;
  }

  /** @param {string} selector @returns {HTMLElement | null} */
  #find(selector) {
    return this.#body.querySelector(selector);
  }
}

/** @param {string} begins in ISO 8601 with the clinic's offset @returns {string} */
function next(begins) {
  const day = new Intl.DateTimeFormat(document.documentElement.lang, { weekday: "long", day: "numeric", month: "long", timeZone: "UTC" });
  const when = day.format(new Date(`${begins.slice(0, 10)}T12:00:00Z`));
  return _("The next gap begins: {when}, {time}", { when, time: timeOf(begins) });
}
