/** Notices that somebody talks while muted, says so for a while, and does not nag. */
import { measure, SPEAKING } from "../media/meter.js";

/** Milliseconds of voice until it is said, for which it is said, and until it is said again. */
const TALK = 1500;
const SAID = 6000;
const QUIET = 60_000;
/** How much of a pause counts against the voice: speech has pauses, a cough is over. */
const FADE = 0.4;

/** Whether to say so now (pure). */
export class MutedTalk {
  #voice = 0;
  #until = -Infinity;
  #again = -Infinity;
  #before = NaN;

  /**
   * @param {number | null} loudness 0 to 1 of the own microphone, null while it is not listened to
   * @param {number} now milliseconds
   * @returns {boolean}
   */
  hear(loudness, now) {
    const passed = Number.isNaN(this.#before) ? 0 : Math.min(now - this.#before, 250);
    this.#before = now;
    const change = (loudness ?? 0) >= SPEAKING ? passed : -FADE * passed;
    this.#voice = Math.min(TALK, Math.max(0, this.#voice + change));
    if (this.#voice >= TALK && now >= this.#again) {
      [this.#voice, this.#until, this.#again] = [0, now + SAID, now + QUIET];
    }
    return now < this.#until;
  }

  /** The person is heard again: what was said is over at once. */
  unmuted() {
    [this.#voice, this.#until, this.#before] = [0, -Infinity, NaN];
  }
}

/** Listens to the own microphone while it is muted, on this device alone. Fires `changed`. */
export class MutedEar extends EventTarget {
  /** Whether the person talks and is not heard. */
  talking = false;
  #devices;
  #talk = new MutedTalk();
  /** @type {MediaStreamTrack | null} */
  #source = null;
  #end = () => {};

  /** @param {import("../media/devices.js").Devices} devices */
  constructor(devices) {
    super();
    this.#devices = devices;
    devices.addEventListener("changed", this.#follow);
    this.#follow();
  }

  stop() {
    this.#devices.removeEventListener("changed", this.#follow);
    this.#listen(null);
  }

  #follow = () => {
    this.#listen(this.#devices.microphone ? null : this.#devices.audio);
  };

  /** @param {MediaStreamTrack | null} source that is muted now */
  #listen(source) {
    if (source === this.#source) return;
    this.#source = source;
    this.#end();
    this.#end = () => {};
    if (source === null) {
      this.#talk.unmuted();
      this.#become(false);
      return;
    }
    const heard = source.clone(); // the muted one gives silence
    heard.enabled = true;
    const end = measure(heard, (loudness) => this.#become(this.#talk.hear(loudness, performance.now())));
    this.#end = () => {
      end();
      heard.stop();
    };
  }

  /** @param {boolean} talking */
  #become(talking) {
    if (talking === this.talking) return;
    this.talking = talking;
    this.dispatchEvent(new Event("changed"));
  }
}
