/** Notices that the page was stopped for a while, as by a locked phone, and when the server has answered it again. */

/** Milliseconds between two beats, and without one after which the page was asleep. */
const BEAT = 1000;
const GAP = 6000;
/** Looks at the counters after which a browser that counts no answers is believed to be back. */
const LOOKS = 3;

/** Whether the page was stopped and nobody has answered since (pure). */
export class Sleep {
  /** Milliseconds since 1970 when it woke, null while it was not asleep. @type {number | null} */
  woke = null;
  #last;
  #looks = 0;

  /** @param {number} now milliseconds since 1970 */
  constructor(now) {
    this.#last = now;
  }

  /** @param {number} now @returns {boolean} whether it woke up with this beat */
  beat(now) {
    const slept = now - this.#last > GAP;
    this.#last = now;
    if (slept) [this.woke, this.#looks] = [now, 0];
    return slept;
  }

  /**
   * @param {import("../media/engine.js").Reports | null} up what the browser counts of what it sends
   * @param {boolean} connected whether all lines stand, as far as the page knows
   */
  look(up, connected) {
    if (this.woke === null || !connected) return;
    this.#looks += 1;
    const answers = [...(up?.values() ?? [])].filter((one) => one.type === "remote-inbound-rtp");
    const answered = answers.some((one) => one.timestamp > /** @type {number} */ (this.woke));
    if (answered || (answers.length === 0 && this.#looks >= LOOKS)) this.woke = null;
  }
}

/** Fires `woke`. */
export class Asleep extends EventTarget {
  #sleep = new Sleep(Date.now());
  #clock = setInterval(() => {
    if (this.#sleep.beat(Date.now())) this.dispatchEvent(new Event("woke"));
  }, BEAT);

  /** @returns {boolean} whether nobody has answered since the page was stopped */
  get now() {
    return this.#sleep.woke !== null;
  }

  /** @param {Parameters<Sleep["look"]>} counted */
  look(...counted) {
    this.#sleep.look(...counted);
  }

  stop() {
    clearInterval(this.#clock);
  }
}
