/** Lists what this browser tried, each line as its try ends, and writes it for the network's person. */
import { ngettext, _ } from "words";
import { clockTime } from "../live/when.js";

/** @typedef {{state: "well" | "weak" | "failed" | "skipped", said: string, fix?: string}} Outcome */
/** @typedef {{title: string, attempt: () => Promise<Outcome>}} Try */

export class Found {
  #list;
  #template;
  #report;
  /** What was found, in a sentence. */
  summary = "";

  /** @param {HTMLElement} place holds the list and the template of a line @param {HTMLElement} report */
  constructor(place, report) {
    this.#list = /** @type {HTMLElement} */ (place.querySelector("[data-found]"));
    this.#template = /** @type {HTMLTemplateElement} */ (place.querySelector("template[data-one]"));
    this.#report = report;
  }

  /**
   * Makes one try after the other.
   * @param {Try[]} tries
   * @param {AbortSignal} end
   */
  async show(tries, end) {
    this.#list.replaceChildren();
    this.#list.hidden = false;
    /** @type {string[]} */
    const amiss = [];
    for (const { title, attempt } of tries) {
      const line = this.#line(title);
      const outcome = await attempt();
      if (end.aborted) return;
      fill(line, outcome);
      if (outcome.state === "weak" || outcome.state === "failed") amiss.push(`- ${title}: ${outcome.said}`);
    }
    this.summary = amiss.length === 0
      ? _("Every step works from this browser.")
      : ngettext("{count} step is closed from this browser.", "{count} steps are closed from this browser.", amiss.length);
    const when = clockTime(new Date());
    const heading = _("Tried from a browser, {time}:", { time: when });
    this.#report.textContent = amiss.length > 0 ? ["", heading, ...amiss].join("\n") : "\n" + heading + " " + _("every step works.");
  }

  /** @param {string} title */
  #line(title) {
    const copy = /** @type {DocumentFragment} */ (this.#template.content.cloneNode(true));
    const line = /** @type {HTMLElement} */ (copy.firstElementChild);
    write(line, "[data-title]", title);
    this.#list.append(copy);
    return line;
  }
}

/** @param {HTMLElement} line @param {Outcome} outcome */
function fill(line, { state, said, fix }) {
  line.dataset["state"] = state;
  for (const one of /** @type {NodeListOf<HTMLElement>} */ (line.querySelectorAll("[data-how]"))) one.hidden = one.dataset["how"] !== state;
  write(line, "[data-words]", said);
  if (fix === undefined) return;
  write(line, "[data-fix-words]", fix);
  /** @type {HTMLElement} */ (line.querySelector("[data-fix]")).hidden = false;
}

/** @param {HTMLElement} line @param {string} selector @param {string} words */
function write(line, selector, words) {
  const place = /** @type {HTMLElement} */ (line.querySelector(selector));
  place.textContent = words;
  place.hidden = false;
}
