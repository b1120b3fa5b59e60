/** Who waits, always in sight on a screen of one column: a name, and the press that lets them in. */
import { _, ngettext } from "words";
import { part, write } from "./parts.js";

/** @typedef {import("../rooms/state.js").RoomState} RoomState */

export class AtDoor {
  #element;
  #door;
  #title;
  /** Whom the button lets in; null where it only leads to the waiting room. @type {string | null} */
  #admission = null;

  /**
   * @param {HTMLElement} element of `templates/visits/atdoor.html`
   * @param {import("./door.js").Door} door
   * @param {HTMLElement} title of the region "Waiting room"
   */
  constructor(element, door, title) {
    this.#element = element;
    this.#door = door;
    this.#title = title;
    part(element, "[data-atdoor-act]").addEventListener("click", () => this.#pressed());
  }

  /** @param {RoomState["waiting"]} waiting empty while this page is out of the visit */
  show(waiting) {
    const focused = this.#element.contains(document.activeElement);
    const next = this.#door.next ?? waiting[0];
    this.#element.hidden = next === undefined;
    document.documentElement.toggleAttribute("data-at-door", next !== undefined);
    this.#admission = this.#door.next?.admission ?? null;
    if (next !== undefined) this.#write(next.name, waiting.length - 1);
    // The pressed button is gone with the last who waited; the page stays where it was scrolled to.
    else if (focused) this.#title.focus({ preventScroll: true });
  }

  /** @param {string} name @param {number} more how many wait beside this one */
  #write(name, more) {
    const words = _("{name} is waiting", { name });
    const others = more === 0 ? "" : ngettext("and {count} more", "and {count} more", more);
    write(part(this.#element, "[data-atdoor-words]"), [words, others].filter(Boolean).join(", "));
    const button = part(this.#element, "[data-atdoor-act]");
    write(button, this.#admission === null ? _("See why") : _("Admit"));
    button.setAttribute("aria-label", this.#admission === null
      ? _("See why {name} waits", { name })
      : _("Admit now: {name}", { name }));
  }

  #pressed() {
    if (this.#admission !== null) this.#door.admit(this.#admission);
    else this.#title.focus();
  }
}
