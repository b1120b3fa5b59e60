/** Shows a note of the computer while the page is behind others; it never names anybody. */
import { _, ngettext } from "words";

/** @returns {NotificationPermission} "denied" also where notes do not exist */
export function permission() {
  return "Notification" in window ? Notification.permission : "denied";
}

/** @param {number} count @returns {string} how many wait, and nobody's name */
export function countWords(count) {
  return ngettext("{count} person is waiting", "{count} people are waiting", count);
}

/**
 * A note can be read over a shoulder: it tells that someone waits, never who.
 * @param {number} count how many wait in all
 */
export function noteWaiting(count) {
  show(countWords(count), "rounds-waiting");
}

/** Somebody who waits wrote, or asks to be called. */
export function noteAsked() {
  show(_("Someone who waits asks for you"), "rounds-asked");
}

/** @param {string} words @param {string} tag a newer note of the same kind takes its place */
function show(words, tag) {
  if (!document.hidden || permission() !== "granted") return;
  const note = new Notification(words, { tag, silent: true });
  note.addEventListener("click", () => {
    window.focus();
    note.close();
  });
}
