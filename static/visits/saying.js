/** The dialog in which staff write to somebody who waits, or to all: ready words, or their own. */
import { _ } from "words";
import { part, write } from "./parts.js";

/** @typedef {import("../rooms/state.js").Saying} Saying */

export class DoorMessages {
  #dialog;
  #room;
  #toast;
  /** Whom to: a seat, or null for everybody who waits. @type {{seat: string | null, name: string}} */
  #to = { seat: null, name: "" };
  #key = "";
  #offered = "";

  /**
   * @param {HTMLDialogElement} dialog
   * @param {import("../rooms/room.js").RoomConnection} room
   * @param {import("./toast.js").Toast} toast
   */
  constructor(dialog, room, toast) {
    this.#dialog = dialog;
    this.#room = room;
    this.#toast = toast;
    part(dialog, "form").addEventListener("submit", (event) => {
      event.preventDefault();
      const text = this.#field.value.trim();
      if (text === "") this.#field.focus();
      else void this.#send({ text });
    });
  }

  /** @returns {HTMLTextAreaElement} */
  get #field() {
    return /** @type {HTMLTextAreaElement} */ (part(this.#dialog, "textarea"));
  }

  /** @param {Saying[]} sayings what this person can say by a press */
  offer(sayings) {
    const now = JSON.stringify(sayings);
    if (now === this.#offered) return;
    this.#offered = now;
    part(this.#dialog, "[data-sayings]").replaceChildren(...sayings.map((saying) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn--small";
      button.textContent = saying.words;
      button.addEventListener("click", () => void this.#send({ preset: saying.preset, minutes: saying.minutes }));
      return button;
    }));
  }

  /** @param {string | null} seat null for everybody who waits @param {string} name */
  open(seat, name) {
    if (seat !== this.#to.seat) this.#field.value = "";
    this.#to = { seat, name };
    this.#key = crypto.randomUUID();
    write(part(this.#dialog, "h2"), seat === null ? _("Message to all who wait") : _("Message to {name}", { name }));
    write(part(this.#dialog, "[data-say-who]"), seat === null
      ? _("Whoever comes later reads it too.") : _("Nobody else who waits reads it."));
    this.#dialog.showModal();
  }

  /** @param {{text?: string, preset?: string, minutes?: number | null}} words */
  async #send(words) {
    const { seat, name } = this.#to;
    const key = this.#key;
    const done = seat === null ? _("All who wait can read it.") : _("{name} can read it.", { name });
    this.#dialog.close();
    const sent = await this.#toast.attempt(() => this.#room.write({ ...words, seat, key }), done);
    // What could not be sent stays in the field, under the same key, for another try.
    if (sent && words.text !== undefined) this.#field.value = "";
  }
}
