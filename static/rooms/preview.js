/** The preview before a screen is sent: what will be seen, by whom, and the choice to go on or not. */
import { previewWords } from "./shared.js";
import { surfaceOf } from "../media/screen.js";
import { _ } from "../live/words.js";

/** What the person answered: another look at the browser's choice is an answer, too. @typedef {"share" | "other" | "cancel"} Answer */

export class Preview {
  #dialog;
  #video;
  /** @type {((answer: Answer) => void) | null} */
  #answer = null;
  #listening = new AbortController();

  /** @param {HTMLElement} root the call's element */
  constructor(root) {
    this.#dialog = /** @type {HTMLDialogElement} */ (root.querySelector("dialog[data-part=preview]"));
    this.#video = /** @type {HTMLVideoElement} */ (this.#dialog.querySelector("video"));
    this.#video.muted = true;
    const { signal } = this.#listening;
    for (const name of /** @type {Answer[]} */ (["share", "other", "cancel"])) {
      this.#dialog.querySelector(`[data-control=preview-${name}]`)?.addEventListener("click", () => this.#give(name), { signal });
    }
    // Escape, too, means that nothing is sent. The event comes a little later: the next choice may be open then.
    this.#dialog.addEventListener("close", () => this.#dialog.open || this.#give("cancel"), { signal });
  }

  /** @returns {boolean} whether the person says that the picture moves */
  get moves() {
    return /** @type {HTMLInputElement} */ (this.#dialog.querySelector("[name=moves]")).checked;
  }

  /**
   * Shows what would be sent and waits for the answer.
   * @param {MediaStreamTrack} track
   * @param {string[]} names everybody else in the call
   * @param {string} other whose screen would end, empty for nobody's
   * @param {string} trouble why the last try was refused, empty at first
   * @returns {Promise<Answer>}
   */
  ask(track, names, other, trouble) {
    const { title, words, names: who, warning } = previewWords(surfaceOf(track), names, document.documentElement.lang || undefined);
    this.#write("preview-title", title);
    this.#write("preview-words", words);
    this.#write("preview-names", who);
    this.#write("preview-warning", warning);
    this.#write("preview-other", other === "" ? "" : _("{name} shares a screen now. Yours takes its place.", { name: other }));
    this.#write("preview-trouble", trouble);
    this.#video.srcObject = new MediaStream([track]);
    void this.#video.play().catch(() => undefined);
    if (!this.#dialog.open) this.#dialog.showModal();
    return new Promise((resolve) => {
      this.#answer = resolve;
      track.addEventListener("ended", () => this.#give("cancel"), { once: true, signal: this.#listening.signal });
    });
  }

  /** Closes it, whatever was answered. */
  close() {
    this.#video.srcObject = null;
    this.#dialog.close();
  }

  stop() {
    this.#give("cancel");
    this.close();
    this.#listening.abort();
  }

  /** @param {Answer} answer */
  #give(answer) {
    this.#answer?.(answer);
    this.#answer = null;
  }

  /** @param {string} part @param {string} words */
  #write(part, words) {
    const element = /** @type {HTMLElement} */ (this.#dialog.querySelector(`[data-part=${part}]`));
    element.textContent = words;
    element.hidden = words === "";
  }
}
