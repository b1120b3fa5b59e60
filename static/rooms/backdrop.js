/**
 * How much of the own picture is seen: as it is, the room behind blurred, all of it softened, or a cover.
 *
 * What changes a picture may cost a device too much. It is watched at first; if frames are missing the
 * cover takes its place, because whoever hides their room must not be seen in it by surprise.
 */
import { CostGuard, WATCHED } from "../media/costguard.js";
import { SOFT_RATE } from "../media/softened.js";
import { _ } from "../live/words.js";

/** @typedef {import("../media/choice.js").Look | "cover"} Shown */

/** Frames per second of a camera of which the browser does not tell. */
const USUAL = 20;

/** Fires `changed` when there are other words. */
export class Backdrop extends EventTarget {
  /** What became of the last choice, empty for nothing to say. */
  words = "";
  #devices;
  #media;
  /** What was chosen, until it is so. @type {Shown | null} */
  #wanted = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #watch;

  /**
   * @param {import("../media/devices.js").Devices} devices
   * @param {import("../media/engine.js").MediaEngine} media
   */
  constructor(devices, media) {
    super();
    this.#devices = devices;
    this.#media = media;
  }

  /** @returns {Shown} */
  get shown() {
    if (this.#wanted !== null) return this.#wanted;
    return this.#devices.camera ? this.#devices.look : "cover";
  }

  /** @param {Shown} shown */
  async choose(shown) {
    clearTimeout(this.#watch);
    this.#wanted = shown;
    this.#say("");
    const before = await this.#rate();
    if (shown === "cover") {
      await this.#devices.setCamera(false);
    } else {
      await this.#devices.setLook(shown);
      if (!this.#devices.camera) await this.#devices.setCamera(true);
    }
    if (this.#wanted !== shown) return; // another choice has come meanwhile
    this.#wanted = null;
    if (shown === "cover") this.#say(_("Your camera is off. The others see your initials."));
    else if (shown !== "plain") await this.#guard(shown === "soft" ? Math.min(SOFT_RATE, before) : before);
    this.dispatchEvent(new Event("changed"));
  }

  stop() {
    clearTimeout(this.#watch);
  }

  /** @param {number} expected frames per second */
  async #guard(expected) {
    this.#say(_("We look for a moment whether your device can do this."));
    const guard = new CostGuard(await this.#cost(), expected);
    this.#watch = setTimeout(async () => {
      const judged = guard.judge(await this.#cost());
      if (document.hidden || judged === "watching") {
        await this.#guard(expected); // a page out of sight draws less, whatever it costs
      } else if (judged === "fine") {
        this.#say(_("Your device can do this."));
      } else {
        await this.#devices.setLook("plain");
        await this.#devices.setCamera(false);
        this.#say(_("This was too much for your device, so it is off, and so is your camera. The others see your initials. Turn the camera on to be seen as you are."));
      }
    }, WATCHED);
  }

  /** @returns {Promise<import("../media/costguard.js").Cost>} */
  async #cost() {
    const { softened } = this.#devices.lens;
    if (softened !== null) return { at: performance.now(), ...softened.drawn };
    const { up } = await this.#media.reports();
    const sent = [...(up?.values() ?? [])].filter((one) => one.type === "media-source" && one.kind === "video");
    return { at: performance.now(), frames: sent[0]?.frames ?? 0, time: 0 };
  }

  /** @returns {Promise<number>} frames per second that the camera gives now */
  async #rate() {
    const { up } = await this.#media.reports();
    const source = [...(up?.values() ?? [])].find((one) => one.type === "media-source" && one.kind === "video");
    return source?.framesPerSecond || USUAL;
  }

  /** @param {string} words */
  #say(words) {
    if (words === this.words) return;
    this.words = words;
    this.dispatchEvent(new Event("changed"));
  }
}
