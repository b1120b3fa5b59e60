/** The panel of seldom controls that opens over the call's buttons; Escape, a press outside or a choice close it. */

export class More {
  #button;
  #panel;
  #stage;
  #listening = new AbortController();

  /** @param {HTMLElement} root the call's element */
  constructor(root) {
    this.#button = /** @type {HTMLButtonElement} */ (root.querySelector("[data-control=more]"));
    this.#panel = /** @type {HTMLElement} */ (root.querySelector("[data-part=more]"));
    this.#stage = root.querySelector(".stage");
    const { signal } = this.#listening;
    this.#button.addEventListener("click", () => this.#open(Boolean(this.#panel.hidden)), { signal });
    // Last of all listeners: a deed may want to put the focus elsewhere, as dialogs do.
    this.#panel.addEventListener("click", ({ target }) => {
      if (target instanceof Element && target.closest("button")) this.#close();
    }, { signal });
    root.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || this.#panel.hidden || event.defaultPrevented) return;
      event.preventDefault();
      this.#close();
    }, { signal });
    document.addEventListener("pointerdown", ({ target }) => {
      const inside = target instanceof Node && (this.#panel.contains(target) || this.#button.contains(target));
      if (!inside) this.#open(false);
    }, { signal });
    this.#open(false);
  }

  stop() {
    this.#listening.abort();
    this.#open(false);
  }

  /** The focus goes back to where the panel was opened, unless it is elsewhere by now. */
  #close() {
    const within = this.#panel.contains(document.activeElement);
    this.#open(false);
    if (within) this.#button.focus();
  }

  /** @param {boolean} open */
  #open(open) {
    this.#panel.hidden = !open;
    this.#stage?.toggleAttribute("inert", open); // the panel lies over what could be pressed there
    this.#button.setAttribute("aria-expanded", String(open));
  }
}
