/** The dialog in which staff say, after a quick decision, why it was and for how long. */
import { _ } from "words";
import { part, write } from "./parts.js";

/** @typedef {{seat: string, name: string, back: boolean}} Decided who was sent `back`, or not let in */

export class Reasons {
  #dialog;
  #room;
  #toast;
  /** @type {Decided | null} */
  #about = null;

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
      void this.#tell();
    });
    for (const ready of /** @type {NodeListOf<HTMLElement>} */ (dialog.querySelectorAll("[data-reason]"))) {
      ready.addEventListener("click", () => {
        this.#field.value = ready.textContent?.trim() ?? "";
        this.#field.focus();
      });
    }
  }

  /** @returns {HTMLTextAreaElement} */
  get #field() {
    return /** @type {HTMLTextAreaElement} */ (part(this.#dialog, "textarea"));
  }

  /** @param {Decided} about */
  open(about) {
    this.#about = about;
    this.#field.value = "";
    /** @type {HTMLFormElement} */ (part(this.#dialog, "form")).reset();
    write(part(this.#dialog, "h2"), _("What {name} reads", { name: about.name }));
    part(this.#dialog, "[data-minutes]").hidden = !about.back;
    for (const ready of /** @type {NodeListOf<HTMLElement>} */ (this.#dialog.querySelectorAll("[data-reason]"))) {
      ready.hidden = ready.dataset["reason"] !== (about.back ? "back" : "denied");
    }
    this.#dialog.showModal();
  }

  async #tell() {
    const about = this.#about;
    if (about === null) return;
    const reason = this.#field.value.trim();
    const chosen = new FormData(/** @type {HTMLFormElement} */ (part(this.#dialog, "form"))).get("minutes");
    const minutes = about.back && chosen ? Number(chosen) : undefined;
    this.#dialog.close();
    if (reason === "" && minutes === undefined) return;
    await this.#toast.attempt(
      () => about.back ? this.#room.sendBack(about.seat, reason, minutes) : this.#room.deny(about.seat, reason),
      _("{name} can read it.", { name: about.name }),
    );
  }
}
