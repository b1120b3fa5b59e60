/** Asks why a section is closed, before it is: a short form below its button, in which no word is lost. */
import { Refused } from "../live/socket.js";
import { make, write } from "./parts.js";
import { _ } from "words";

export class Closing {
  element = make("form", { class: "closing stack stack--tight noprint", hidden: true });
  #button;
  #close;
  /** Not cut at the limit: whoever pastes more is told so, and shortens it. */
  #reason;
  #error;

  /**
   * @param {HTMLElement} button opens the form and folds it up again
   * @param {import("./page.js").Shape} shape of the section
   * @param {(reason: string) => Promise<void>} close is told why, "" where nothing is said; throws Refused
   */
  constructor(button, shape, close) {
    this.#button = button;
    this.#close = close;
    const id = `why-${shape.kind}`;
    this.#error = make("p", { class: "field__error", id: `${id}-error`, role: "alert", hidden: true });
    this.#reason = make("input", { class: "field__input", id, type: "text", autocomplete: "off", "aria-describedby": `${id}-hint ${id}-error` });
    this.element.append(
      make("label", { class: "field__label", for: id, text: _("Why it is closed (optional)") }),
      make("p", { class: "field__hint", id: `${id}-hint`, text: _("Everyone who can read this part can read it, also in the history.") }),
      this.#error,
      this.#reason,
      make("div", { class: "actions actions--row" },
        make("button", { class: "btn btn--small", type: "submit", text: _("Close now") }, make("span", { class: "visually-hidden", text: `: ${shape.title}` })),
        make("button", { class: "btn btn--small btn--quiet", type: "button", text: _("Cancel"), press: () => this.#leave() })),
    );
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#send();
    });
    this.element.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.preventDefault(); // what is around it stays open
      this.#open(false);
      this.#button.focus();
    });
    this.follow(true);
  }

  /** Opens the form, or folds it up with what is written in it. */
  toggle() {
    const open = this.element.hidden === true;
    this.#open(open);
    if (open) this.#reason.focus();
  }

  /** @param {boolean} closable whether the section can be closed now; else words that wait here stay to be copied */
  follow(closable) {
    if (!closable && this.#reason.value === "") this.#open(false);
    if (closable) this.#button.setAttribute("aria-expanded", String(!this.element.hidden));
    else this.#button.removeAttribute("aria-expanded");
  }

  /** @param {boolean} open */
  #open(open) {
    this.element.hidden = !open;
    if (this.#button.hasAttribute("aria-expanded")) this.#button.setAttribute("aria-expanded", String(open));
  }

  #leave() {
    this.#reason.value = "";
    this.#say("", false);
    this.#open(false);
    this.#button.focus();
  }

  async #send() {
    this.#say("", false);
    try {
      // A pasted line may bring spaces that the plan does not hold.
      await this.#close(this.#reason.value.replace(/\s+/g, " ").trim());
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.#say(error.message || _("This did not work. Please try again."), error.code === "invalid");
      this.#reason.focus();
      return;
    }
    this.#leave();
  }

  /** @param {string} words what is wrong @param {boolean} here whether it is with what is written */
  #say(words, here) {
    write(this.#error, words);
    this.#error.hidden = words === "";
    if (here) this.#reason.setAttribute("aria-invalid", "true");
    else this.#reason.removeAttribute("aria-invalid");
  }
}
