/** Tells once for each person that someone waits: a soft knock, the page's title, a note without a name. */
import { _, ngettext } from "words";
import { noteWaiting, permission } from "../live/note.js";
import { audioContext, play, unlockSound } from "../live/sound.js";

export class Knocking {
  #title = document.title;
  /** Who has been told already. @type {Set<string>} */
  #told = new Set();
  #first = true;
  #root;

  /** @param {HTMLElement} root holds the switch and the buttons */
  constructor(root) {
    this.#root = root;
    unlockSound();
    const sound = this.#part("[data-sound]");
    sound.setAttribute("aria-checked", String(!quiet()));
    sound.addEventListener("click", () => {
      localStorage.setItem("rounds.quiet", quiet() ? "no" : "yes");
      sound.setAttribute("aria-checked", String(!quiet()));
    });
    this.#part("[data-try]").addEventListener("click", () => void this.#try());
    this.#part("[data-notify-ask]").addEventListener("click", () => void this.#allow());
    this.#showNotify();
  }

  /**
   * @param {{key: string}[]} waiting everyone at the door now
   */
  show(waiting) {
    const fresh = waiting.filter((one) => !this.#told.has(one.key));
    this.#told = new Set(waiting.map((one) => one.key));
    const count = waiting.length;
    document.title = count > 0 ? `(${count}) ${this.#title}` : this.#title;
    if (fresh.length > 0 && !this.#first) this.#knock(count);
    this.#first = false;
  }

  /** @param {number} count how many wait in all */
  #knock(count) {
    play("knock");
    noteWaiting(count);
  }

  async #try() {
    await audioContext().resume();
    play("knock");
    if (quiet()) this.#part("[data-sound]").focus();
  }

  async #allow() {
    await Notification.requestPermission();
    this.#showNotify();
  }

  #showNotify() {
    this.#part("[data-notify]").hidden = permission() !== "default";
    this.#part("[data-notify-on]").hidden = permission() !== "granted";
  }

  /** @param {string} selector @returns {HTMLElement} */
  #part(selector) {
    const found = this.#root.querySelector(selector);
    if (!(found instanceof HTMLElement)) throw new Error(`The page has no ${selector}`);
    return found;
  }
}

/** @returns {boolean} whether sounds are switched off on this device */
function quiet() {
  return localStorage.getItem("rounds.quiet") === "yes";
}

/**
 * The sentence for a screen reader, read politely and only when it changes.
 * @param {string[]} names of everyone who waits
 * @returns {string}
 */
export function whoWaits(names) {
  if (names.length === 0) return _("Nobody is waiting.");
  const list = new Intl.ListFormat(document.documentElement.lang).format(names);
  return ngettext("{list} is waiting.", "{list} are waiting.", names.length, { list });
}
