/**
 * Compares, while nobody writes, a section's texts with the server's: the last net under the merging.
 *
 * Only what is wholly saved is compared, once after each change. Where the two differ, this page's
 * copy is let go and opened anew; nothing that is not saved is in it then.
 */

/** Milliseconds without a change after which a section is compared. */
export const IDLE = 30_000;
/** One section at a time is looked at: the server takes two comparisons a second. */
const LOOK = 2000;

export class IdleCheck {
  #plan;
  #now;
  #clock;
  /** What each section stood at, since when, and whether that was compared. @type {Map<string, {seq: number, since: number, done: boolean}>} */
  #stands = new Map();

  /** @param {import("./plan.js").Plan} plan @param {() => number} [now] milliseconds */
  constructor(plan, now = () => performance.now()) {
    this.#plan = plan;
    this.#now = now;
    this.#clock = setInterval(() => void this.look(), LOOK);
  }

  stop() {
    clearInterval(this.#clock);
  }

  /** Compares the first section whose turn it is. */
  async look() {
    if (!globalThis.crypto?.subtle) return; // a page without a safe connection cannot count hashes
    const now = this.#now();
    const due = [...this.#plan.sections.values()].filter((section) => this.#isDue(section, now))[0];
    if (due !== undefined) await this.#compare(due);
  }

  /** @param {import("./section.js").Section} section @param {number} now */
  #isDue(section, now) {
    const { kind, seq, isOpen, unsaved } = section;
    const stood = this.#stands.get(kind);
    if (stood === undefined || stood.seq !== seq || !isOpen || unsaved.length > 0) {
      this.#stands.set(kind, { seq, since: now, done: false });
      return false;
    }
    return !stood.done && now - stood.since >= IDLE;
  }

  /** @param {import("./section.js").Section} section */
  async #compare(section) {
    const { kind, seq } = section;
    const stood = this.#stands.get(kind);
    if (stood !== undefined) stood.done = true;
    const same = await this.#plan.same(kind, seq, await hashOf(section.told));
    const moved = section.seq !== seq || section.unsaved.length > 0 || !section.isOpen;
    if (same !== false || moved || !this.#plan.sections.has(kind)) return; // what moved is compared again later
    section.renew("epoch");
    section.dispatchEvent(new Event("reopen"));
  }
}

/** @param {string} told @returns {Promise<string>} SHA-256 of its UTF-8, in hexadecimal */
async function hashOf(told) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(told));
  return [...new Uint8Array(digest)].map((one) => one.toString(16).padStart(2, "0")).join("");
}
