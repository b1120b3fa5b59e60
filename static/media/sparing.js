/**
 * What of our own a line still carries: all, a leaner voice beside what picture fits, or the voice alone (pure).
 *
 * The browser finds out by itself how much fits, and makes the picture smaller; but it sends a voice as wide
 * as ever, and never ends a picture that takes the voice's place.
 */

/** Bit/s below which a voice, said twice with all its headers, is most of what there is … */
const TIGHT = 160_000;
/** … and below which nothing is left for a picture, if packets are late or lost besides. */
const NO_ROOM = 110_000;
/** Bit/s from which a line is no longer tight. */
const ROOMY = 250_000;
/** Seconds longer than ever that the way there and back takes when packets queue. */
const LATE = 0.2;
/** Share of packets lost that a line without a queue loses seldom. */
const LOST = 0.1;
/** Looks without a sign of a full line until the picture is tried again; twice as many after a vain try. */
const CALM = 4;
/** Looks in which a try that fails was in vain. */
const TRY = 3;

/** @typedef {"all" | "lean" | "voice"} Share `lean` with a voice of fewer bits */

export class Sparing {
  /** @type {Share} */
  share = "all";
  #shortest = Infinity;
  #calm = 0;
  #wait = CALM;
  /** Looks since the picture was tried again; many when it never was. */
  #tried = Infinity;
  #roomy = 0;

  /**
   * Looks at the counters of the sending connection, every two seconds or so.
   * @param {RTCStatsReport} report
   * @returns {Share} what to send from now on
   */
  hear(report) {
    const { available, late, lossy } = this.#signs(report);
    const full = (late && lossy) || (available < NO_ROOM && (late || lossy));
    this.#tried += 1;
    this.#calm = full ? 0 : this.#calm + 1;
    this.#roomy = available > ROOMY ? this.#roomy + 1 : 0;
    if (this.share === "voice") {
      if (this.#calm >= this.#wait) [this.share, this.#tried] = ["lean", 0];
    } else if (full && this.share === "lean") {
      this.#wait = this.#tried <= TRY ? 2 * CALM : CALM;
      this.share = "voice";
    } else if (full || available < TIGHT) {
      this.share = "lean";
    } else if (this.#roomy > 1) {
      this.share = "all";
    }
    return this.share;
  }

  /** @param {RTCStatsReport} report @returns {{available: number, late: boolean, lossy: boolean}} */
  #signs(report) {
    let [available, lost, told] = [Infinity, 0, 0];
    /** @type {number | undefined} */
    let trip;
    report.forEach((one) => {
      if (one.type === "candidate-pair" && one.nominated) {
        available = one.availableOutgoingBitrate ?? available;
        trip = one.currentRoundTripTime ?? trip;
      }
      if (one.type !== "remote-inbound-rtp") return;
      lost = Math.max(lost, one.fractionLost ?? 0);
      told = Math.max(told, one.roundTripTime ?? 0);
    });
    const now = trip ?? told;
    if (now > 0) this.#shortest = Math.min(this.#shortest, now);
    return { available, late: now - this.#shortest > LATE, lossy: lost > LOST };
  }
}
