/** Shows what was agreed in a visit, and keeps it fresh while the page is looked at. */
import { personOf } from "../rooms/people.js";
import { clockTime } from "../live/when.js";
import { _ } from "../live/words.js";

/** Milliseconds between two looks for something new to read. */
const LOOK = 60_000;

/**
 * @typedef {{
 *   agreed: string, step: string, nothing: boolean, reason: string, due: string,
 *   owner: {name: string, face: string | null, role_label: string, you: boolean} | null,
 * }} Version
 * @typedef {Version & {
 *   written: boolean, corrected: boolean, before: Version[],
 *   booked: {at: string, day: string, clock: string, minutes: number, ics: string} | null,
 * }} Agreed
 */

/**
 * @param {HTMLElement} root the part with `data-agreed`
 * @param {Agreed} told
 */
export function showAgreed(root, told) {
  part(root, "[data-agreed-waiting]").hidden = told.written;
  const step = part(root, "[data-agreed-step]");
  step.hidden = told.step === "";
  write(part(step, "[data-words]"), told.step);
  part(step, "[data-due]").hidden = told.due === "";
  write(part(step, "[data-day]"), told.due);
  const owner = part(step, "[data-owner]");
  owner.hidden = part(step, "[data-whose]").hidden = told.owner === null;
  owner.replaceChildren(...(told.owner ? [personOf(told.owner, told.owner.you ? _("That is you") : told.owner.role_label)] : []));
  const nothing = part(root, "[data-agreed-nothing]");
  nothing.hidden = !told.nothing;
  write(part(nothing, "[data-words]"), told.reason);
  showBooked(part(root, "[data-agreed-booked]"), told.booked);
  const words = part(root, "[data-agreed-words]");
  words.hidden = told.agreed === "";
  write(part(words, "[data-words]"), told.agreed);
  part(root, "[data-agreed-corrected]").hidden = told.before.length === 0;
  part(root, "[data-agreed-before]").replaceChildren(...told.before.map(beforeRow));
}

/** @param {HTMLElement} place @param {Agreed["booked"]} booked a visit, in the time of this device */
function showBooked(place, booked) {
  place.hidden = booked === null;
  if (booked === null) return;
  for (const time of place.querySelectorAll("time")) time.dateTime = booked.at;
  write(part(place, "[data-day]"), localDay(booked.at));
  write(part(place, "[data-clock]"), clockTime(booked.at));
  /** @type {HTMLAnchorElement} */ (part(place, "[data-ics]")).href = booked.ics;
}

/** @param {string} moment @returns {string} such as "Thursday, 24 December 2026" */
function localDay(moment) {
  const language = document.documentElement.lang || undefined;
  return new Intl.DateTimeFormat(language, { weekday: "long", day: "numeric", month: "long", year: "numeric" }).format(new Date(moment));
}

/** @param {Version} version @returns {HTMLElement} what stood there before, in short */
function beforeRow({ agreed, step, nothing, reason, due, owner }) {
  const row = document.createElement("li");
  row.className = "stack stack--tight";
  const decision = nothing
    ? _("Nothing further is planned now.") + " " + reason
    : [step, due, owner?.name ?? ""].filter((one) => one !== "").join(", ");
  for (const [words, style] of [[decision, ""], [agreed, "agreed__text"]]) {
    if (!words) continue;
    const line = document.createElement("p");
    line.className = style ?? "";
    line.textContent = words;
    row.append(line);
  }
  return row;
}

/** Asks what there is to read, at once and as long as the page is in sight. */
export class AgreedPage {
  #root;
  #path;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #clock;
  #shown = "";
  #listening = new AbortController();

  /** @param {HTMLElement} root @param {string} invitation */
  constructor(root, invitation) {
    this.#root = root;
    this.#path = `/j/${invitation}/agreed.json`;
  }

  start() {
    if (this.#clock !== undefined) return;
    this.#clock = setInterval(() => void this.#look(), LOOK);
    document.addEventListener("visibilitychange", () => void this.#look(), { signal: this.#listening.signal });
    void this.#look();
  }

  stop() {
    clearInterval(this.#clock);
    this.#listening.abort();
  }

  async #look() {
    if (document.hidden) return;
    /** @type {Response} */
    let answer;
    try {
      answer = await fetch(this.#path, { credentials: "same-origin", cache: "no-store" });
    } catch {
      return; // no line: what is shown stays, and the next look asks again
    }
    if ([404, 410].includes(answer.status)) {
      this.stop();
      location.reload(); // the seven days are over: the page says so itself
    }
    if (!answer.ok) return;
    const text = await answer.text();
    if (text === this.#shown) return; // what a screen reader has read is not read again
    this.#shown = text;
    showAgreed(this.#root, JSON.parse(text));
  }
}

/**
 * @param {HTMLElement} view
 * @param {string} invitation
 * @returns {AgreedPage | null} what was agreed, where the guest may read it
 */
export function agreedPage(view, invitation) {
  const root = view.querySelector("[data-agreed]");
  return root instanceof HTMLElement ? new AgreedPage(root, invitation) : null;
}

/** @param {ParentNode} root @param {string} selector @returns {HTMLElement} */
function part(root, selector) {
  const found = root.querySelector(selector);
  if (!(found instanceof HTMLElement)) throw new RangeError(`no part ${selector}`);
  return found;
}

/** @param {HTMLElement} element @param {string} words */
function write(element, words) {
  if (element.textContent !== words) element.textContent = words;
}
