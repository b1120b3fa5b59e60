/** The care plan over a guest's call: fetched when it is first opened, and again when it could not be had. */
import { fetchPart } from "../live/fragment.js";
import { part } from "./parts.js";

export class GuestPlan {
  #side;
  #body;
  #button;
  #path;
  #onChange;
  /** @type {(() => void) | null} */
  #running = null;
  #asking = false;
  #listening = new AbortController();

  /**
   * @param {HTMLElement} root the call's element
   * @param {string} invitation
   * @param {(open: boolean) => void} onChange told when it opens or closes
   */
  constructor(root, invitation, onChange) {
    this.#side = part(root, "[data-part=plan]");
    this.#body = part(this.#side, "[data-part=plan-body]");
    this.#button = part(root, "[data-control=plan]");
    this.#path = `/j/${invitation}/plan`;
    this.#onChange = onChange;
    const { signal } = this.#listening;
    this.#button.addEventListener("click", () => this.toggle(), { signal });
    part(this.#side, "[data-control=close-plan]").addEventListener("click", () => this.toggle(), { signal });
    this.#side.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.defaultPrevented) this.toggle();
    }, { signal });
    part(this.#side, "[data-part=plan-again]").addEventListener("click", () => void this.#fetch(), { signal });
  }

  /** @returns {boolean} */
  get open() {
    return !this.#side.hidden;
  }

  toggle() {
    this.#side.hidden = !this.#side.hidden;
    this.#onChange(this.open);
    if (!this.open) return part(this.#side.parentElement ?? this.#side, "[data-control=more]").focus();
    part(this.#side, "h2").focus();
    void this.#fetch();
  }

  stop() {
    this.#listening.abort();
    this.#side.hidden = true;
    this.#running?.();
    this.#running = null;
    this.#body.replaceChildren();
  }

  async #fetch() {
    if (this.#running !== null || this.#asking) return;
    this.#asking = true;
    part(this.#side, "[data-part=plan-failed]").hidden = true;
    part(this.#side, "[data-part=plan-coming]").hidden = false;
    try {
      const [{ start }, written] = await Promise.all([import("../careplan/page.js"), fetchPart(this.#path)]);
      if (this.#listening.signal.aborted) return;
      this.#body.replaceChildren(written);
      this.#running = start(this.#body);
    } catch {
      part(this.#side, "[data-part=plan-failed]").hidden = false;
    } finally {
      part(this.#side, "[data-part=plan-coming]").hidden = true;
      this.#asking = false;
    }
  }
}
