/** Saves what somebody says after a visit tap by tap, and says truly whether it is saved. */
import { post } from "../live/http.js";
import { Refused } from "../live/refusal.js";
import { dayAndTime } from "../live/when.js";
import { _ } from "../live/words.js";

/** @typedef {{questions: string[], until: string, problems: string[], words: string} & Record<string, unknown>} Asked */

class Experience {
  #form;
  #state;
  #path;
  /** One after the other, so that the last tap is what stands. @type {Promise<void>} */
  #queue = Promise.resolve();
  #listening = new AbortController();
  #seen = new MutationObserver(() => this.#appear());
  #asked = false;

  /** @param {HTMLFormElement} form */
  constructor(form) {
    this.#form = form;
    this.#path = form.getAttribute("action") ?? "";
    this.#state = /** @type {HTMLElement} */ (form.querySelector("[data-part=experience-state]"));
  }

  open() {
    const { signal } = this.#listening;
    this.#form.addEventListener("change", (event) => this.#changed(event), { signal });
    this.#form.addEventListener("input", (event) => {
      if (event.target instanceof HTMLTextAreaElement) this.#say(_("Not saved yet."));
    }, { signal });
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#save(this.#everything());
    }, { signal });
    const view = this.#form.closest("[data-view]");
    if (view !== null) this.#seen.observe(view, { attributes: true, attributeFilter: ["hidden"] });
    this.#appear();
  }

  stop() {
    this.#listening.abort();
    this.#seen.disconnect();
  }

  /** Asks the server, once the visit is over, what this person is asked and has answered before. */
  #appear() {
    const view = this.#form.closest("[data-view]");
    if (this.#asked || (view instanceof HTMLElement && view.hidden)) return;
    this.#asked = true;
    void this.#ask();
  }

  async #ask() {
    try {
      const answer = await fetch(this.#path, { headers: { Accept: "application/json" }, cache: "no-store" });
      if (answer.ok) this.#show(await answer.json());
    } catch {
      // The form stands as it is, and says itself when something cannot be saved.
    }
  }

  /** @param {Asked} asked */
  #show(asked) {
    for (const set of /** @type {NodeListOf<HTMLElement>} */ (this.#form.querySelectorAll("[data-question]"))) {
      const name = set.dataset["question"] ?? "";
      if (name !== "problems" && !asked.questions.includes(name)) set.remove();
      for (const input of set.querySelectorAll("input")) {
        if (name === "problems") input.checked = asked.problems.includes(input.value);
        else if (asked[name] !== null) input.checked = input.value === asked[name];
      }
    }
    const words = this.#words();
    if (words.value === "") words.value = asked.words;
  }

  /** @param {Event} event */
  #changed(event) {
    const { target } = event;
    if (target instanceof HTMLTextAreaElement) this.#save({ words: target.value });
    if (!(target instanceof HTMLInputElement)) return;
    if (target.type === "radio") {
      this.#save({ [target.name]: target.value });
      return;
    }
    // "Nothing" and anything that is named cannot both be true; the last tap counts.
    for (const box of this.#boxes()) {
      if (target.checked && box !== target && (box.value === "nothing") !== (target.value === "nothing")) box.checked = false;
    }
    this.#save({ problems: this.#problems() });
  }

  /** @returns {Record<string, unknown>} */
  #everything() {
    /** @type {Record<string, unknown>} */
    const told = { problems: this.#problems(), words: this.#words().value };
    for (const input of this.#form.querySelectorAll("input")) {
      if (input.type === "radio" && input.checked) told[input.name] = input.value;
    }
    return told;
  }

  /** @param {Record<string, unknown>} told */
  #save(told) {
    this.#say(_("Saving…"));
    this.#queue = this.#queue.then(async () => {
      try {
        const { until } = await post(this.#path, told);
        this.#say(_("Saved. Thank you. You can change it until {when}.", { when: dayAndTime(until) }));
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        this.#say(error.message || _("This was not saved. Please press “Save my answers” once more."));
      }
    });
  }

  #boxes() {
    return [...this.#form.querySelectorAll("input")].filter((one) => one.type === "checkbox");
  }

  /** @returns {string[]} */
  #problems() {
    return this.#boxes().filter((one) => one.checked).map((one) => one.value);
  }

  #words() {
    return /** @type {HTMLTextAreaElement} */ (this.#form.querySelector("textarea"));
  }

  /** @param {string} words */
  #say(words) {
    if (this.#state.textContent !== words) this.#state.textContent = words;
  }
}

/** @param {HTMLElement} element the form */
export function start(element) {
  const experience = new Experience(/** @type {HTMLFormElement} */ (element));
  experience.open();
  return () => experience.stop();
}
