/** Which cameras, microphones and loudspeakers are connected, and what became of them a moment ago. */

/**
 * What became of a device: another one is used `instead` of a lost one, the chosen one is `back`, or
 * one was `plugged` in that is not used.
 * @typedef {{
 *   kind: import("./choice.js").DeviceKind | "speaker", change: "instead" | "back" | "plugged", label: string,
 * }} PlugNews
 * @typedef {Record<import("./choice.js").DeviceKind | "speaker", MediaDeviceInfo[]>} Plugged
 */

/** Milliseconds for which news is told. */
const NEWS = 15_000;
/** Entries that stand for another one of the list, which may be any (Chromium). */
const STAND_FOR_OTHERS = new Set(["default", "communications", ""]);

/** Fires `changed` with news and when it is old, and `moved` when another list is there. */
export class Plugs extends EventTarget {
  /** @type {PlugNews | null} */
  news = null;
  /** @type {Plugged} */
  there = { microphone: [], camera: [], speaker: [] };
  /** @type {Plugged} */
  before = this.there;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #fading;

  constructor() {
    super();
    navigator.mediaDevices?.addEventListener("devicechange", this.#moved);
  }

  /** @returns {Promise<Plugged>} what there is; labels only once allowed */
  async list() {
    const all = (await navigator.mediaDevices?.enumerateDevices().catch(() => [])) ?? [];
    const of = (/** @type {MediaDeviceKind} */ kind) => all.filter((one) => one.kind === kind && one.deviceId !== "");
    this.there = { microphone: of("audioinput"), camera: of("videoinput"), speaker: of("audiooutput") };
    return this.there;
  }

  /** @param {PlugNews} news told for a while */
  tell(news) {
    clearTimeout(this.#fading);
    this.#fading = setTimeout(() => this.#become(null), NEWS);
    this.#become(news);
  }

  stop() {
    clearTimeout(this.#fading);
    navigator.mediaDevices?.removeEventListener("devicechange", this.#moved);
  }

  #moved = async () => {
    this.before = this.there;
    await this.list();
    this.dispatchEvent(new Event("moved"));
  };

  /** @param {PlugNews | null} news */
  #become(news) {
    this.news = news;
    this.dispatchEvent(new Event("changed"));
  }
}

/**
 * @param {{deviceId: string, label: string}[]} before
 * @param {{deviceId: string, label: string}[]} now
 * @returns {{deviceId: string, label: string} | null} a device that is there now and was not, where its name
 *   may be known (pure)
 */
export function newcomer(before, now) {
  const known = new Set(before.map((one) => one.deviceId));
  // Before the page was allowed to use devices the browser tells neither names nor how many there are.
  if (!before.some((one) => one.label !== "")) return null;
  return now.find((one) => !known.has(one.deviceId) && !STAND_FOR_OTHERS.has(one.deviceId) && one.label !== "") ?? null;
}

/**
 * @param {string} chosen id of the device the person wants
 * @param {string} used id of the one in use, empty for none
 * @param {{deviceId: string}[]} before
 * @param {{deviceId: string}[]} now
 * @returns {boolean} whether the wanted one has come back while another one stands in for it (pure)
 */
export function cameBack(chosen, used, before, now) {
  const has = (/** @type {{deviceId: string}[]} */ list) => list.some((one) => one.deviceId === chosen);
  return chosen !== "" && used !== chosen && has(now) && !has(before);
}
