/** Keeps in sight who waits and writes, who wants to be called, and who did not come. */
import { post } from "../live/http.js";
import { Refused } from "../live/refusal.js";
import { dayAndTime } from "../live/when.js";
import { doorNote } from "../rooms/doornote.js";
import { _, ngettext } from "words";
import { timeOf } from "./day.js";
import { whoWaits } from "./knocking.js";

/**
 * @typedef {{
 *   visit: string, url: string, patient: string, start: string, waiting: string[],
 *   said: {name: string, text: string, at: string}[],
 *   calls: {name: string, number: string, state: "asked" | "speaking", unsafe: boolean}[],
 * }} AtTheDoor
 * @typedef {{visit: string, patient: string, start: string, tried: string}} Missed
 * @typedef {{visit: string, url: string, patient: string, start: string, ended: string}} Unfinished
 * @typedef {{door: AtTheDoor[], missed: Missed[], unfinished: Unfinished[], late: number[]}} Asked
 */

export class Asks {
  #root;

  /** @param {HTMLElement} root holds the lists and their parts */
  constructor(root) {
    this.#root = root;
    this.show(JSON.parse(root.dataset["asked"] ?? "{}"));
  }

  /** @param {Asked} asked */
  show({ door, missed, unfinished, late }) {
    this.#part("[data-door]").hidden = door.length === 0;
    rows(this.#part("[data-door-list]"), door, () => this.#copy("[data-door-part]"), (row, one) => this.#fillDoor(row, one, late));
    this.#part("[data-missed]").hidden = missed.length === 0;
    rows(this.#part("[data-missed-list]"), missed, () => this.#copy("[data-missed-part]"), fillMissed);
    this.#part("[data-unfinished]").hidden = unfinished.length === 0;
    const title = ngettext("{count} summary to finish", "{count} summaries to finish", unfinished.length);
    write(this.#root, "[data-unfinished-title]", title);
    rows(this.#part("[data-unfinished-list]"), unfinished, () => this.#copy("[data-unfinished-part]"), fillUnfinished);
  }

  /** @param {HTMLElement} row @param {AtTheDoor} one @param {number[]} late minutes to choose from */
  #fillDoor(row, one, late) {
    const told = JSON.stringify(one);
    if (row.dataset["shown"] === told) return;
    row.dataset["shown"] = told;
    write(row, "[data-name]", one.patient);
    write(row, "[data-when]", timeOf(one.start));
    write(row, "[data-waiting]", one.waiting.length === 0 ? "" : whoWaits(one.waiting));
    find(row, "[data-calls]").replaceChildren(...one.calls.map(callRow));
    find(row, "[data-said]").replaceChildren(...one.said.map(saidRow));
    const group = find(row, "[data-late]");
    group.setAttribute("aria-label", _("Tell {name} how late you are", { name: one.patient }));
    if (group.querySelector("button")) return;
    group.append(...late.map((minutes) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn--small";
      button.textContent = _("{minutes} min", { minutes });
      button.addEventListener("click", () => void this.#late(one, minutes));
      return button;
    }));
  }

  /** @param {AtTheDoor} one @param {number} minutes */
  async #late(one, minutes) {
    let words = _("{name} can read that you are late by {minutes} minutes.", { name: one.patient, minutes });
    try {
      await post(`/visits/${one.visit}/tell`, { preset: "late", minutes, key: crypto.randomUUID() });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      words = error.passing ? _("That did not reach the server. Try again in a moment.") : error.message;
    }
    write(this.#root, "[data-door-told]", words);
  }

  /** @param {string} selector @returns {HTMLElement} a fresh copy of a template's one element */
  #copy(selector) {
    const template = this.#root.querySelector(`template${selector}`);
    const first = template instanceof HTMLTemplateElement ? template.content.firstElementChild : null;
    if (first === null) throw new Error(`The page has no template ${selector}`);
    return /** @type {HTMLElement} */ (first.cloneNode(true));
  }

  /** @param {string} selector */
  #part(selector) {
    return find(this.#root, selector);
  }
}

/**
 * Makes a list match, row by row; what is being written in a row that stays is kept.
 * @template {{visit: string}} T
 * @param {HTMLElement} list
 * @param {T[]} things
 * @param {() => HTMLElement} make
 * @param {(row: HTMLElement, thing: T) => void} fill
 */
function rows(list, things, make, fill) {
  const known = new Map([...list.children].map((row) => [/** @type {HTMLElement} */ (row).dataset["key"], /** @type {HTMLElement} */ (row)]));
  const wanted = things.map((thing) => {
    const row = known.get(thing.visit) ?? make();
    row.dataset["key"] = thing.visit;
    fill(row, thing);
    return row;
  });
  for (const row of known.values()) if (!wanted.includes(row)) row.remove();
  wanted.forEach((row, at) => {
    if (list.children[at] !== row) list.insertBefore(row, list.children[at] ?? null);
  });
}

/** @param {HTMLElement} row @param {Missed} one */
function fillMissed(row, one) {
  write(row, "[data-name]", one.patient);
  write(row, "[data-when]", timeOf(one.start));
  write(row, "[data-tried]", one.tried);
  /** @type {HTMLFormElement} */ (find(row, "form")).setAttribute("action", `/visits/${one.visit}/missed`);
  find(row, "input").id = `missed-${one.visit}`;
  find(row, "label").setAttribute("for", `missed-${one.visit}`);
}

/** @param {HTMLElement} row @param {Unfinished} one */
function fillUnfinished(row, one) {
  write(row, "[data-name]", one.patient);
  write(row, "[data-when]", dayAndTime(one.start));
  find(row, "[data-finish]").setAttribute("href", one.url);
}

/** @param {AtTheDoor["calls"][number]} call @returns {HTMLElement} */
function callRow({ name, number, state, unsafe }) {
  const row = document.createElement("p");
  row.className = "small row";
  const words = document.createElement("span");
  words.textContent = state === "asked" ? _("{name} asks to be called", { name }) : _("On the phone with {name}", { name });
  row.append(words);
  if (unsafe) {
    const warning = document.createElement("strong");
    warning.textContent = _("It may not be safe to ring: write first.");
    row.append(warning);
  }
  if (number === "") return row;
  const link = document.createElement("a");
  link.className = "btn btn--small";
  link.href = `tel:${number}`;
  link.dir = "ltr";
  link.textContent = number;
  row.append(link);
  return row;
}

/** @param {AtTheDoor["said"][number]} said @returns {HTMLElement} */
function saidRow({ name, text, at }) {
  const row = doorNote(_("{name}, {time}", { name, time: timeOf(at) }), text);
  row.classList.add("small");
  return row;
}

/** @param {ParentNode} root @param {string} selector @returns {HTMLElement} */
function find(root, selector) {
  const found = root.querySelector(selector);
  if (!(found instanceof HTMLElement)) throw new Error(`The page has no ${selector}`);
  return found;
}

/** @param {ParentNode} root @param {string} selector @param {string} words */
function write(root, selector, words) {
  const element = find(root, selector);
  if (element.textContent !== words) element.textContent = words;
}
