/**
 * Keeps the screen of a device from going dark in a call, says beforehand what happens if it does, and
 * brings the call back when its page is looked at again.
 *
 * A locked telephone takes camera, microphone and sound from a page, often without a word: nothing has to
 * be pressed afterwards.
 */

/** Where this browser remembers that its owner knows. */
const KNOWN = "rounds.lock";

export class Awake {
  /** @type {WakeLockSentinel | null} */
  #lock = null;
  #asking = false;
  #over = new AbortController();

  /** @param {HTMLElement} root the call's element @param {() => void} onReturn told when the page is looked at again */
  constructor(root, onReturn) {
    const { signal } = this.#over;
    const looked = () => {
      if (document.hidden) return;
      void this.#keep();
      onReturn();
    };
    // The browser lets go of the screen whenever the page is out of sight.
    document.addEventListener("visibilitychange", looked, { signal });
    // A frozen page wakes without being shown anew where it stood in sight.
    document.addEventListener("resume", looked, { signal });
    void this.#keep();
    const warning = /** @type {HTMLElement | null} */ (root.querySelector("[data-part=lock-warning]"));
    if (warning === null) return;
    warning.hidden = localStorage.getItem(KNOWN) === "known" || !matchMedia("(pointer: coarse)").matches;
    warning.querySelector("button")?.addEventListener("click", () => {
      localStorage.setItem(KNOWN, "known");
      warning.hidden = true;
      /** @type {HTMLElement | null} */ (root.querySelector("[data-control=microphone]"))?.focus();
    }, { signal });
  }

  /** Lets the screen go dark again. */
  stop() {
    this.#over.abort();
    void this.#lock?.release();
    this.#lock = null;
  }

  async #keep() {
    if (document.hidden || !("wakeLock" in navigator) || this.#asking || this.#lock?.released === false) return;
    this.#asking = true;
    this.#lock = await navigator.wakeLock.request("screen").catch(() => null); // refused while the battery is low
    this.#asking = false;
    if (this.#over.signal.aborted) this.stop();
  }
}
