/**
 * The card for danger: where the patient is, what number, whom to call; beside the call, which goes on.
 *
 * It is asked for when the page opens, so that it is there when the line is gone, again when the
 * patient tells where they are and when it is opened; what is shown says from when it is.
 */
import { clockTime } from "../live/when.js";
import { personOf } from "../rooms/people.js";
import { patientOf } from "../rooms/state.js";
import { _ } from "words";
import { part, write } from "./parts.js";

/**
 * @typedef {{name: string, face: string | null, role_label: string, on_call: boolean, numbers: string[]}} Reachable
 * @typedef {{
 *   patient: {name: string, born: string, numbers: string[]},
 *   where: {place: string, call_back: string, told_at: string} | null,
 *   clinic: {name: string, phone: string},
 *   help: {number: string, text: string, reviewed_on: string | null}[],
 *   colleagues: Reachable[], family: Reachable[],
 * }} Card
 */

export class Emergency {
  #element;
  #button;
  #visit;
  #asked = 0;
  /** What the patient told of place and number, as far as this page knows. */
  #told = "";
  #listening = new AbortController();

  /** @param {HTMLElement} element the card @param {HTMLElement} button opens and closes it @param {string} visit */
  constructor(element, button, visit) {
    this.#element = element;
    this.#button = button;
    this.#visit = visit;
    const { signal } = this.#listening;
    button.addEventListener("click", () => this.#toggle(element.hasAttribute("hidden")), { signal });
    part(element, "[data-emergency-close]").addEventListener("click", () => this.#toggle(false), { signal });
    element.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.#toggle(false);
    }, { signal });
    void this.#ask();
  }

  /** Asks anew once the patient tells where they are. @param {import("../rooms/state.js").RoomState} state */
  follow(state) {
    const found = patientOf(state)?.check_in;
    if (!found) return;
    part(this.#element, "[data-emergency-unsafe]").hidden = found.safe !== "no" && found.left_at === null;
    const told = JSON.stringify([found.place, found.phone]);
    if (told === this.#told) return;
    this.#told = told;
    void this.#ask();
  }

  stop() {
    this.#listening.abort();
  }

  /** @param {boolean} open */
  #toggle(open) {
    this.#element.hidden = !open;
    this.#button.setAttribute("aria-expanded", String(open));
    if (open) {
      part(this.#element, "h2").focus();
      void this.#ask();
    } else {
      this.#button.focus();
    }
  }

  async #ask() {
    const turn = ++this.#asked;
    try {
      const answer = await fetch(`/visits/${this.#visit}/emergency.json`, { credentials: "same-origin", cache: "no-store" });
      if (answer.ok && turn === this.#asked) this.#show(await answer.json());
    } catch {
      // The line is gone: what was asked for before stays, with its time.
    }
  }

  /** @param {Card} card */
  #show({ patient, where, clinic, help, colleagues, family }) {
    write(part(this.#element, "[data-emergency-since]"), _("As of {time}", { time: clockTime(new Date()) }));
    write(part(this.#element, "[data-emergency-where]"), where?.place
      ? _("{place} (told at {time})", { place: where.place, time: clockTime(where.told_at) })
      : _("Where {name} is now has not been told. Ask: where are you right now?", { name: patient.name }));
    const numbers = [...new Set([...(where?.call_back ? [where.call_back] : []), ...patient.numbers])];
    part(this.#element, "[data-emergency-patient]").replaceChildren(
      ...(numbers.length > 0 ? numbers.map((number) => call(number, patient.name)) : [words(_("We have no number of {name}.", { name: patient.name }))]),
    );
    part(this.#element, "[data-emergency-help]").replaceChildren(...help.map(helpRow));
    part(this.#element, "[data-emergency-colleagues]").replaceChildren(
      ...colleagues.map((one) => reachable(one)), row(clinic.name, call(clinic.phone, clinic.name)),
    );
    const kin = part(this.#element, "[data-emergency-family]");
    kin.replaceChildren(...family.map((one) => reachable(one)));
    kin.parentElement?.toggleAttribute("hidden", family.length === 0);
  }
}

/** @param {Card["help"][number]} help @returns {HTMLElement} */
function helpRow({ text, number }) {
  return row(text, ...(number ? [call(number, _("help in danger"))] : []));
}

/** @param {Reachable} one @returns {HTMLElement} */
function reachable(one) {
  const role = one.on_call ? _("{role}, on call now", { role: one.role_label }) : one.role_label;
  const item = document.createElement("li");
  item.className = "emergency__row";
  const numbers = one.numbers.map((number) => call(number, one.name));
  item.append(personOf(one, role), ...(numbers.length > 0 ? numbers : [words(_("No number. Ring the clinic."))]));
  return item;
}

/** @param {string} text @param {HTMLElement[]} calls @returns {HTMLElement} */
function row(text, ...calls) {
  const item = document.createElement("li");
  item.className = "emergency__row";
  item.append(words(text), ...calls);
  return item;
}

/** @param {string} number @param {string} name @returns {HTMLAnchorElement} one press calls */
function call(number, name) {
  const link = document.createElement("a");
  link.className = "btn btn--small";
  link.href = `tel:${number.replaceAll(" ", "")}`;
  link.setAttribute("aria-label", _("Call {name}: {number}", { name, number }));
  const shown = document.createElement("bdi");
  shown.dir = "ltr";
  shown.textContent = number;
  link.append(shown);
  return link;
}

/** @param {string} text @returns {HTMLElement} */
function words(text) {
  const told = document.createElement("span");
  told.textContent = text;
  return told;
}
