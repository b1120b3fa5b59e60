/** Copies a link or a PIN that is shown once, where the browser lets a page do so. */
import { _ } from "words";
import { part, write } from "./parts.js";

/** @param {HTMLElement} body */
export function start(body) {
  const listening = new AbortController();
  for (const button of /** @type {NodeListOf<HTMLElement>} */ (body.querySelectorAll("[data-copy]"))) {
    button.hidden = false;
    button.addEventListener("click", () => void copy(body, button.dataset["copy"] ?? ""), { signal: listening.signal });
  }
  return () => listening.abort();
}

/** @param {HTMLElement} body @param {string} id of the field */
async function copy(body, id) {
  const field = /** @type {HTMLInputElement} */ (part(body, `#${id}`));
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    write(part(body, "[data-copied]"), _("Copied."));
  } catch {
    // Without the right to write the clipboard the text stands selected.
    write(part(body, "[data-copied]"), _("Press Ctrl+C to copy the selected text."));
  }
}
