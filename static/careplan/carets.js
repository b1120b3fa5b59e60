/**
 * Shows in a text where others' carets stand: by name and at the letter, never in the way of the words.
 *
 * A `<textarea>` does not tell where its letters stand, and words that are only read shall hold nothing
 * but themselves; so the same words are laid out again, unseen, behind either. Names stand on the upper
 * edge, with a thin line down to the caret. Who listens to the page is told by the section's own words;
 * this is for eyes only. While nobody writes there, nothing is there and nothing is watched.
 */
import { caretAt } from "./anchors.js";
import { tagsOf } from "./carettags.js";
import { make } from "./parts.js";

/** @typedef {import("./carettags.js").Caret} Caret */

export class Carets {
  /** The words and what lies over them. */
  element;
  #place;
  #text;
  #field;
  #before = document.createTextNode("");
  #after = document.createTextNode("");
  #letter = make("span");
  #mirror;
  #marks = make("div");
  #layer;
  /** @type {readonly Caret[]} */
  #carets = [];
  #soon = 0;
  #sizes = new ResizeObserver(() => this.#later());
  #moved = () => this.#later();

  /**
   * @param {HTMLElement} place the box in which the words are written, or the paragraph in which they are read
   * @param {string} field
   * @param {import("yjs").Text} text
   */
  constructor(place, field, text) {
    this.#place = place;
    this.#field = field;
    this.#text = text;
    this.#mirror = make("div", { class: `${place.className} carets__words` }, this.#before, this.#letter, this.#after);
    this.#layer = make("div", { class: "carets__layer noprint", "aria-hidden": "true" }, this.#mirror, this.#marks);
    this.element = make("div", { class: this.#isBox ? "carets" : "carets carets--read" }, place);
  }

  get #isBox() {
    return this.#place instanceof HTMLTextAreaElement;
  }

  stop() {
    this.show([]);
  }

  /** @param {readonly Caret[]} carets of others, in this text */
  show(carets) {
    const were = this.#carets.length > 0;
    this.#carets = carets;
    if (carets.length > 0) {
      if (!were) this.#begin();
      this.#later();
    } else if (were) this.#end();
  }

  #begin() {
    this.element.append(this.#layer);
    this.#sizes.observe(this.#place);
    this.#place.addEventListener("scroll", this.#moved);
    this.#text.observe(this.#moved);
  }

  #end() {
    cancelAnimationFrame(this.#soon);
    this.#sizes.disconnect();
    this.#place.removeEventListener("scroll", this.#moved);
    this.#text.unobserve(this.#moved);
    this.#marks.replaceChildren();
    this.#layer.remove();
  }

  #later() {
    cancelAnimationFrame(this.#soon);
    this.#soon = requestAnimationFrame(() => this.#draw());
  }

  #draw() {
    const places = this.#carets.flatMap(({ name, head }) => {
      const at = caretAt(this.#text, this.#field, head);
      return at === null ? [] : [{ name, ...this.#measure(at) }];
    });
    const { clientWidth: width, clientHeight: height } = this.#place;
    const marks = places.map(({ x, y, height: tall }) => {
      const mark = make("div", { class: "caret" });
      mark.style.left = `${x}px`;
      mark.style.height = `${y + tall}px`;
      const bar = make("span", { class: "caret__bar" });
      bar.style.height = `${tall}px`;
      mark.append(bar);
      // What is scrolled out of a box is not seen; below what is read a new line may be begun.
      mark.hidden = this.#isBox && (y < 0 || y + tall > height + 2);
      return mark;
    });
    const tags = tagsOf(places).map(({ x, names }) => {
      const tag = make("bdi", { class: `caret__name${x > width / 2 ? " caret__name--back" : ""}`, text: names });
      tag.style.left = `${x}px`;
      return tag;
    });
    this.#marks.replaceChildren(...marks, ...tags);
    this.#before.data = this.#after.data = "";
  }

  /** @param {number} at @returns {{x: number, y: number, height: number}} where that letter stands, in pixels from the corner */
  #measure(at) {
    const words = this.#text.toString();
    this.#mirror.style.width = `${this.#place.clientWidth + 2 * this.#place.clientLeft}px`; // without a scroll bar
    // A box and a paragraph do not break their last lines alike.
    this.#mirror.style.setProperty("text-wrap", getComputedStyle(this.#place).getPropertyValue("text-wrap"));
    this.#before.data = words.slice(0, at);
    this.#after.data = `${words.slice(at)}\u200b`;
    const letter = this.#letter.getBoundingClientRect();
    const layer = this.#mirror.getBoundingClientRect();
    return { x: letter.left - layer.left, y: letter.top - layer.top - this.#place.scrollTop, height: letter.height };
  }
}
