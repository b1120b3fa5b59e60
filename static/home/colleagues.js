/** Shows who of the clinic is free, in a visit or away now. */
import { personOf } from "../rooms/people.js";
import { _ } from "words";
import { timeOf } from "./day.js";

/**
 * @typedef {{
 *   name: string, role_label: string, face: string | null, now: "in_visit" | "booked" | "free" | "away",
 *   until: string | null,
 * }} Colleague
 */

export class Colleagues {
  #root;
  #list;

  /** @param {HTMLElement} root holds the list and the icons */
  constructor(root) {
    this.#root = root;
    this.#list = /** @type {HTMLElement} */ (root.querySelector("[data-colleagues-list]"));
    const told = this.#list.dataset["shown"] ?? "[]";
    this.#list.dataset["shown"] = "";
    this.show(JSON.parse(told));
  }

  /** @param {Colleague[]} colleagues */
  show(colleagues) {
    const told = JSON.stringify(colleagues);
    if (this.#list.dataset["shown"] === told) return;
    this.#list.dataset["shown"] = told;
    this.#root.hidden = colleagues.length === 0;
    this.#list.replaceChildren(...colleagues.map((one) => {
      const row = document.createElement("li");
      row.className = "row row--spread";
      const [icon, words, tone] = wordsOf(one);
      const state = document.createElement("span");
      state.className = `state${tone}`;
      const told = document.createElement("span");
      told.textContent = words;
      state.append(this.#picture(icon), told);
      row.append(personOf(one, one.role_label), state);
      return row;
    }));
  }

  /** @param {string} name @returns {Node} */
  #picture(name) {
    const store = /** @type {HTMLTemplateElement} */ (this.#root.querySelector("template[data-icons]"));
    const found = store.content.querySelector(`[data-icon="${name}"] > svg`);
    if (found === null) throw new Error(`The page has no icon ${name}`);
    return found.cloneNode(true);
  }
}

/** @param {Colleague} one @returns {[string, string, string]} icon, words and tone */
function wordsOf({ now, until }) {
  const time = until === null ? "" : timeOf(until);
  switch (now) {
    case "in_visit":
      return ["video", _("In a visit"), " state--attention"];
    case "booked":
      return ["clock", _("Has a visit until {time}", { time }), " state--attention"];
    case "free":
      return ["circle-check", time ? _("Free until {time}", { time }) : _("Free"), " state--good"];
    default:
      return ["circle-dashed", time ? _("Away until {time}", { time }) : _("Away"), ""];
  }
}
