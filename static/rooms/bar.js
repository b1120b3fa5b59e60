/** The thin bar over a call: the connection and what it means, who hears and sees the person, what is the matter. */
import { connectionWords } from "./connection.js";
import { Ear } from "./others.js";

export class Bar {
  #root;
  #ear = new Ear();

  /** @param {HTMLElement} root the call's element */
  constructor(root) {
    this.#root = root;
  }

  /** @param {Parameters<typeof connectionWords>[0]} state */
  connection(state) {
    const words = connectionWords(state);
    const bar = /** @type {HTMLElement | null} */ (this.#root.querySelector("[data-part=bar]"));
    if (bar) bar.dataset["tone"] = words.tone;
    this.write("word", words.word);
    this.write("consequence", words.consequence);
    for (const icon of this.#root.querySelectorAll("[data-sign]")) {
      icon.toggleAttribute("hidden", icon.getAttribute("data-sign") !== words.sign);
    }
  }

  /** @param {{seat: string, note: import("./others.js").Note}[]} notes told once for the ear */
  tell(notes) {
    const news = this.#ear.news(notes, performance.now());
    if (news !== "") this.write("ear", news);
  }

  /** @param {string} part @param {string} words written only when new, so that nothing is announced twice */
  write(part, words) {
    const element = this.#root.querySelector(`[data-part=${part}]`);
    if (element && element.textContent !== words) element.textContent = words;
  }
}
