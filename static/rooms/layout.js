/**
 * How the others stand on the stage: alone, side by side, in a grid, or one large and the rest in a strip.
 *
 * Nothing moves when somebody speaks: who is large was made so by hand, and stays so.
 */
import { _ } from "../live/words.js";

/** @typedef {"one" | "side" | "grid" | "large"} Arrangement */

/** Where this browser remembers that one is to be large, and this tab who. */
const LARGE = "rounds.layout";
const WHO = "rounds.large";
/** People up to whom everybody has room side by side. */
const SIDE = 4;

/**
 * @param {number} others how many stand on the stage
 * @param {boolean} large whether one of them is wanted large
 * @returns {Arrangement} (pure)
 */
export function arrangement(others, large) {
  if (others <= 1) return "one";
  if (large) return "large";
  return others <= SIDE ? "side" : "grid";
}

/**
 * @param {string[]} seats of the others, in their order
 * @param {string} wanted whoever was made large
 * @returns {string} who is large: the wanted one, the first while that one is not there (pure)
 */
export function largeOne(seats, wanted) {
  return seats.includes(wanted) ? wanted : (seats[0] ?? "");
}

export class Layout {
  #root;
  #stage;
  #onChange;
  /** @type {string[]} */
  #seats = [];
  #listening = new AbortController();

  /** @param {HTMLElement} root the call's element @param {() => void} onChange */
  constructor(root, onChange) {
    this.#root = root;
    this.#onChange = onChange;
    this.#stage = /** @type {HTMLElement} */ (root.querySelector("[data-part=stage]"));
    const { signal } = this.#listening;
    root.querySelector("[data-control=layout]")?.addEventListener("click", () => this.#want(!this.#large), { signal });
    this.#stage.addEventListener("click", ({ target }) => {
      const button = target instanceof Element ? target.closest("[data-control=enlarge]") : null;
      const seat = /** @type {HTMLElement | null | undefined} */ (button?.closest(".tile"))?.dataset["seat"];
      if (seat === undefined) return;
      const back = this.#large && seat === this.large;
      if (!back) sessionStorage.setItem(WHO, seat);
      this.#want(!back);
    }, { signal });
  }

  /** @returns {string} seat of whoever is the large one, if one is */
  get large() {
    return largeOne(this.#seats, sessionStorage.getItem(WHO) ?? "");
  }

  /** @param {{seat: string, name: string}[]} others who are on the stage */
  show(others) {
    this.#seats = others.map((one) => one.seat);
    const now = arrangement(others.length, this.#large);
    if (this.#stage.dataset["layout"] !== now) {
      this.#stage.dataset["layout"] = now;
      this.#onChange();
    }
    const control = /** @type {HTMLElement | null} */ (this.#root.querySelector("[data-control=layout]"));
    if (control) {
      control.hidden = others.length < 2;
      const word = control.querySelector("[data-part=word]");
      if (word) word.textContent = now === "large" ? _("Everybody the same size") : _("One large, the others small");
    }
    for (const { seat, name } of others) this.#showTile(seat, name, now);
  }

  stop() {
    this.#listening.abort();
    delete this.#stage.dataset["layout"];
  }

  /** @returns {boolean} whether one is wanted large */
  get #large() {
    return localStorage.getItem(LARGE) === "large";
  }

  /** @param {boolean} large */
  #want(large) {
    localStorage.setItem(LARGE, large ? "large" : "same");
    this.#onChange();
  }

  /** @param {string} seat @param {string} name @param {Arrangement} now */
  #showTile(seat, name, now) {
    const tile = this.#stage.querySelector(`.tile[data-seat="${CSS.escape(seat)}"]`);
    const large = now === "large" && seat === this.large;
    tile?.toggleAttribute("data-large-one", large);
    const button = /** @type {HTMLElement | null | undefined} */ (tile?.querySelector("[data-control=enlarge]"));
    if (!button) return;
    button.hidden = now === "one";
    const words = large ? _("Everybody the same size") : _("Make {name} large", { name });
    if (button.getAttribute("aria-label") !== words) {
      button.setAttribute("aria-label", words);
      button.title = words;
    }
  }
}
