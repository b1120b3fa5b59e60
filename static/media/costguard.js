/** Judges for the first seconds whether a changed picture costs this device too much (pure). */

/** Milliseconds for which it is watched after it was switched on. */
export const WATCHED = 3000;
/** Share of the frames there should be, below which people see the difference. */
const ENOUGH = 0.7;
/** Milliseconds a frame may take to be drawn: a third of what a device has between two of them. */
const BUDGET = 11;

/**
 * Counters of one moment, all growing: `at` milliseconds, `frames` drawn or sent, `time` milliseconds
 * that drawing them took together, 0 where the browser does it.
 * @typedef {{at: number, frames: number, time: number}} Cost
 */

export class CostGuard {
  #first;
  #expected;

  /**
   * @param {Cost} first when it was switched on
   * @param {number} expected frames per second that there were before, or should be
   */
  constructor(first, expected) {
    this.#first = first;
    this.#expected = expected;
  }

  /**
   * @param {Cost} now
   * @returns {"watching" | "fine" | "frames" | "time"} `frames` too few of them came, `time` each took too long
   */
  judge(now) {
    const passed = now.at - this.#first.at;
    if (passed < WATCHED) return "watching";
    const frames = Math.max(0, now.frames - this.#first.frames);
    if ((frames * 1000) / passed < ENOUGH * this.#expected) return "frames";
    if (now.time - this.#first.time > BUDGET * frames) return "time";
    return "fine";
  }
}
