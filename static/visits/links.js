/** Gives a guest a new link with its PIN, or takes the link away after asking. */
import { post } from "../live/http.js";
import { _ } from "words";
import { part, write } from "./parts.js";

export class Links {
  #page;
  #visit;
  #toast;
  /** Whose link the open question is about. */
  #asked = { invitation: "", name: "" };
  /** What takes the focus when the question is answered. @type {HTMLElement | null} */
  #back = null;

  /**
   * @param {HTMLElement} page holds the dialogs
   * @param {string} visit
   * @param {import("./toast.js").Toast} toast
   */
  constructor(page, visit, toast) {
    this.#page = page;
    this.#visit = visit;
    this.#toast = toast;
    part(page, "[data-revoke]").addEventListener("click", () => void this.#revoke());
    for (const button of page.querySelectorAll("[data-copy]")) {
      button.addEventListener("click", () => void this.#copy(/** @type {HTMLElement} */ (button)));
    }
  }

  /** @param {string} invitation @param {string} name */
  async reissue(invitation, name) {
    /** @type {{url: string, pin: string | null}} */
    let made = { url: "", pin: null };
    const done = await this.#toast.attempt(async () => {
      made = await post(`/visits/${this.#visit}/links/${invitation}/reissue`, {});
    });
    if (!done) return;
    write(part(this.#page, "[data-newlink-words]"), _("For {name}. The old link no longer works.", { name }));
    this.#field("newlink-url").value = made.url;
    this.#field("newlink-pin").value = made.pin ?? "";
    part(this.#page, "[data-newlink-pin]").hidden = !made.pin;
    write(part(this.#page, "[data-copied]"), "");
    this.#dialog("newlink").showModal();
  }

  /**
   * @param {string} invitation
   * @param {string} name
   * @param {HTMLElement} back takes the focus afterwards: the pressed button may be gone
   */
  askRevoke(invitation, name, back) {
    this.#asked = { invitation, name };
    this.#back = back;
    write(part(this.#page, "[data-revoke-words]"), _("{name} can then no longer come in with it.", { name }));
    this.#dialog("revoke").showModal();
  }

  async #revoke() {
    const { invitation, name } = this.#asked;
    await this.#toast.attempt(
      () => post(`/visits/${this.#visit}/links/${invitation}/revoke`, {}),
      _("The link of {name} is revoked.", { name }),
    );
    this.#dialog("revoke").close();
    this.#back?.focus();
  }

  /** @param {HTMLElement} button */
  async #copy(button) {
    const field = this.#field(button.dataset["copy"] ?? "");
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      write(part(this.#page, "[data-copied]"), _("Copied."));
    } catch {
      // Without the right to write the clipboard the text stands selected.
      write(part(this.#page, "[data-copied]"), _("Press Ctrl+C to copy the selected text."));
    }
  }

  /** @param {string} id @returns {HTMLInputElement} */
  #field(id) {
    return /** @type {HTMLInputElement} */ (part(this.#page, `#${id}`));
  }

  /** @param {string} id @returns {HTMLDialogElement} */
  #dialog(id) {
    return /** @type {HTMLDialogElement} */ (part(this.#page, `dialog#${id}`));
  }
}
