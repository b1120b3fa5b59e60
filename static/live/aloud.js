/** Reads a text aloud with a voice of this device; the button shows only where one speaks the page's language. */
import { _ } from "words";

/** @param {HTMLElement} place holds the text in `[data-aloud-text]`s and the button `[data-aloud]` with its `[data-aloud-word]` */
export function start(place) {
  const button = place.querySelector("[data-aloud]");
  const word = place.querySelector("[data-aloud-word]");
  const speech = window.speechSynthesis;
  if (!(button instanceof HTMLElement) || word === null || !speech) return;
  let isReading = false;

  // Voices that are not of this device would send the text to somebody else.
  const voice = () => speech.getVoices().find((one) => one.localService && isOfLanguage(one.lang, document.documentElement.lang));
  const look = () => {
    button.hidden = voice() === undefined;
  };
  /** @param {boolean} reading */
  const show = (reading) => {
    isReading = reading;
    word.textContent = reading ? _("Stop reading") : _("Read aloud");
  };

  const read = () => {
    const chosen = voice();
    if (chosen === undefined) return;
    const parts = [...place.querySelectorAll("[data-aloud-text]")].map((one) => one.textContent?.trim().replace(/\s+/g, " ") ?? "");
    const spoken = parts.filter((one) => one !== "").map((one) => {
      const utterance = new SpeechSynthesisUtterance(one);
      utterance.voice = chosen;
      utterance.lang = chosen.lang;
      return utterance;
    });
    const last = spoken.at(-1);
    if (last === undefined) return;
    for (const one of spoken) one.addEventListener("error", () => show(false));
    last.addEventListener("end", () => show(false));
    speech.cancel(); // another text of the page may be read just now
    for (const one of spoken) speech.speak(one);
    show(true);
  };

  button.addEventListener("click", () => {
    if (!isReading) read();
    else {
      speech.cancel();
      show(false);
    }
  });
  speech.addEventListener("voiceschanged", look);
  addEventListener("pagehide", () => {
    if (isReading) speech.cancel();
  });
  look();
}

/**
 * @param {string} spoken such as `en_GB`
 * @param {string} wanted such as `en`
 * @returns {boolean} whether a voice of one language reads a page of the other
 */
export function isOfLanguage(spoken, wanted) {
  const [first, second] = [spoken, wanted].map((one) => one.toLowerCase().split(/[-_]/)[0]);
  return first !== "" && first === second;
}
