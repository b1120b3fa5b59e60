/** Finds what changed between two texts, where a caret stands after it, and brings kept changes back (pure). */
import { applyUpdate, Doc, encodeStateAsUpdate } from "yjs";

/** @typedef {{at: number, removed: number, inserted: string}} Edit places and counts are UTF-16 units */
/** @typedef {{retain?: number, insert?: unknown, delete?: number}} Step of a change, as Yjs tells it */

/** @param {string} text @param {number} at @returns {boolean} whether a border there parts a character */
function parts(text, at) {
  const before = text.charCodeAt(at - 1);
  const after = text.charCodeAt(at);
  return before >= 0xd800 && before <= 0xdbff && after >= 0xdc00 && after <= 0xdfff;
}

/**
 * The one edit that makes `after` of `before`; its borders part no character of either text.
 * @param {string} before
 * @param {string} after
 * @param {number} [caret] where it stands in `after`: among equal letters it tells which one was typed
 * @returns {Edit | null} null when they are equal
 */
export function editBetween(before, after, caret = after.length) {
  if (before === after) return null;
  const most = Math.min(before.length, after.length);
  const behind = after.length - caret;
  const kept = behind <= most && before.endsWith(after.slice(caret)) ? behind : 0;
  let start = 0;
  while (start < most - kept && before[start] === after[start]) start += 1;
  if (parts(before, start) || parts(after, start)) start -= 1;
  let end = kept;
  while (end < most - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end += 1;
  if (parts(before, before.length - end) || parts(after, after.length - end)) end -= 1;
  return { at: start, removed: before.length - end - start, inserted: after.slice(start, after.length - end) };
}

/**
 * @param {number} place
 * @param {readonly Step[]} steps of somebody else's change
 * @returns {number} where `place` is now; what is written exactly there comes after it
 */
export function movedBy(place, steps) {
  let at = 0;
  for (const step of steps) {
    if (step.retain !== undefined) at += step.retain;
    else if (typeof step.insert === "string") {
      if (at < place) place += step.insert.length;
      at += step.insert.length;
    } else if (step.delete !== undefined && at < place) place -= Math.min(step.delete, place - at);
  }
  return place;
}

/**
 * @param {string} text as somebody typed or pasted it
 * @returns {string} without what a plan does not hold: control characters and halves of characters
 */
export function cleaned(text) {
  return text.replace(/\r\n?/g, "\n").replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]|\p{Surrogate}/gu, "");
}

/**
 * Brings what an earlier page of this person could not save into the section as it is now.
 *
 * The old updates are laid over a copy of what the server has: what did arrive changes nothing there.
 * What differs then is written anew, as this page's own edits, so that no two pages ever write under
 * one client id.
 * @param {Doc} doc the section as the server has it
 * @param {readonly Uint8Array[]} updates
 * @param {(text: import("yjs").Text) => void} touched is told before a text is changed
 * @returns {boolean} false when the updates build on what the server does not have; then nothing is changed
 */
export function rebase(doc, updates, touched) {
  const copy = new Doc();
  applyUpdate(copy, encodeStateAsUpdate(doc));
  for (const one of updates) applyUpdate(copy, one);
  if (copy.store.pendingStructs !== null) return false;
  for (const name of copy.share.keys()) {
    const text = doc.getText(name);
    const edit = editBetween(text.toString(), copy.getText(name).toString());
    if (edit === null) continue;
    touched(text);
    doc.transact(() => {
      if (edit.removed > 0) text.delete(edit.at, edit.removed);
      if (edit.inserted !== "") text.insert(edit.at, edit.inserted);
    });
  }
  copy.destroy();
  return true;
}
