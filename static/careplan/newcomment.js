/** Writes a comment or a suggestion: about marked words, about the whole text of an item, or about a section. */
import { anchorOf, quoteOf } from "./anchors.js";
import { quoted } from "./marking.js";
import { button, make, write } from "./parts.js";
import { writing } from "./writing.js";
import { _ } from "words";

/** @typedef {Record<string, import("./items.js").Value>} Values */

/** Letters of a suggestion. */
const LONGEST = 2000;

export class NewComment {
  element = make("details", { class: "disclose noprint" });
  #marking;
  #about;
  #field;
  #quote = make("p", { class: "thread__quote" });
  #whole = button("x", _("About all of it instead"), () => this.#marking?.clear());
  #hint = make("p", { class: "small hush" });
  #other = make("textarea", { class: "field__input", rows: 2, maxlength: LONGEST, "aria-label": _("Suggested words") });
  #fold = make("details", { class: "disclose" }, make("summary", { text: _("Suggest other words") }), this.#other);
  #offered = "";

  /**
   * @param {import("./page.js").Shape} shape of the section
   * @param {string} about id of the item, "" for the section
   * @param {import("./page.js").Around} around
   * @param {import("./marking.js").Marking | null} marking of the item
   * @param {(values: Values) => void} add
   */
  constructor(shape, about, around, marking, add) {
    this.#about = about;
    this.#marking = marking;
    this.#field = shape.texts[0]?.name ?? "text";
    // About the section as a whole there are no words to mark or to suggest others for.
    const more = marking === null ? [] : [this.#fold];
    const form = writing(_("Comment on {section}", { section: shape.title }), around.people, more, (body) => {
      const values = this.#values(body);
      if (values === null) {
        around.tell(_("The words you marked are no longer there. Please mark others."));
        return false;
      }
      if (values["body"] === undefined && values["replacement"] === undefined) return false;
      add(values);
      this.#other.value = this.#offered = "";
      this.#fold.open = this.element.open = false;
      this.element.querySelector("summary")?.focus();
      marking?.clear();
      return true;
    });
    const offer = about === "" ? _("Comment on the whole section") : _("Comment or suggest");
    this.element.append(make("summary", { text: offer }), this.#quote, this.#whole, this.#hint);
    if (marking !== null) this.#mark(marking, shape, form);
    this.element.append(form);
    this.#show();
  }

  /** @param {import("./marking.js").Marking} marking @param {import("./page.js").Shape} shape @param {HTMLFormElement} form */
  #mark(marking, shape, form) {
    this.element.addEventListener("toggle", () => void (marking.held = this.element.open));
    this.#fold.addEventListener("toggle", () => this.#offer());
    for (const event of ["marked", "moved"]) marking.addEventListener(event, () => this.#show());
    marking.addEventListener("comment", () => {
      this.element.open = true;
      form.querySelector("textarea")?.focus();
    });
    if (marking.writable) return;
    const picker = make("details", { class: "disclose" }, make("summary", { text: _("Mark words by keys") }));
    for (const { name, label } of shape.texts) {
      const title = label === "" ? shape.title : `${shape.title}: ${label}`;
      picker.append(marking.picker(name, _("Words to mark: {section}", { section: title })));
    }
    this.element.append(picker);
  }

  #show() {
    const marked = this.#marking?.marked ?? null;
    write(this.#quote, marked === null ? "" : quoted(marked.quote));
    this.#quote.hidden = this.#whole.hidden = marked === null;
    const long = this.#words.length > LONGEST;
    this.#other.disabled = long;
    const hint = this.#marking?.writable
      ? _("This is about all of the text. Mark some words in it first to speak of just these; {keys} then brings you here.", { keys: "Ctrl+Alt+M" })
      : _("This is about all of the text. Mark some words in it to speak of just these.");
    const tooLong = this.#fold.open && long ? _("This is too long to suggest other words for. Please mark fewer words.") : "";
    write(this.#hint, tooLong || (marked === null ? hint : ""));
    this.#hint.hidden = this.#marking === null || this.#hint.textContent === "";
    this.#offer();
  }

  /** Puts the words of now where others are to be written, unless the person wrote there. */
  #offer() {
    if (!this.#fold.open || this.#other.disabled || this.#other.value !== this.#offered) return;
    this.#other.value = this.#words;
    this.#offered = this.#other.value; // as the box has it
  }

  /** @returns {string} the words that others can be suggested for */
  get #words() {
    if (this.#marking === null) return "";
    return this.#marking.marked === null ? String(this.#marking.texts.get(this.#field) ?? "") : (this.#marking.now?.words ?? "");
  }

  /** @param {string} body @returns {Values | null} null when a suggestion is for words that are gone */
  #values(body) {
    /** @type {Values} */
    const values = { field: this.#field, status: "open" };
    if (this.#about !== "") values["about"] = this.#about;
    if (body !== "") values["body"] = body;
    if (this.#marking === null) return values;
    const { marked, now, texts } = this.#marking;
    const wanted = this.#fold.open && this.#other.value !== "" && this.#other.value !== this.#words && !this.#other.disabled;
    if (wanted) {
      if (marked !== null && now === null) return null;
      values["replacement"] = this.#other.value;
    }
    if (marked !== null) {
      values["field"] = marked.field;
      values["quote"] = now === null ? marked.quote : quoteOf(now.words) || marked.quote;
      const text = texts.get(marked.field);
      values["anchor"] = now === null || text === undefined ? marked.anchor : anchorOf(text, now.start, now.end);
    } else if (wanted) {
      const text = /** @type {import("yjs").Text} */ (texts.get(this.#field));
      const quote = quoteOf(this.#words);
      if (quote !== "") Object.assign(values, { quote, anchor: anchorOf(text, 0, text.length) });
    }
    return values;
  }
}
