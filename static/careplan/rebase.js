/**
 * Brings what an earlier page of this person could not save into the section as it is now (pure).
 *
 * The old updates are laid over a copy of what the server has: what did arrive changes nothing there.
 * What differs then is written anew, as this page's own edits, so that no two pages ever write under
 * one client id.
 */
import { applyUpdate, Doc, encodeStateAsUpdate } from "yjs";
import { editBetween } from "./edits.js";

/**
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
