/** Which words of an item this person marked, in a box or in what they read, and showing such words again. */
import { anchorOf, placeAt, quoteOf } from "./anchors.js";
import { make } from "./parts.js";
import { _ } from "words";

/** @typedef {import("yjs").Text} Text */
/** @typedef {{field: string, anchor: string, quote: string}} Marked */

/** Fires `marked` when other words are marked, `moved` when a text changed, `comment` when the keys ask for a comment. */
export class Marking extends EventTarget {
  /** @type {Marked | null} */
  marked = null;
  /** Whether a comment is being written: then words stay marked until others are. */
  held = false;
  /** Whether the words are in boxes that this person writes in. */
  writable = false;
  /** @type {Map<string, Text>} */
  texts = new Map();
  /** @type {Map<string, HTMLElement>} */
  #places = new Map();
  #done = new AbortController();

  stop() {
    this.#done.abort();
  }

  /** Words in a box that is written in. @param {string} field @param {Text} text @param {HTMLTextAreaElement} box */
  write(field, text, box) {
    this.#know(field, text, box);
    this.#hear(field, text, box);
    this.writable = true;
    box.setAttribute("aria-keyshortcuts", "Control+Alt+M");
    box.addEventListener("keydown", (event) => {
      // On some keyboards Control and Alt together write a letter.
      if (event.code !== "KeyM" || !event.ctrlKey || !event.altKey || event.getModifierState("AltGraph")) return;
      event.preventDefault();
      this.#take(field, text, box.selectionStart, box.selectionEnd);
      this.dispatchEvent(new Event("comment"));
    });
  }

  /** Words that are only read. @param {string} field @param {Text} text @param {HTMLElement} said holds nothing but them */
  read(field, text, said) {
    this.#know(field, text, said);
    said.tabIndex = -1;
    document.addEventListener("selectionchange", () => {
      const range = rangeWithin(said);
      if (range !== null) this.#take(field, text, ...range);
    }, { signal: this.#done.signal });
  }

  /**
   * @param {string} field
   * @param {string} label
   * @returns {HTMLTextAreaElement} the same words in a box in which keys can mark them
   */
  picker(field, label) {
    const text = /** @type {Text} */ (this.texts.get(field));
    const box = make("textarea", { class: "part__text", rows: 1, inputmode: "none", "aria-readonly": "true", "aria-label": label });
    const show = () => {
      const words = text.toString();
      if (box.value !== words) box.value = words;
      box.hidden = words === "";
    };
    // A box that is `readonly` has no caret that keys could move.
    box.addEventListener("beforeinput", (event) => event.preventDefault());
    box.addEventListener("input", show);
    this.addEventListener("moved", show);
    show();
    this.#hear(field, text, box);
    return box;
  }

  /** @returns {{field: string, start: number, end: number, words: string} | null} the marked words where they are now */
  get now() {
    const text = this.texts.get(this.marked?.field ?? "");
    if (this.marked === null || text === undefined) return null;
    const place = placeAt(text, this.marked.anchor);
    return place && { field: this.marked.field, ...place, words: text.toString().slice(place.start, place.end) };
  }

  clear() {
    this.marked = null;
    this.dispatchEvent(new Event("marked"));
  }

  /** Takes the person to words. @param {string} field @param {number} start @param {number} end */
  show(field, start, end) {
    const place = this.#places.get(field);
    const fold = place?.closest("details");
    if (fold) fold.open = true;
    place?.focus({ preventScroll: true });
    place?.scrollIntoView({ block: "nearest" });
    if (place instanceof HTMLTextAreaElement) place.setSelectionRange(start, end);
    else if (place?.firstChild) getSelection()?.setBaseAndExtent(place.firstChild, start, place.firstChild, end);
  }

  /** @param {string} field @param {Text} text @param {HTMLElement} place */
  #know(field, text, place) {
    this.texts.set(field, text);
    this.#places.set(field, place);
    const moved = () => void this.dispatchEvent(new Event("moved"));
    text.observe(moved);
    this.#done.signal.addEventListener("abort", () => text.unobserve(moved));
  }

  /** @param {string} field @param {Text} text @param {HTMLTextAreaElement} box */
  #hear(field, text, box) {
    const take = () => this.#take(field, text, box.selectionStart, box.selectionEnd);
    box.addEventListener("blur", take);
    box.addEventListener("select", () => {
      if (this.held) take(); // whoever is writing a comment sees at once what it is about
    });
  }

  /** @param {string} field @param {Text} text @param {number} start @param {number} end */
  #take(field, text, start, end) {
    const anchor = anchorOf(text, start, Math.min(end, text.length));
    if (anchor === "" && (this.held || this.marked === null)) return;
    this.marked = anchor === "" ? null : { field, anchor, quote: quoteOf(text.toString().slice(start, end)) };
    if (this.marked?.quote === "") this.marked = null; // nothing but spaces
    this.dispatchEvent(new Event("marked"));
  }
}

/** @param {HTMLElement} said @returns {[number, number] | null} which of its letters are marked on the page; null when the mark is elsewhere */
function rangeWithin(said) {
  const selection = getSelection();
  const range = selection !== null && selection.rangeCount > 0 ? selection.getRangeAt(0) : null;
  if (range === null || !range.intersectsNode(said)) return null;
  const length = said.textContent?.length ?? 0;
  const at = (/** @type {Node} */ node, /** @type {number} */ offset, /** @type {number} */ outside) => {
    if (!said.contains(node)) return outside;
    return node === said ? (offset === 0 ? 0 : length) : offset;
  };
  const start = at(range.startContainer, range.startOffset, 0);
  const end = at(range.endContainer, range.endOffset, length);
  return start < end || range.collapsed ? [start, end] : null;
}

/** @param {string} quote @returns {string} */
export function quoted(quote) {
  return _("“{words}”", { words: quote });
}
