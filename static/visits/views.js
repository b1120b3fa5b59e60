/**
 * Shows one of a page's views at a time.
 *
 * Focus never moves by itself, except into a view that replaced the one that had it: then the new
 * view's heading takes it, because the old place is gone. Otherwise a screen reader is told of the new
 * view politely, by its heading and by what in it is marked `data-told`.
 */
import { _ } from "../live/words.js";

export class Views {
  /** Name of the view in sight. */
  current = "";

  #views;
  #title = document.title;
  /** @type {HTMLElement | null} */
  #told;

  /** @param {HTMLElement} root holds elements with `data-view`; the one not hidden is in sight */
  constructor(root) {
    const all = /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-view]"));
    this.#views = new Map([...all].map((view) => [view.dataset["view"] ?? "", view]));
    for (const [name, view] of this.#views) if (!view.hidden) this.current = name;
    this.#told = root.querySelector("[data-part=view-told]");
  }

  /** @param {string} name @returns {HTMLElement} */
  element(name) {
    const view = this.#views.get(name);
    if (view === undefined) throw new RangeError(`no view ${name}`);
    return view;
  }

  /** @param {string} name @returns {boolean} whether the view is another one now */
  show(name) {
    if (name === this.current) return false;
    const next = this.element(name);
    const had = this.#views.get(this.current)?.contains(document.activeElement) ?? false;
    for (const view of this.#views.values()) view.hidden = view !== next;
    this.current = name;
    const heading = /** @type {HTMLElement | null} */ (next.querySelector("h1, h2"));
    document.title = _("{view} – {page}", { view: heading?.textContent?.trim() ?? "", page: this.#title });
    if (had) heading?.focus();
    else window.scrollTo({ top: 0 });
    // What the view says is written right after this, before the next frame.
    requestAnimationFrame(() => this.#tell(next, had));
    return true;
  }

  /** @param {HTMLElement} view @param {boolean} focused whether its heading is read out already */
  #tell(view, focused) {
    if (this.#told === null || view.hidden) return;
    const marked = /** @type {NodeListOf<HTMLElement>} */ (view.querySelectorAll("h1, [data-told]"));
    const words = [...marked].filter((one) => one.checkVisibility() && !(focused && one.matches("h1")));
    write(this.#told, words.map((one) => one.textContent?.trim() ?? "").filter(Boolean).join(". "));
  }
}

/**
 * Calls the deed of a pressed `[data-act]` button; while it runs, the button does not act again.
 * @param {HTMLElement} root
 * @param {Record<string, (button: HTMLElement) => void | Promise<void>>} deeds by the name in `data-act`
 * @param {AbortSignal} signal ends listening
 */
export function onPress(root, deeds, signal) {
  root.addEventListener("click", async (event) => {
    const button = event.target instanceof Element ? event.target.closest("[data-act]") : null;
    if (!(button instanceof HTMLElement) || button.getAttribute("aria-disabled") === "true") return;
    const deed = deeds[button.dataset["act"] ?? ""];
    if (deed === undefined) return;
    button.setAttribute("aria-disabled", "true");
    try {
      await deed(button);
    } finally {
      button.removeAttribute("aria-disabled");
    }
  }, { signal });
}

/**
 * @param {HTMLElement} root
 * @param {string} name of `data-part`
 * @returns {HTMLElement}
 */
export function part(root, name) {
  const found = root.querySelector(`[data-part="${name}"]`);
  if (!(found instanceof HTMLElement)) throw new RangeError(`no part ${name}`);
  return found;
}

/**
 * Writes words only when they are other ones, so that a screen reader hears them once.
 * @param {HTMLElement} element
 * @param {string} words
 */
export function write(element, words) {
  if (element.textContent !== words) element.textContent = words;
}
