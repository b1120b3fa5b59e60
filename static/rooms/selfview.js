/** The own small picture on the stage: in which corner it stands, and whether it is shown at all. */
import { _ } from "../live/words.js";

/** @typedef {"bottom-end" | "bottom-start" | "top-end" | "top-start"} Corner */

/** Where this browser remembers the corner, and that the own picture is not to be seen. */
const CORNER = "rounds.corner";
const HIDDEN = "rounds.selfview";
/** One after the other, clockwise in writing that goes from left to right. */
const ROUND = /** @type {const} */ (["bottom-end", "bottom-start", "top-start", "top-end"]);
/** Pixels of movement below which a touch is a press. */
const STILL = 6;

/**
 * @param {Corner} corner
 * @param {string} key of an arrow; any other goes on to the next corner
 * @param {boolean} rtl whether the writing goes from right to left
 * @returns {Corner} (pure)
 */
export function cornerAfter(corner, key, rtl) {
  const [block, inline] = corner.split("-");
  const left = rtl ? "end" : "start";
  const right = rtl ? "start" : "end";
  switch (key) {
    case "ArrowUp":
      return /** @type {Corner} */ (`top-${inline}`);
    case "ArrowDown":
      return /** @type {Corner} */ (`bottom-${inline}`);
    case "ArrowLeft":
      return /** @type {Corner} */ (`${block}-${left}`);
    case "ArrowRight":
      return /** @type {Corner} */ (`${block}-${right}`);
    default:
      return ROUND[(ROUND.indexOf(corner) + 1) % ROUND.length] ?? "bottom-end";
  }
}

/**
 * @param {number} x where it was let go, 0 at the left edge of the stage to 1
 * @param {number} y 0 at its top to 1
 * @param {boolean} rtl
 * @returns {Corner} the nearest one (pure)
 */
export function cornerNear(x, y, rtl) {
  return /** @type {Corner} */ (`${y < 0.5 ? "top" : "bottom"}-${x < 0.5 === rtl ? "end" : "start"}`);
}

export class SelfView {
  #root;
  #stage;
  /** Where the pointer took hold of it. @type {{x: number, y: number, moved: boolean} | null} */
  #held = null;
  /** Whether the last touch moved it: the click that ends a drag is no press. */
  #dragged = false;
  #listening = new AbortController();

  /** @param {HTMLElement} root the call's element */
  constructor(root) {
    this.#root = root;
    this.#stage = /** @type {HTMLElement} */ (root.querySelector("[data-part=stage]"));
    const { signal } = this.#listening;
    for (const control of root.querySelectorAll("[data-control=self]")) {
      control.addEventListener("click", () => this.#hide(!this.hidden), { signal });
    }
    this.#stage.addEventListener("pointerdown", (event) => this.#take(event), { signal });
    this.#stage.addEventListener("pointermove", (event) => this.#move(event), { signal });
    for (const end of /** @type {const} */ (["pointerup", "pointercancel"])) {
      this.#stage.addEventListener(end, (event) => this.#letGo(event), { signal });
    }
    this.#stage.addEventListener("click", (event) => {
      if (handleOf(event) !== null && !(this.#dragged && event.detail > 0)) this.#go("Enter");
    }, { signal });
    this.#stage.addEventListener("keydown", (event) => {
      if (!event.key.startsWith("Arrow") || !handleOf(event)) return;
      event.preventDefault();
      this.#go(event.key);
    }, { signal });
  }

  /** @returns {boolean} whether the own picture is not shown here */
  get hidden() {
    return localStorage.getItem(HIDDEN) === "hidden";
  }

  /** @param {boolean} seen whether the others see the person now */
  show(seen = false) {
    this.#stage.dataset["corner"] = this.#corner;
    this.#stage.toggleAttribute("data-selfless", this.hidden);
    const button = this.#root.querySelector(".more [data-control=self] [data-part=word]");
    if (button) button.textContent = this.hidden ? _("Show my own picture") : _("Hide my own picture from me");
    const words = this.#root.querySelector("[data-part=self-words]");
    const said = seen
      ? _("Your own picture is hidden. The others still see you.")
      : _("Your own picture is hidden.");
    if (words && words.textContent !== said) words.textContent = said;
    const line = /** @type {HTMLElement | null} */ (this.#root.querySelector("[data-part=selfless]"));
    if (line) line.hidden = !this.hidden;
    const handle = this.#stage.querySelector(".tile--self [data-control=move]");
    handle?.toggleAttribute("hidden", false);
    handle?.setAttribute("aria-label", _("Move your picture to another corner: press, drag, or use the arrow keys"));
  }

  stop() {
    this.#listening.abort();
  }

  /** @returns {Corner} */
  get #corner() {
    const kept = localStorage.getItem(CORNER);
    return ROUND.find((one) => one === kept) ?? "bottom-end";
  }

  /** @param {boolean} hidden */
  #hide(hidden) {
    localStorage.setItem(HIDDEN, hidden ? "hidden" : "shown");
    this.show();
    this.#root.dispatchEvent(new Event("rounds-selfview"));
    // The button of the line is gone with it.
    if (!hidden) /** @type {HTMLElement | null} */ (this.#stage.querySelector(".tile--self [data-control=move]"))?.focus();
  }

  /** @param {string} key */
  #go(key) {
    localStorage.setItem(CORNER, cornerAfter(this.#corner, key, rtl()));
    this.show();
  }

  /** @param {PointerEvent} event */
  #take(event) {
    const handle = handleOf(event);
    if (handle === null || event.button !== 0) return;
    this.#dragged = false;
    handle.setPointerCapture(event.pointerId);
    this.#held = { x: event.clientX, y: event.clientY, moved: false };
  }

  /** @param {PointerEvent} event */
  #move(event) {
    const tile = /** @type {HTMLElement | null} */ (this.#stage.querySelector(".tile--self"));
    if (this.#held === null || tile === null) return;
    const [x, y] = [event.clientX - this.#held.x, event.clientY - this.#held.y];
    this.#held.moved ||= Math.hypot(x, y) > STILL;
    if (this.#held.moved) tile.style.translate = `${x}px ${y}px`;
  }

  /** @param {PointerEvent} event */
  #letGo(event) {
    const held = this.#held;
    const tile = /** @type {HTMLElement | null} */ (this.#stage.querySelector(".tile--self"));
    this.#held = null;
    if (held === null || tile === null) return;
    const [own, stage] = [tile.getBoundingClientRect(), this.#stage.getBoundingClientRect()];
    tile.style.translate = "";
    if (!held.moved) return;
    this.#dragged = true;
    if (event.type === "pointercancel") return;
    const [x, y] = [own.x + own.width / 2 - stage.x, own.y + own.height / 2 - stage.y];
    localStorage.setItem(CORNER, cornerNear(x / stage.width, y / stage.height, rtl()));
    this.show();
  }
}

/** @param {Event} event @returns {HTMLElement | null} the own picture's handle, where it was meant */
function handleOf({ target }) {
  const handle = target instanceof Element ? target.closest("[data-control=move]") : null;
  return handle instanceof HTMLElement ? handle : null;
}

/** @returns {boolean} */
function rtl() {
  return document.documentElement.dir === "rtl";
}
