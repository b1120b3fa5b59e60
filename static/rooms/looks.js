/** The clock of a call: looks at what the browser counts, lets the media go by it, and tells the server. */
import { counts } from "../media/counts.js";
import { relayed } from "../media/path.js";
import { judge, sample, Steady } from "../media/quality.js";

/** Milliseconds between two looks. */
const LOOK = 2000;
/** Looks from one report of the counts to the next. */
const REPORT = 5;

/** Fires `looked` after each look (CustomEvent of what the browser counts of what it sends). */
export class Looks extends EventTarget {
  /** Whether the network blocks the direct way. */
  relayed = false;
  #media;
  #pictures;
  #steady = new Steady();
  #looks = 0;
  /** @type {import("../media/quality.js").Sample | null} */
  #before = null;
  #clock;
  #over = false;

  /**
   * @param {import("../media/engine.js").MediaEngine} media
   * @param {() => number} pictures how many others have their camera on
   */
  constructor(media, pictures) {
    super();
    this.#media = media;
    this.#pictures = pictures;
    this.#clock = setInterval(() => void this.#look(), LOOK);
  }

  /** @returns {import("../media/quality.js").Quality} the word that has stood for a while */
  get quality() {
    return this.#steady.word;
  }

  stop() {
    this.#over = true;
    clearInterval(this.#clock);
  }

  async #look() {
    const pictures = this.#pictures();
    const reports = await this.#media.reports();
    this.#media.adapt(reports);
    this.relayed = relayed(reports);
    const now = sample(reports, performance.now(), pictures);
    if (this.#before !== null) this.#steady.hear(judge(this.#before, now));
    this.#before = now;
    this.#looks += 1;
    if (this.#looks % REPORT === 0 && this.#media.state === "connected") this.#media.tell(counts(reports));
    if (!this.#over) this.dispatchEvent(new CustomEvent("looked", { detail: reports.up }));
  }
}
