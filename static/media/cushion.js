/**
 * How long each picture waits for what is sent again, so that a repeat comes before it is due (pure).
 *
 * By itself a browser waits one round trip of its own way. But a loss shows only when the next frame
 * comes, so a repeat is a frame later than that, and every loss made the picture stand; what is lost
 * twice, or on a long way of the sender, comes later still. Voices follow, as they are played in step.
 */

/** Milliseconds beside round trip and frame: spread of arrivals, decoding. */
const BESIDE = 40;
/** Milliseconds more for each look in which a picture stood although it waited … */
const MORE = 60;
/** … and fewer for each in which none did: about one short freeze in half a minute is let be. */
const LESS = 4;
/** Longest wait in milliseconds: with the way here, people begin to talk over each other (ITU-T G.114). */
const LONGEST = 400;
/** Looks without a loss after which the browser waits as it likes. */
const CALM = 6;
/** Milliseconds taken where the browser does not say: a frame, and the way there and back. */
const FRAME = 67;
const ROUND_TRIP = 100;

/** @typedef {{requests: number, freezes: number, wait: number, calm: number}} Known */

export class Cushion {
  /** By track. @type {Map<string, Known>} */
  #known = new Map();

  /**
   * Looks at the counters of the receiving connection, every two seconds or so.
   * @param {RTCStatsReport} report
   * @returns {Map<string, number | null>} milliseconds by track of a picture, null for as the browser likes
   */
  hear(report) {
    const trip = roundTrip(report);
    /** @type {Map<string, Known>} */
    const known = new Map();
    report.forEach((one) => {
      if (one.type !== "inbound-rtp" || one.kind !== "video") return;
      const before = this.#known.get(one.trackIdentifier) ?? { requests: 0, freezes: 0, wait: 0, calm: 0 };
      known.set(one.trackIdentifier, next(before, one, trip + (one.framesPerSecond ? 1000 / one.framesPerSecond : FRAME)));
    });
    this.#known = known;
    return new Map([...known].map(([track, { wait }]) => [track, wait > 0 ? Math.round(wait) : null]));
  }
}

/**
 * @param {Known} before
 * @param {any} report of the track
 * @param {number} repeat milliseconds after which a repeat is here
 * @returns {Known}
 */
function next(before, report, repeat) {
  const [requests, freezes] = [report.nackCount ?? 0, report.freezeCount ?? 0];
  const [lost, stood] = [requests > before.requests, freezes > before.freezes];
  const calm = lost ? 0 : before.calm + 1;
  let wait = 0;
  if (lost || (before.wait > 0 && calm < CALM)) {
    wait = Math.max(repeat + BESIDE, before.wait + (lost && stood && before.wait > 0 ? MORE : -LESS));
  }
  return { requests, freezes, wait: Math.min(LONGEST, wait), calm };
}

/** @param {RTCStatsReport} report @returns {number} milliseconds there and back */
function roundTrip(report) {
  /** @type {number | undefined} */
  let told;
  report.forEach((one) => {
    if (one.type === "remote-outbound-rtp") told = one.roundTripTime ?? told;
    if (one.type === "candidate-pair" && one.nominated) told ??= one.currentRoundTripTime;
  });
  return told === undefined ? ROUND_TRIP : told * 1000;
}
