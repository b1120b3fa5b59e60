/** Offers to put the next step of a visit into the care plan, and tells how far it came. */
import { part, write } from "./parts.js";

/** @typedef {{standing: string, words: string, may: boolean, url: string}} Standing */

/** Milliseconds until it is asked whether what is on its way has come; what takes longer is seen on the next visit. */
const ASKS = [1000, 4000, 15_000];

export class IntoPlan {
  #form;
  #ask;
  #asked = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {HTMLElement} form @param {() => Promise<void>} ask asks anew how it stands */
  constructor(form, ask) {
    this.#form = form;
    this.#ask = ask;
    // It is no word of the summary, and is not saved by itself.
    this.#tick?.addEventListener("input", (event) => event.stopPropagation());
  }

  stop() {
    clearTimeout(this.#timer);
  }

  /** @param {import("./merge.js").Written} written @returns {boolean} whether it is to be put there with the decision */
  wanted({ nothing }) {
    return !nothing && this.#tick?.checked === true;
  }

  /** @param {Standing | null} plan null for who does not read that part of the plan */
  show(plan) {
    const offer = this.#form.querySelector("[data-into-plan]");
    const standing = this.#form.querySelector("[data-plan-standing]");
    const may = plan?.may === true;
    if (offer instanceof HTMLElement) offer.hidden = !may;
    if (!may && this.#tick !== null) this.#tick.checked = false;
    if (standing instanceof HTMLElement) {
      standing.hidden = plan === null || plan.words === "";
      write(part(standing, "[data-plan-words]"), plan?.words ?? "");
    }
    clearTimeout(this.#timer);
    const wait = plan?.standing === "waits" ? ASKS[this.#asked] : undefined;
    if (wait === undefined) return;
    this.#timer = setTimeout(() => {
      this.#asked += 1;
      void this.#ask();
    }, wait);
  }

  /** @returns {HTMLInputElement | null} */
  get #tick() {
    return this.#form.querySelector("[name=into_plan]");
  }
}
