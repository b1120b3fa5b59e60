/** Copies the text that an element shows, and says that it did; prints the page where it is asked to. */
import { _ } from "words";

/** @param {HTMLElement} place holds `[data-text]`, a copy button, perhaps a print button, and `[data-told]` */
export function start(place) {
  const told = place.querySelector("[data-told]");
  const text = () => [...place.querySelectorAll("[data-text]")].map((one) => one.textContent?.trim() ?? "").join("\n");
  place.querySelector("[data-copy]")?.addEventListener("click", () => void copy());
  place.querySelector("[data-print]")?.addEventListener("click", () => print());

  async function copy() {
    try {
      await navigator.clipboard.writeText(text());
      say(_("Copied."));
    } catch {
      say(_("Your browser did not let us copy. Please select the text and copy it."));
    }
  }

  /** @param {string} words */
  function say(words) {
    if (told) told.textContent = words;
  }
}
