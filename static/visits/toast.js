/** Tells in one line what was done, or what did not work yet; it is read politely and can be closed. */
import { Refused } from "../live/refusal.js";
import { _ } from "words";
import { part, write } from "./parts.js";

/** Milliseconds that good news stays; trouble stays until it is closed or replaced. */
const STAY = 8000;

export class Toast {
  #element;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** @type {(() => void) | null} */
  #act = null;

  /** @param {HTMLElement} element */
  constructor(element) {
    this.#element = element;
    part(element, "[data-toast-close]").addEventListener("click", () => this.#hide());
    part(element, "[data-toast-act]").addEventListener("click", () => {
      const act = this.#act;
      this.#hide();
      act?.();
    });
  }

  /**
   * @param {string} words what was done
   * @param {{words: string, act: () => void}} [further] what may be done next; it stays until it is closed
   */
  tell(words, further) {
    this.#show(words, false);
    this.#act = further?.act ?? null;
    const button = part(this.#element, "[data-toast-act]");
    button.hidden = further === undefined;
    write(button, further?.words ?? "");
    if (!further) this.#timer = setTimeout(() => this.#hide(), STAY);
  }

  /**
   * Does something, and tells when it did not work.
   * @param {() => Promise<unknown>} deed
   * @param {string} [done] told when it worked
   * @returns {Promise<boolean>} whether it worked
   */
  async attempt(deed, done) {
    try {
      await deed();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const why = error.passing ? _("That did not reach the server. Try again in a moment.") : error.message;
      this.#show(why || _("That is not possible now."), true);
      return false;
    }
    if (done) this.tell(done);
    return true;
  }

  /** @param {string} words @param {boolean} trouble */
  #show(words, trouble) {
    clearTimeout(this.#timer);
    this.#element.toggleAttribute("data-on", true);
    this.#element.toggleAttribute("data-trouble", trouble);
    write(part(this.#element, "[data-toast-words]"), words);
    part(this.#element, "[data-toast-act]").hidden = true;
  }

  #hide() {
    clearTimeout(this.#timer);
    this.#element.toggleAttribute("data-on", false);
    write(part(this.#element, "[data-toast-words]"), "");
  }
}
