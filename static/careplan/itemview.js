/** One item of a section: its texts, its values, and what can be done with it. */
import { Comments } from "./comments.js";
import { control, dayOf, told } from "./fields.js";
import { Marking } from "./marking.js";
import { button, iconOf, make, write } from "./parts.js";
import { bind } from "./textbox.js";
import { _ } from "words";

/** @typedef {import("./items.js").Item} Item */
/** @typedef {import("./page.js").Around} Around */
/** @typedef {import("./page.js").Shape} Shape */

export class ItemView {
  element = make("li", { class: "planitem" });
  #section;
  #shape;
  #around;
  #id;
  #writable;
  /** @type {(() => void)[]} */
  #ends = [];
  /** @type {{name: string, show: (value: import("./items.js").Value | undefined) => void}[]} */
  #controls = [];
  #values = make("p", { class: "small hush" });
  #from = make("p", { class: "small hush" });
  /** What is said there already. */
  #origin = "";
  #marking = new Marking();
  #comments;
  /** The first text, when it may be written in. @type {HTMLTextAreaElement | null} */
  first = null;

  /**
   * @param {import("./section.js").Section} section
   * @param {Shape} shape
   * @param {Item} item
   * @param {number} number its place, from 1
   * @param {Around} around
   */
  constructor(section, shape, item, number, around) {
    this.#section = section;
    this.#shape = shape;
    this.#around = around;
    this.#id = item.id;
    this.#writable = section.writable;
    this.element.id = `entry-${section.kind}-${item.id}`;
    const [first, ...more] = shape.texts;
    if (first === undefined) return;
    const name = number === 1 ? shape.title : _("{section} {number}", { section: shape.title, number });
    if (this.#writable) this.#write(first, more, name);
    else this.#read();
    this.#comments = new Comments(section, item.id, around, this.#marking);
    this.element.append(this.#comments.element);
    this.show(item);
  }

  /** @param {Item} item */
  show(item) {
    for (const { name, show } of this.#controls) show(item.values[name]);
    write(this.#values, told(this.#fields, item.values).join(" · "));
    this.#values.hidden = this.#values.textContent === "";
    this.#cameFrom(String(item.values["origin"] ?? ""));
    this.#comments?.show();
  }

  /** Says where the item came from; a link of the page keeps its focus. @param {string} origin */
  #cameFrom(origin) {
    const came = this.#around.cameFrom(origin);
    const said = came === undefined ? "" : origin;
    this.#from.hidden = said === "";
    if (said === this.#origin) return;
    this.#origin = said;
    if (came === undefined) return this.#from.replaceChildren();
    const text = came.day === "" ? came.words : `${came.words}, ${dayOf(came.day)}`;
    // Beside a call, and with words that are not saved yet, it opens in a tab of its own.
    const away = _("(opens in a new tab)");
    const tab = make("span", { class: "visually-hidden", text: ` ${away}` });
    this.#from.replaceChildren(came.url === "" ? text : make("a", { href: came.url, target: "_blank", text }, tab));
  }

  stop() {
    this.#marking.stop();
    for (const end of this.#ends) end();
    this.element.remove();
  }

  get #fields() {
    return this.#shape.fields.map((field) => (field.sort === "person" ? { ...field, choices: this.#around.people } : field));
  }

  /** @param {import("./page.js").TextName} first @param {import("./page.js").TextName[]} more @param {string} name */
  #write(first, more, name) {
    const { box, element: words } = this.#box(first.name, name);
    this.first = box;
    const inside = make("div", { class: "planitem__more" });
    for (const one of more) {
      const more = this.#box(one.name, `${name}: ${one.label}`).element;
      inside.append(make("div", { class: "field" }, make("span", { class: "field__label", "aria-hidden": "true", text: one.label }), more));
    }
    const grid = make("div", { class: "planitem__fields" });
    for (const field of this.#fields) {
      const { element, show } = control(field, (value) => this.#set(field.name, value));
      this.#controls.push({ name: field.name, show });
      grid.append(element);
    }
    inside.append(grid, ...this.#task());
    const details = make("details", { class: "disclose" }, make("summary", { text: _("More") }), inside);
    details.open = more.some((one) => this.#section.text(`${this.#id}.${one.name}`).length > 0);
    const row = make("div", { class: "planitem__acts noprint" },
      button("arrow-up", _("Move up"), () => this.#around.move(this.#section, this.#id, -1), true),
      button("arrow-down", _("Move down"), () => this.#around.move(this.#section, this.#id, 1), true),
      button("x", _("Put away"), () => this.#section.act({ op: "archive", item: this.#id }), true),
    );
    this.element.append(make("div", { class: "planitem__row" }, words, row), this.#values, this.#from);
    if (inside.childElementCount > 1 || this.#shape.fields.length > 0) this.element.append(details);
  }

  /** @returns {HTMLElement[]} what leads to a task that is made of the item, for those who may give one */
  #task() {
    const href = this.#around.taskOf(this.#section.kind, this.#id);
    if (href === "") return [];
    const [words, away] = [_("Make a task of this"), _("(opens in a new tab)")];
    const tab = make("span", { class: "visually-hidden", text: ` ${away}` });
    const looks = { class: "btn btn--small btn--quiet", href, target: "_blank" };
    const link = make("a", looks, ...iconOf("list-checks"), document.createTextNode(` ${words}`), tab);
    return [make("p", { class: "noprint" }, link)];
  }

  #read() {
    for (const [at, one] of this.#shape.texts.entries()) {
      const field = `${this.#id}.${one.name}`;
      const text = this.#section.text(field);
      const said = make("p", { class: at === 0 ? "part__said" : "part__said hush" });
      const { element, stop } = this.#around.look(said, this.#section, field, text);
      const show = () => {
        write(said, text.toString());
        element.hidden = text.length === 0;
      };
      text.observe(show);
      this.#ends.push(() => text.unobserve(show), stop);
      show();
      this.#marking.read(one.name, text, said);
      this.element.append(element);
    }
    this.element.append(this.#values, this.#from, ...this.#task());
  }

  /** @param {string} name @param {string} label @returns {{box: HTMLTextAreaElement, element: HTMLElement}} the box, and it with what lies over it */
  #box(name, label) {
    const field = `${this.#id}.${name}`;
    const text = this.#section.text(field);
    const box = make("textarea", { class: "part__text", rows: 1, "aria-label": label, spellcheck: "true", maxlength: 20000 });
    this.#ends.push(bind(box, text, (changed) => this.#section.touch(changed)));
    this.#marking.write(name, text, box);
    const { element, stop } = this.#around.watch(box, this.#section, field, text);
    this.#ends.push(stop);
    return { box, element };
  }

  /** @param {string} name @param {import("./items.js").Value} value */
  #set(name, value) {
    this.#section.act({ op: "set", item: this.#id, values: { [name]: value } });
  }
}
