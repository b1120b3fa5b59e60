/**
 * Shows in a box where others' carets stand: by name and at the letter, never in the way of the words.
 *
 * A `<textarea>` does not tell where its letters stand, so the same words are laid out again, unseen,
 * behind it. Names stand on the upper edge of the box, with a thin line down to the caret. Who listens
 * to the page is told by the section's own words; this is for eyes only.
 */
import { caretAt } from "./anchors.js";
import { make } from "./parts.js";

/** @typedef {{name: string, head: string}} Caret */

/** Pixels between two carets under which their names would lie on each other. */
const NEAR = 110;

export class Carets {
  /** The box and what lies over it. */
  element;
  #box;
  #text;
  #field;
  #before = document.createTextNode("");
  #after = document.createTextNode("");
  #letter = make("span");
  #mirror = make("div", { class: "part__text carets__words" }, this.#before, this.#letter, this.#after);
  #marks = make("div");
  /** @type {readonly Caret[]} */
  #carets = [];
  #soon = 0;
  #sizes = new ResizeObserver(() => this.#later());
  #moved = () => this.#later();

  /** @param {HTMLTextAreaElement} box @param {string} field @param {import("yjs").Text} text */
  constructor(box, field, text) {
    this.#box = box;
    this.#field = field;
    this.#text = text;
    this.element = make("div", { class: "carets" }, box, make("div", { class: "carets__layer noprint", "aria-hidden": "true" }, this.#mirror, this.#marks));
    this.#sizes.observe(box);
    box.addEventListener("scroll", this.#moved);
    text.observe(this.#moved);
  }

  stop() {
    cancelAnimationFrame(this.#soon);
    this.#sizes.disconnect();
    this.#text.unobserve(this.#moved);
  }

  /** @param {readonly Caret[]} carets of others, in this box */
  show(carets) {
    this.#carets = carets;
    this.#later();
  }

  #later() {
    if (this.#carets.length === 0 && this.#marks.firstChild === null) return;
    cancelAnimationFrame(this.#soon);
    this.#soon = requestAnimationFrame(() => this.#draw());
  }

  #draw() {
    const places = this.#carets.flatMap(({ name, head }) => {
      const at = caretAt(this.#text, this.#field, head);
      return at === null ? [] : [{ name, ...this.#measure(at) }];
    }).sort((one, other) => one.x - other.x);
    const width = this.#box.clientWidth;
    /** @type {{x: number, names: string[]}[]} */
    const groups = [];
    /** @type {HTMLElement[]} */
    const marks = [];
    for (const { name, x, y, height } of places) {
      const near = groups.at(-1);
      const mark = make("div", { class: "caret" });
      mark.style.left = `${x}px`;
      mark.style.height = `${y + height}px`;
      if (near !== undefined && x - near.x < NEAR) near.names.push(name);
      else groups.push({ x, names: [name] });
      const bar = make("span", { class: "caret__bar" });
      bar.style.height = `${height}px`;
      mark.append(bar);
      mark.hidden = y < 0 || y + height > this.#box.clientHeight + 2; // scrolled out of the box
      marks.push(mark);
    }
    for (const { x, names } of groups) {
      const tag = make("bdi", { class: `caret__name${x > width / 2 ? " caret__name--back" : ""}`, text: [...new Set(names)].join(", ") });
      tag.style.left = `${x}px`;
      marks.push(tag);
    }
    this.#marks.replaceChildren(...marks);
    this.#before.data = this.#after.data = "";
  }

  /** @param {number} at @returns {{x: number, y: number, height: number}} where that letter stands in the box, in pixels */
  #measure(at) {
    const words = this.#text.toString();
    this.#mirror.style.width = `${this.#box.clientWidth + 2 * this.#box.clientLeft}px`; // without a scroll bar
    this.#before.data = words.slice(0, at);
    this.#after.data = `${words.slice(at)}\u200b`;
    const letter = this.#letter.getBoundingClientRect();
    const layer = this.#mirror.getBoundingClientRect();
    return { x: letter.left - layer.left, y: letter.top - layer.top - this.#box.scrollTop, height: letter.height };
  }
}
