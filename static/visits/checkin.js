/**
 * Check-in: one card at a time, from the permission to the first words, and always a way on.
 *
 * "Skip this step" skips the check, not the device. Nothing here reaches the server.
 */
import { audioContext } from "../live/sound.js";
import { _ } from "../live/words.js";
import { preview } from "../media/devices.js";
import { measure, SPEAKING } from "../media/meter.js";
import { browserOf, helpFor } from "./help.js";
import { onPress, part, write } from "./views.js";

/**
 * @typedef {import("../media/devices.js").Devices} Devices
 * @typedef {import("../media/devices.js").DeviceKind} DeviceKind
 * @typedef {"ask" | "help" | "see" | "say"} Card
 */

/** Milliseconds of silence after which help is offered. */
const SILENT = 5000;
/** Loud readings that count as a word, and how much a quiet one takes away: words have pauses, knocks are short. */
const WORD = 3;
const FADE = 0.1;
/** Readings in a row without leave to listen after which the page asks for a touch. */
const DEAF = 12;
/** Milliseconds between "We hear you" and going on, long enough to read it. */
const READ = 1800;

/** @type {Record<Exclude<Card, "help">, number>} */
const STEP = { ask: 1, see: 2, say: 3 };

export class CheckIn {
  #root;
  #devices;
  #onDone;
  #key;
  #listening = new AbortController();
  /** @type {Card} */
  #card = "ask";
  /** What the card in sight keeps running. @type {(() => void)[]} */
  #running = [];

  /**
   * @param {HTMLElement} root `templates/visits/checkin.html`
   * @param {{devices: Devices, key: string, onDone: () => void}} parts
   *   `key` under which the card in sight survives a reload
   */
  constructor(root, { devices, key, onDone }) {
    this.#root = root;
    this.#devices = devices;
    this.#onDone = onDone;
    this.#key = `rounds.card.${key}`;
    onPress(root, {
      allow: () => this.#open(),
      again: () => this.#reopen(),
      "audio-only": () => this.#without({ camera: false, microphone: true }),
      "no-camera": () => this.#without({ camera: false, microphone: true }),
      "no-microphone": () => this.#without({ microphone: false }, true),
      seen: () => this.#go(this.#devices.audio ? "say" : "done"),
      "not-seen": () => this.#help("camera"),
      heard: () => this.#go("done"),
      "not-heard": () => this.#help("microphone"),
      skip: () => this.#skip(),
    }, this.#listening.signal);
    for (const kind of /** @type {DeviceKind[]} */ (["camera", "microphone"])) this.#offerOthers(kind);
  }

  /** Begins, or goes on with the card that was in sight before a reload. */
  async start() {
    const kept = sessionStorage.getItem(this.#key);
    if ((kept === "see" || kept === "say") && (await this.#devices.allowed())) await this.#open();
    else if (await this.#devices.allowed()) await this.#open();
    else this.#go("ask");
  }

  stop() {
    this.#rest();
    this.#listening.abort();
  }

  async #open() {
    write(part(this.#root, "asking"), _("Your browser is asking now. Please tap “Allow”."));
    await this.#devices.open();
    write(part(this.#root, "asking"), "");
    this.#judge();
  }

  async #reopen() {
    this.#devices.rest();
    await this.#open();
  }

  /**
   * @param {Partial<Record<DeviceKind, boolean>>} wanted
   * @param {boolean} [done] whether that was the last question
   */
  async #without(wanted, done = false) {
    this.#devices.want(wanted);
    if (done) this.#go("done");
    else await this.#open();
  }

  /** Goes to the first card that still has a question, by what is there now. */
  #judge() {
    const missing = /** @type {DeviceKind[]} */ (["camera", "microphone"]).filter(
      (kind) => this.#devices.wants(kind) && this.#devices.causes[kind] !== null,
    );
    const kept = sessionStorage.getItem(this.#key);
    if (missing.length > 0) this.#help(missing.length === 2 ? "both" : /** @type {DeviceKind} */ (missing[0]));
    else if (this.#devices.video && kept !== "say") this.#go("see");
    else this.#go(this.#devices.audio ? "say" : "done");
  }

  async #skip() {
    if (this.#card === "ask" && (await this.#devices.allowed())) await this.#devices.open();
    if (this.#card === "see") this.#go(this.#devices.audio ? "say" : "done");
    else if (this.#card === "say") this.#go("done");
    else if (this.#devices.video) this.#go("see");
    else this.#go(this.#devices.audio ? "say" : "done");
  }

  /** @param {import("./help.js").Missing} missing */
  #help(missing) {
    const cause = this.#devices.causes[missing === "microphone" ? "microphone" : "camera"] ?? "unknown";
    const { title, intro, steps } = helpFor(missing, cause, browserOf(navigator.userAgent));
    part(this.#root, "help-title").textContent = title;
    part(this.#root, "help-intro").textContent = intro;
    const tap = /** @type {HTMLTemplateElement} */ (this.#root.querySelector("template[data-part=tap]"));
    part(this.#root, "help-steps").replaceChildren(...steps.map((step) => {
      const one = /** @type {DocumentFragment} */ (tap.content.cloneNode(true));
      /** @type {HTMLElement} */ (one.querySelector("span")).textContent = step;
      return one;
    }));
    this.#show("help", missing === "microphone" && this.#devices.video ? 3 : 1);
  }

  /** @param {"ask" | "see" | "say" | "done"} to */
  #go(to) {
    if (to === "done") {
      this.#rest();
      sessionStorage.removeItem(this.#key);
      this.#onDone();
      return;
    }
    sessionStorage.setItem(this.#key, to);
    this.#show(to, STEP[to]);
    if (to === "see") {
      this.#running.push(preview(/** @type {HTMLVideoElement} */ (part(this.#root, "picture")), this.#devices));
      void this.#fillOthers("camera");
    } else if (to === "say") {
      this.#hear();
      void this.#fillOthers("microphone");
    }
  }

  /** @param {Card} card @param {number} step */
  #show(card, step) {
    this.#rest();
    const had = this.#root.contains(document.activeElement);
    this.#card = card;
    for (const one of /** @type {NodeListOf<HTMLElement>} */ (this.#root.querySelectorAll("[data-card]"))) {
      one.hidden = one.dataset["card"] !== card;
      if (!one.hidden && had) /** @type {HTMLElement} */ (one.querySelector("h2")).focus();
    }
    const words = [_("camera and microphone"), _("your picture"), _("your voice")];
    write(part(this.#root, "step"), _("Step {step} of {total}: {word}", { step, total: 3, word: words[step - 1] ?? "" }));
    this.#root.querySelectorAll(".progress__part").forEach((one, at) => {
      one.toggleAttribute("data-done", at + 1 < step);
      one.toggleAttribute("data-now", at + 1 === step);
    });
  }

  /** Shows how loud the person is; goes on by itself once a word was heard. */
  #hear() {
    const { audio } = this.#devices;
    const level = part(this.#root, "level");
    const bar = part(this.#root, "level-bar");
    const heard = part(this.#root, "heard");
    heard.classList.remove("state--good");
    write(heard, _("Listening…"));
    if (audio === null) return;
    let loud = 0;
    let deaf = 0;
    const silence = setTimeout(() => {
      if (audioContext().state !== "running") return;
      write(heard, _("We can’t hear you yet. Is the microphone muted or covered? You can use another one below."));
      /** @type {HTMLDetailsElement} */ (part(this.#root, "microphones")).open = true;
    }, SILENT);
    const end = measure(audio, (loudness) => {
      if (loudness === null) {
        deaf += 1;
        if (deaf === DEAF) write(heard, _("Tap this page once, then say something."));
        return;
      }
      const percent = Math.round(loudness * 100);
      bar.style.inlineSize = `${percent}%`;
      level.setAttribute("aria-valuenow", String(percent));
      loud = loudness >= SPEAKING ? loud + 1 : Math.max(0, loud - FADE);
      if (loud < WORD || heard.classList.contains("state--good")) return;
      clearTimeout(silence);
      heard.classList.add("state--good");
      write(heard, _("We can hear you. You go on by yourself."));
      const onward = setTimeout(() => this.#go("done"), READ);
      this.#running.push(() => clearTimeout(onward));
    });
    this.#running.push(end, () => clearTimeout(silence));
  }

  /** Lets go of what the last card kept running. */
  #rest() {
    for (const end of this.#running.splice(0)) end();
  }

  /** @param {DeviceKind} kind */
  #offerOthers(kind) {
    const select = /** @type {HTMLSelectElement} */ (this.#root.querySelector(`[data-device=${kind}]`));
    select.addEventListener("change", async () => {
      await this.#devices.use(kind, select.value);
      if (this.#card === "say") {
        this.#rest();
        this.#hear();
      }
    }, { signal: this.#listening.signal });
  }

  /** @param {DeviceKind} kind */
  async #fillOthers(kind) {
    const found = (await this.#devices.list())[kind];
    const select = /** @type {HTMLSelectElement} */ (this.#root.querySelector(`[data-device=${kind}]`));
    select.replaceChildren(...found.map((device, at) => {
      const option = document.createElement("option");
      option.value = device.deviceId;
      option.textContent = device.label || _("Device {number}", { number: at + 1 });
      option.selected = device.deviceId === this.#devices.chosen(kind);
      return option;
    }));
    part(this.#root, `${kind}s`).hidden = found.length < 2;
  }
}
