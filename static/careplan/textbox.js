/**
 * Binds a `<textarea>` to a text that others write in at the same time.
 *
 * A person's change is found by comparing; somebody else's keeps the caret on its words. While a word
 * is being composed nothing is put into the box: that would end the composing.
 */
import { cleaned, editBetween, movedBy } from "./edits.js";

/**
 * @param {HTMLTextAreaElement} box
 * @param {import("yjs").Text} text
 * @param {(text: import("yjs").Text) => void} touched is told before a person's change is
 * @returns {() => void} ends it
 */
export function bind(box, text, touched = () => {}) {
  const origin = {};
  const done = new AbortController();
  const { signal } = done;
  let shown = text.toString();
  let composing = false;
  /** Where the caret stood when the person went elsewhere. @type {[number, number] | null} */
  let left = null;
  /** Others' changes while a word is composed. @type {import("./edits.js").Step[][]} */
  let held = [];
  box.value = shown;

  const push = () => {
    let wanted = cleaned(box.value);
    const edit = editBetween(shown, wanted, Math.min(box.selectionStart, wanted.length));
    if (edit === null) {
      if (box.value !== wanted) box.value = wanted;
      return;
    }
    // What others wrote meanwhile is in the text already and not yet in the box.
    const at = held.reduce(movedBy, edit.at);
    const end = held.reduce(movedBy, edit.at + edit.removed);
    touched(text);
    text.doc?.transact(() => {
      if (end > at) text.delete(at, end - at);
      if (edit.inserted !== "") text.insert(at, edit.inserted);
    }, origin);
    wanted = text.toString();
    if (box.value !== wanted) {
      const caret = held.reduce(movedBy, box.selectionStart);
      box.value = wanted;
      if (document.activeElement === box) box.setSelectionRange(caret, caret);
    }
    shown = wanted;
    held = [];
  };

  /** @param {import("yjs").YTextEvent} event */
  const hear = (event) => {
    if (event.transaction.origin === origin) return;
    const steps = /** @type {import("./edits.js").Step[]} */ (event.delta);
    if (composing) {
      held.push(steps);
      return;
    }
    const start = movedBy(box.selectionStart, steps);
    const end = movedBy(box.selectionEnd, steps);
    const top = box.scrollTop;
    shown = text.toString();
    box.value = shown;
    if (document.activeElement === box) box.setSelectionRange(start, end);
    else left = [start, end]; // a caret set now would take the focus in some browsers
    box.scrollTop = top;
  };

  box.addEventListener("input", () => {
    if (!composing) push();
  }, { signal });
  box.addEventListener("focus", () => {
    if (left !== null) box.setSelectionRange(...left);
    left = null;
  }, { signal });
  box.addEventListener("compositionstart", () => {
    composing = true;
  }, { signal });
  box.addEventListener("compositionend", () => {
    composing = false;
    push();
    if (held.length === 0) return;
    box.value = shown = text.toString();
    held = [];
  }, { signal });
  text.observe(hear);
  return () => {
    done.abort();
    text.unobserve(hear);
  };
}
