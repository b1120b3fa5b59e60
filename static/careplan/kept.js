/** Words of this person that were not taken: they stay on the page until they are copied or let go. */
import { button, make } from "./parts.js";
import { reasonWords } from "./state.js";
import { _ } from "words";

export class KeptWords {
  #list;

  /** @param {HTMLElement} list */
  constructor(list) {
    this.#list = list;
  }

  /** @param {string} title of the section @param {import("./section.js").Kept} kept */
  show(title, { reason, texts, message }) {
    const words = texts.join("\n\n");
    if (words === "") {
      this.#note(title, message || reasonWords(reason), []);
      return;
    }
    const box = make("textarea", { class: "field__input", rows: 3, readonly: true, "aria-label": _("Not saved: {section}", { section: title }) });
    box.value = words;
    const told = make("span", { class: "small", role: "status" });
    const copy = button("copy", _("Copy"), () => {
      navigator.clipboard.writeText(words).then(
        () => void (told.textContent = _("Copied")),
        () => box.select(),
      );
    });
    this.#note(title, message || reasonWords(reason), [box, make("div", { class: "actions actions--row" }, copy, told)]);
  }

  /** @param {string} title @param {string} why @param {Node[]} inside */
  #note(title, why, inside) {
    const note = make("div", { class: "notice notice--attention", role: "alert" });
    note.append(
      make("p", { class: "notice__title", text: _("Not saved: {section}", { section: title }) }),
      make("p", { text: why }),
      ...inside,
      button("x", _("Let it go"), () => note.remove()),
    );
    this.#list.append(note);
  }
}
