/** The fields of a summary: read, written, folded; common steps and dates by one press. */
import { part, write } from "./parts.js";

/** @typedef {import("./merge.js").Written} Written */

const DAY = 86_400_000;

export class SummaryForm {
  /** @type {HTMLFormElement} */
  element;

  /** @param {HTMLFormElement} form @param {() => void} onChanged after a press that filled something in */
  constructor(form, onChanged) {
    this.element = form;
    form.addEventListener("click", (event) => {
      const button = event.target instanceof Element ? event.target.closest("button") : null;
      const { step, days, dueIn } = button?.dataset ?? {};
      if (step !== undefined) this.#take(step, Number(days));
      else if (dueIn !== undefined) this.#input("due").value = dateIn(Number(dueIn));
      else return;
      onChanged();
    });
  }

  /** @returns {Written} */
  read() {
    return {
      next_step: this.#input("next_step").value,
      owner: this.#input("owner").value,
      due: this.#input("due").value,
      nothing: this.#input("nothing").checked,
      reason: this.#input("reason").value,
      agreed: this.#input("agreed").value,
    };
  }

  /** @returns {Partial<Written>} what stands in the fields before anything was written there: a page is typed in before its scripts run */
  typed() {
    return Object.fromEntries(Object.entries(this.read()).filter(([, value]) => value !== "" && value !== false));
  }

  /** Writes only what is another one, so that a cursor stays where it is. @param {Written} values */
  write({ nothing, ...texts }) {
    for (const [name, text] of Object.entries(texts)) {
      const field = this.#input(name);
      if (field.value !== text) field.value = text;
    }
    this.#input("nothing").checked = nothing;
    this.fold();
  }

  /** "Nothing further" and a next step do not stand beside each other. */
  fold() {
    const { nothing } = this.read();
    part(this.element, "[data-further]").hidden = nothing;
    part(this.element, "[data-why]").hidden = !nothing;
  }

  /** Shows what is missing beside each field; the first one takes the focus. @param {Record<string, string>} faults */
  blame(faults) {
    /** @type {HTMLElement[]} */
    const wrong = [];
    for (const place of /** @type {NodeListOf<HTMLElement>} */ (this.element.querySelectorAll("[data-error]"))) {
      const name = place.dataset["error"] ?? "";
      const words = faults[name] ?? "";
      place.hidden = words === "";
      write(place, words);
      const field = this.#input(name);
      if (words === "") field.removeAttribute("aria-invalid");
      else {
        field.setAttribute("aria-invalid", "true");
        wrong.push(field);
      }
    }
    wrong[0]?.focus();
  }

  /** @param {Written} one @returns {string} the owner's name and role as the list shows them */
  ownerOf({ owner }) {
    const list = /** @type {HTMLSelectElement} */ (part(this.element, "[name=owner]"));
    return owner === "" ? "" : [...list.options].find((choice) => choice.value === owner)?.text ?? "";
  }

  /** @param {string} step @param {number} days until it is usually due */
  #take(step, days) {
    this.#input("next_step").value = step;
    if (this.#input("due").value === "") this.#input("due").value = dateIn(days);
  }

  /** @param {string} name @returns {HTMLInputElement} a field; texts and lists have a value as well */
  #input(name) {
    return /** @type {HTMLInputElement} */ (part(this.element, `[name="${name}"]`));
  }
}

/** @param {number} days @returns {string} that day from today here, such as "2026-12-24" */
function dateIn(days) {
  const now = new Date();
  const noon = Date.UTC(now.getFullYear(), now.getMonth(), now.getDate(), 12);
  return new Date(noon + days * DAY).toISOString().slice(0, 10);
}
