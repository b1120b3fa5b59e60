/**
 * The questions for safety, one at a time, while somebody waits: each answer counts when it is given.
 *
 * The server keeps the answers, so that a reload goes on with the first question that is open.
 */
import { post } from "../live/http.js";
import { Refused } from "../live/refusal.js";
import { _ } from "../live/words.js";
import { toldWords } from "./told.js";
import { onPress, part, write } from "./views.js";

/**
 * @typedef {import("../rooms/state.js").CheckIn} CheckIn
 * @typedef {import("./told.js").Question} Question
 */

/** In this order: the first decides how all others are asked. @type {Question[]} */
const QUESTIONS = ["safe", "place", "phone", "company"];

export class Questions {
  #root;
  #path;
  #onSafe;
  #hint;
  /** @type {CheckIn | null} */
  #told = null;
  /** Those that were left out for now. @type {Set<Question>} */
  #skipped = new Set();
  /** The one that is changed, or gone back to. @type {Question | null} */
  #chosen = null;
  #listening = new AbortController();

  /**
   * @param {HTMLElement} root `templates/visits/questions.html`
   * @param {{invitation: string, onSafe: (safe: CheckIn["safe"]) => void}} parts `onSafe` is told each answer
   *   to whether it is safe to talk
   */
  constructor(root, { invitation, onSafe }) {
    this.#root = root;
    this.#path = `/j/${invitation}/check-in`;
    this.#onSafe = onSafe;
    this.#hint = root.dataset["phoneHint"] ?? "";
    const known = part(root, "known-phone");
    known.hidden = this.#hint === "";
    write(/** @type {HTMLElement} */ (known.querySelector("button")),
      _("At the number that ends in {digits}", { digits: this.#hint }));
    const { signal } = this.#listening;
    onPress(root, {
      answer: (button) => this.#give({ [button.dataset["name"] ?? ""]: button.dataset["value"] }),
      "known-phone": () => this.#give({ known_phone: true }),
      change: (button) => this.#choose(/** @type {Question} */ (button.dataset["name"])),
      "question-skip": () => this.#skip(),
      "question-back": () => this.#back(),
    }, signal);
    for (const form of /** @type {NodeListOf<HTMLFormElement>} */ (root.querySelectorAll("form[data-question]"))) {
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        void this.#submit(form);
      }, { signal });
    }
  }

  /** @param {CheckIn | null} told what the server knows; an answer given elsewhere shows here, too */
  show(told) {
    this.#told = told;
    this.#fill();
  }

  /** Gives an answer for the person, such as from another card. @param {Record<string, unknown>} answer */
  give(answer) {
    return this.#give(answer);
  }

  stop() {
    this.#listening.abort();
  }

  /** @returns {Question | "done"} */
  get #current() {
    return this.#chosen ?? QUESTIONS.find((one) => !this.#told?.[one] && !this.#skipped.has(one)) ?? "done";
  }

  /** @param {HTMLFormElement} form */
  async #submit(form) {
    const value = (/** @type {string} */ name) => {
      const field = /** @type {HTMLInputElement | null} */ (form.elements.namedItem(name));
      return field?.value.trim() ?? "";
    };
    switch (form.dataset["question"]) {
      case "place":
        if (value("place") === "") this.#skip();
        else await this.#give({ place: value("place") });
        break;
      case "phone":
        if (value("phone") === "") this.#skip();
        else await this.#give({ phone: value("phone") });
        break;
      default:
        await this.#give({ company: "others", companions: value("companions") });
    }
  }

  /** @param {Record<string, unknown>} answer */
  async #give(answer) {
    const words = part(this.#root, "question-words");
    part(this.#root, "phone-error").hidden = true;
    if (typeof answer["safe"] === "string") this.#onSafe(/** @type {CheckIn["safe"]} */ (answer["safe"]));
    try {
      const { check_in } = await post(this.#path, answer);
      write(words, "");
      this.#chosen = null;
      this.show(check_in);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const wrong = error.fields["phone"];
      if (error.code !== "invalid" || typeof wrong !== "string") {
        write(words, error.message || _("This was not saved yet. Please try again, or tell us in the call."));
        return;
      }
      part(this.#root, "phone-error").hidden = false;
      write(part(this.#root, "phone-words"), wrong);
    }
  }

  #skip() {
    const now = this.#current;
    if (now !== "done") this.#skipped.add(now);
    this.#chosen = null;
    this.#fill();
  }

  #back() {
    const at = this.#current === "done" ? QUESTIONS.length : QUESTIONS.indexOf(/** @type {Question} */ (this.#current));
    this.#choose(QUESTIONS[Math.max(0, at - 1)] ?? "safe");
  }

  /** @param {Question} question */
  #choose(question) {
    this.#chosen = question;
    this.#fill();
  }

  #fill() {
    const now = this.#current;
    const had = this.#root.contains(document.activeElement);
    let moved = false;
    for (const one of /** @type {NodeListOf<HTMLElement>} */ (this.#root.querySelectorAll("[data-question]"))) {
      const hidden = one.dataset["question"] !== now;
      moved ||= one.hidden !== hidden;
      one.hidden = hidden;
    }
    const at = now === "done" ? QUESTIONS.length : QUESTIONS.indexOf(now);
    write(part(this.#root, "question-step"), now === "done" ? "" :
      _("Question {step} of {total}", { step: at + 1, total: QUESTIONS.length }));
    part(this.#root, "question-back").hidden = at === 0 || now === "done";
    part(this.#root, "question-skip").hidden = now === "done";
    const words = toldWords(this.#told);
    for (const name of QUESTIONS) {
      write(/** @type {HTMLElement} */ (this.#root.querySelector(`[data-told=${name}]`)), words[name]);
    }
    // The pressed button went with its question.
    if (moved && had) part(this.#root, "questions-title").focus();
  }
}
