/** Turns what the browser counts into one word and what it means for the person (pure). */
import { _ } from "../live/words.js";

/**
 * Counters of one moment, all growing except the last five.
 * @typedef {{
 *   at: number, received: number, lost: number, frames: number, freezes: number,
 *   sentLoss: number, delay: number, narrow: boolean, sending: boolean, pictures: number,
 * }} Sample
 * `at` ms; `received`/`lost` packets from the others; `frames` decoded; `freezes` of pictures;
 * `sentLoss` 0..1 of ours lost; `delay` s there and back; `narrow` our picture is held small;
 * `sending` our picture is on; `pictures` how many we should see.
 * @typedef {"good" | "smaller" | "choppy" | "broken" | "late" | "still" | "unseen"} Quality `unseen` our picture
 *   rests, as our line has no room for it
 */

/** Share of packets lost from which speech is heard to break (ITU-T G.107: concealed up to a few %). */
const LOSS = 0.05;
/** Seconds there and back from which people begin to talk over each other (ITU-T G.114: 400 ms one way). */
const DELAY = 0.5;

/**
 * @param {import("./engine.js").MediaReports} reports
 * @param {number} at milliseconds
 * @param {number} pictures how many others have their camera on
 * @returns {Sample}
 */
export function sample({ up, down }, at, pictures) {
  /** @type {Sample} */
  const now = {
    at, received: 0, lost: 0, frames: 0, freezes: 0, sentLoss: 0, delay: 0, narrow: false, sending: false, pictures,
  };
  down?.forEach((report) => {
    if (report.type !== "inbound-rtp") return;
    now.received += report.packetsReceived ?? 0;
    now.lost += Math.max(0, report.packetsLost ?? 0);
    now.frames += report.framesDecoded ?? 0;
    now.freezes += report.freezeCount ?? 0;
  });
  let [sent, source] = [0, 0];
  up?.forEach((report) => {
    if (report.type === "media-source" && report.kind === "video") source = report.height ?? 0;
    if (report.type === "remote-inbound-rtp") {
      now.sentLoss = Math.max(now.sentLoss, report.fractionLost ?? 0);
      now.delay = Math.max(now.delay, report.roundTripTime ?? 0);
    } else if (report.type === "outbound-rtp" && report.kind === "video") {
      now.sending = report.active !== false && (report.framesSent ?? 0) > 0;
      now.narrow = report.qualityLimitationReason === "bandwidth";
      sent = report.frameHeight ?? 0;
    }
  });
  // The browser calls a line narrow while it still feels its way up; only a smaller picture is news.
  now.narrow &&= sent < source;
  return now;
}

/**
 * What the line was like between two moments.
 * @param {Sample} before
 * @param {Sample} now
 * @returns {Quality}
 */
export function judge(before, now) {
  const received = now.received - before.received;
  const lost = Math.max(0, now.lost - before.lost);
  const loss = lost / Math.max(1, received + lost);
  // After a reconnection the counters begin again; one moment without a judgement is fine.
  if (received < 0 || now.frames < before.frames) return "good";
  if (now.pictures > 0 && now.pictures === before.pictures && now.frames === before.frames) return "still";
  if (loss > LOSS || now.sentLoss > LOSS || now.freezes > before.freezes) return "choppy";
  if (now.delay > DELAY) return "late";
  if (now.narrow && now.sending) return "smaller";
  return "good";
}

/** Moments in a row: this many bad ones to say weak, this many good ones to say good again. */
const WORSE = 2;
const BETTER = 4;

/** Lets a word stand until it has been wrong for a while, so that it does not flicker. */
export class Steady {
  /** @type {Quality} */
  word = "good";
  #against = 0;

  /** @param {Quality} heard @returns {Quality} the word to show */
  hear(heard) {
    if (heard === this.word) {
      this.#against = 0;
      return this.word;
    }
    this.#against += 1;
    if (this.#against >= (heard === "good" ? BETTER : WORSE)) {
      this.word = heard;
      this.#against = 0;
    }
    return this.word;
  }
}

/**
 * @param {Quality} quality
 * @returns {{word: string, consequence: string}} such as "Weak connection." and what was done about it
 */
export function wording(quality) {
  const weak = _("Weak connection.");
  switch (quality) {
    case "smaller":
      return { word: weak, consequence: _("Your picture is smaller, to keep your voice clear.") };
    case "unseen":
      return { word: weak, consequence: _("Your picture is paused, to keep your voice clear. It comes back by itself.") };
    case "choppy":
      return { word: weak, consequence: _("Sound and picture may break up for a moment.") };
    case "broken":
      return { word: weak, consequence: _("The others may not catch every word. Speak a little slower.") };
    case "still":
      return { word: weak, consequence: _("The picture has stopped. You can go on talking.") };
    case "late":
      return { word: _("Slow connection."), consequence: _("Leave a short pause after you speak.") };
    default:
      return { word: _("Good connection."), consequence: "" };
  }
}
