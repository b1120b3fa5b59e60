/** Tells from loudness readings whether somebody is heard, is quiet, or their microphone is silent (pure). */
import { SPEAKING } from "./meter.js";

/** Loud readings that count as a word, and how much a quiet one takes away: words have pauses, knocks are short. */
const WORD = 3;
const FADE = 0.1;
/** Readings in a row without leave to listen after which the page asks for a touch. */
const DEAF = 12;
/** Readings without a word after which something is the matter: five seconds of the meter's pace. */
const LONG = 62;

/**
 * `waiting` for a word · `deaf` the browser does not let the page listen before it was touched ·
 * `dead` the microphone gives no sound at all, as a muted one does · `quiet` it gives too little ·
 * `heard` a word was heard.
 * @typedef {"waiting" | "deaf" | "dead" | "quiet" | "heard"} Hearing
 */

export class Silence {
  #loud = 0;
  #deaf = 0;
  #readings = 0;
  #any = false;
  #heard = false;

  /**
   * @param {number | null} loudness 0 to 1, null while the browser does not let the page listen
   * @param {boolean} muted whether the browser says that the source gives nothing (a switch, the system)
   * @returns {Hearing}
   */
  hear(loudness, muted) {
    if (this.#heard) return "heard";
    if (loudness === null) {
      this.#deaf += 1;
      return this.#deaf >= DEAF ? "deaf" : "waiting";
    }
    this.#deaf = 0;
    this.#readings += 1;
    this.#any ||= loudness > 0 && !muted;
    this.#loud = loudness >= SPEAKING ? this.#loud + 1 : Math.max(0, this.#loud - FADE);
    this.#heard = this.#loud >= WORD;
    if (this.#heard) return "heard";
    if (this.#readings < LONG) return "waiting";
    return this.#any ? "quiet" : "dead";
  }
}
