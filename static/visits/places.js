/** Keeps the place of a row that went, so that a press meant for it never meets the next one. */

/** Milliseconds that a place stays empty after its row went, or after somebody reached for the list. */
const REACH = 1_000;

/** @typedef {{ gap: string, height: number }} Gap */

export class Places {
  #list;
  #close;
  #timer = 0;

  /**
   * @param {HTMLElement} list whose rows carry a `data-key`
   * @param {() => void} close called when the list may draw itself without gaps
   */
  constructor(list, close) {
    this.#list = list;
    this.#close = close;
    for (const reach of ["pointermove", "pointerdown"]) {
      list.addEventListener(reach, () => {
        if (this.#timer !== 0) this.#wait();
      });
    }
  }

  /**
   * @template T
   * @param {T[]} things
   * @param {(thing: T) => string} keyOf
   * @returns {(T | Gap)[]} the things, with a gap wherever one of them stood; newcomers come last
   */
  hold(things, keyOf) {
    const fresh = new Map(things.map((thing) => [keyOf(thing), thing]));
    /** @type {(T | Gap)[]} */
    const places = [];
    for (const row of /** @type {HTMLCollectionOf<HTMLElement>} */ (this.#list.children)) {
      const key = row.dataset["key"] ?? "";
      const gap = row.hasAttribute("data-gap") ? key : `gap:${key}`;
      places.push(fresh.get(key) ?? { gap, height: row.offsetHeight });
      fresh.delete(key);
    }
    places.push(...fresh.values());
    const inOrder = places.filter((one) => !isGap(one));
    if (inOrder.some((one, at) => one !== things[at])) return things;
    if (places.length > things.length) this.#wait();
    return places;
  }

  stop() {
    clearTimeout(this.#timer);
  }

  #wait() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = 0;
      for (const gap of this.#list.querySelectorAll("[data-gap]")) gap.remove();
      this.#close();
    }, REACH);
  }
}

/** @param {unknown} place @returns {place is Gap} */
export function isGap(place) {
  return typeof place === "object" && place !== null && "gap" in place;
}

/** @param {Gap} gap @returns {HTMLElement} a row with nothing in it */
export function emptyRow({ height }) {
  const row = document.createElement("li");
  row.dataset["gap"] = "";
  row.setAttribute("aria-hidden", "true");
  row.style.height = `${height}px`;
  return row;
}
