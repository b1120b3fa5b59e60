/** Comments and suggestions about one item, or with `about` "" about a section: threads, answers, deciding. */
import { placeAt, quoteOf } from "./anchors.js";
import { editBetween } from "./edits.js";
import { quoted } from "./marking.js";
import { NewComment } from "./newcomment.js";
import { button, make, write } from "./parts.js";
import { between, newId } from "./newitem.js";
import { writing } from "./writing.js";
import { _, ngettext } from "words";

/** @typedef {import("./items.js").Item} Item */

export class Comments {
  element = make("div", { class: "threads" });
  #list = make("div", { class: "threads" });
  #section;
  #shape;
  #about;
  #around;
  #marking;
  #shown = "";
  #form;
  /** Say of each open comment how its words stand now. @type {(() => void)[]} */
  #places = [];

  /**
   * @param {import("./section.js").Section} section
   * @param {string} about id of the item
   * @param {import("./page.js").Around} around
   * @param {import("./marking.js").Marking | null} [marking] of the item's words
   */
  constructor(section, about, around, marking = null) {
    this.#section = section;
    this.#shape = around.shapeOf(section.kind);
    this.#about = about;
    this.#around = around;
    this.#marking = marking;
    this.#form = new NewComment(this.#shape, about, around, marking, (values) => this.#add(values)).element;
    this.element.append(this.#list, this.#form);
    marking?.addEventListener("moved", () => this.#place());
  }

  show() {
    this.#form.hidden = !["comment", "edit"].includes(this.#section.right) || this.#section.locked !== null;
    const all = this.#section.items.seenWith(this.#section.commands, this.#around.me)
      .filter((one) => one.kind === "comment" && !one.archived && (one.values["about"] ?? "") === this.#about);
    if (this.#about === "") this.element.hidden = all.length === 0;
    const shown = JSON.stringify([all, this.#section.right]);
    if (shown === this.#shown) return; // who writes an answer keeps the form
    this.#shown = shown;
    this.#places = [];
    const roots = all.filter((one) => one.values["answers"] === undefined);
    const open = roots.filter((one) => (one.values["status"] ?? "open") === "open");
    this.#list.replaceChildren(...open.map((one) => this.#thread(one, all.filter((other) => other.values["answers"] === one.id))));
    this.#place();
    const settled = roots.length - open.length;
    if (settled > 0) {
      this.#list.append(make("p", { class: "small hush", text: ngettext("{count} settled comment", "{count} settled comments", settled) }));
    }
  }

  /** @param {Item} root @param {Item[]} answers @returns {HTMLElement} */
  #thread(root, answers) {
    const name = this.#around.nameOf(root.by ?? "");
    const suggests = typeof root.values["replacement"] === "string";
    const label = suggests ? _("Suggestion by {name}", { name }) : _("Comment by {name}", { name });
    const thread = make("section", { class: "thread", "aria-label": label });
    const { quote, replacement, anchor } = root.values;
    if (suggests) {
      thread.append(make("p", {}, make("del", { text: String(quote ?? "") }), document.createTextNode(" "), make("ins", { text: String(replacement) })));
    } else if (quote) thread.append(make("p", { class: "thread__quote", text: quoted(String(quote)) }));
    if (typeof anchor === "string") thread.append(...this.#placed(this.#fieldOf(root), anchor));
    for (const one of [root, ...answers]) {
      thread.append(make("p", {}, make("strong", { text: this.#around.nameOf(one.by ?? "") }), document.createTextNode(` ${String(one.values["body"] ?? "")}`)));
    }
    const acts = make("div", { class: "actions actions--row noprint" });
    const settle = (/** @type {string} */ status) => this.#section.act({ op: "set", item: root.id, values: { status } });
    if (suggests && this.#section.writable) {
      acts.append(button("check", _("Accept"), () => this.#accept(root) && settle("accepted")), button("x", _("Reject"), () => settle("rejected")));
    } else if (this.#section.right === "edit" || root.by === this.#around.me) {
      acts.append(button("check", _("Resolve"), () => settle("resolved")));
    }
    const reply = make("details", { class: "disclose noprint" }, make("summary", { text: _("Reply") }));
    reply.append(writing(_("Reply to {name}", { name }), this.#around.people, [], (body) => {
      if (body === "") return false;
      const about = this.#about === "" ? {} : { about: this.#about };
      this.#add({ ...about, field: this.#fieldOf(root), status: "open", body, answers: root.id });
      return true;
    }));
    reply.hidden = this.#form.hidden;
    thread.append(acts, reply);
    return thread;
  }

  #place() {
    for (const place of this.#places) place();
  }

  /** @param {string} field @param {string} anchor @returns {HTMLElement[]} how the words of a comment stand now, and the way there */
  #placed(field, anchor) {
    const note = make("p", { class: "small hush" });
    const now = () => {
      const text = this.#text(field);
      const place = placeAt(text, anchor);
      return place && { ...place, words: text.toString().slice(place.start, place.end) };
    };
    const way = button("arrow-up", _("Show in the text"), () => {
      const place = now();
      if (place !== null) this.#marking?.show(field, place.start, place.end);
    });
    this.#places.push(() => {
      const place = now();
      const changed = place === null || place.same ? "" : _("Now it says: {words}", { words: quoted(quoteOf(place.words)) });
      write(note, place === null ? _("These words are no longer in the text.") : changed);
      note.hidden = note.textContent === "";
      way.hidden = place === null;
    });
    return [note, make("div", { class: "actions actions--row noprint" }, way)];
  }

  /** @param {string} field @returns {import("yjs").Text} */
  #text(field) {
    return this.#section.text(`${this.#about}.${field}`);
  }

  /** @param {Item} comment @returns {string} the text of the item that it is about */
  #fieldOf(comment) {
    const field = String(comment.values["field"] ?? "");
    return this.#shape.texts.some(({ name }) => name === field) ? field : (this.#shape.texts[0]?.name ?? "text");
  }

  /** @param {Record<string, import("./items.js").Value>} values */
  #add(values) {
    const last = this.#section.items.seenWith(this.#section.commands).at(-1)?.rank ?? "";
    this.#section.act({ op: "add", item: newId(), kind: "comment", rank: between(last, ""), values });
    this.#around.tell(_("Comment on {section} is sent", { section: this.#shape.title }));
  }

  /** @param {Item} root @returns {boolean} whether the words could be put in */
  #accept(root) {
    const text = this.#text(this.#fieldOf(root));
    const before = text.toString();
    const { anchor, quote } = root.values;
    const all = { start: 0, end: before.length, same: quoteOf(before) === String(quote ?? "") };
    const place = typeof anchor === "string" ? placeAt(text, anchor) : all;
    if (place === null || !place.same) {
      this.#around.tell(_("The text has changed since. Please change it by hand, then reject or resolve this."));
      return false;
    }
    const edit = editBetween(before.slice(place.start, place.end), String(root.values["replacement"]));
    if (edit === null) return true;
    const at = place.start + edit.at;
    this.#section.touch(text);
    text.doc?.transact(() => {
      if (edit.removed > 0) text.delete(at, edit.removed);
      if (edit.inserted !== "") text.insert(at, edit.inserted);
    });
    return true;
  }
}
