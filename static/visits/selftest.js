/**
 * Tries out, before anybody waits for it, what a call needs: signals, devices, sound and picture, speed.
 *
 * It ends by itself within fifteen seconds; what was not settled by then counts as not working. The
 * report holds outcomes and numbers, no address and no name of a device.
 */
import { line } from "../live/line.js";
import { askRelay, hearEcho } from "../media/echo.js";
import { measurePace } from "../media/pace.js";

/**
 * @typedef {import("../media/devices.js").Devices} Devices
 * @typedef {"reach" | "voice" | "picture" | "pace"} Step
 * @typedef {"trying" | "good" | "bad" | "left"} Outcome `left` out: nothing to try, or no time
 * @typedef {import("../media/echo.js").Echo & {
 *   microphone: string, camera: string, socket: "" | "websocket" | "polling", relay: boolean | null,
 *   up: number | null, down: number | null, seconds: number,
 * }} Report
 */

/** Milliseconds all of it may take, and what the measuring of speed keeps of them for itself. */
const LONGEST = 14_000;
const FOR_PACE = 4500;
/** Kilobits a second that a picture needs, as the server judges it. */
const ENOUGH = 300;

/** Fires `changed` whenever a step has another outcome. */
export class SelfTest extends EventTarget {
  /** @type {Record<Step, Outcome>} */
  steps = { reach: "trying", voice: "trying", picture: "trying", pace: "trying" };
  /** performance.now() of the beginning */
  began = performance.now();

  #devices;
  #pass;
  #over = new AbortController();

  /** @param {Devices} devices @param {import("../media/engine.js").Ticket} pass */
  constructor(devices, pass) {
    super();
    this.#devices = devices;
    this.#pass = pass;
  }

  stop() {
    this.#over.abort();
  }

  /** @returns {Promise<Report | null>} null when it was stopped */
  async run() {
    const { audio, video } = this.#devices;
    if (audio === null) this.#set("voice", "left");
    if (video === null) this.#set("picture", "left");
    const call = limited(this.#over.signal, LONGEST - FOR_PACE);
    const relays = this.#pass.ice_servers ?? [];
    const [echo, relay] = await Promise.all([
      hearEcho(this.#pass, this.#devices, call, (stage) => this.#set(stage === "connected" ? "reach" : stage, "good")),
      relays.length > 0 ? askRelay(relays, call).catch(() => false) : null,
    ]);
    if (this.#over.signal.aborted) return null;
    this.#settle(echo);
    const pace = limited(this.#over.signal, LONGEST - (performance.now() - this.began));
    const down = await measurePace(this.#pass.token, "down", pace);
    const up = await measurePace(this.#pass.token, "up", pace);
    if (this.#over.signal.aborted) return null;
    const slowest = Math.min(down ?? Infinity, up ?? Infinity);
    this.#set("pace", slowest === Infinity ? "left" : slowest >= ENOUGH ? "good" : "bad");
    const seconds = Math.round((performance.now() - this.began) / 1000);
    return { ...echo, ...deviceCauses(this.#devices), socket: transport(), relay, up, down, seconds };
  }

  /** @param {import("../media/echo.js").Echo} echo */
  #settle({ path, voice, picture }) {
    const lost = path === "untried" ? "left" : "bad";
    this.#set("reach", path === "host" || path === "relay" ? "good" : lost);
    if (this.steps.voice === "trying") this.#set("voice", voice ? "good" : lost);
    if (this.steps.picture === "trying") this.#set("picture", picture ? "good" : lost);
  }

  /** @param {Step} step @param {Outcome} outcome */
  #set(step, outcome) {
    this.steps[step] = outcome;
    this.dispatchEvent(new Event("changed"));
  }
}

/**
 * @param {Devices} devices
 * @returns {{microphone: string, camera: string}} why each is not there: empty when it is, `off` when its owner
 *   does without
 */
export function deviceCauses(devices) {
  const cause = (/** @type {import("../media/devices.js").DeviceKind} */ kind, /** @type {unknown} */ track) => {
    if (track !== null) return "";
    return devices.wants(kind) ? (devices.causes[kind] ?? "unknown") : "off";
  };
  return { microphone: cause("microphone", devices.audio), camera: cause("camera", devices.video) };
}

/** @returns {"" | "websocket" | "polling"} how signals travel now */
export function transport() {
  if (line.state !== "connected") return "";
  return line.manager.engine?.transport?.name === "polling" ? "polling" : "websocket";
}

/** @param {AbortSignal} signal @param {number} milliseconds @returns {AbortSignal} aborted by either */
function limited(signal, milliseconds) {
  const both = new AbortController();
  const timer = setTimeout(() => both.abort(), Math.max(0, milliseconds));
  signal.addEventListener("abort", () => {
    clearTimeout(timer);
    both.abort();
  }, { once: true });
  return both.signal;
}
