/**
 * Check-in: one card at a time, from the permission to the first words and the line, and always a way on.
 *
 * "Skip this step" skips the check, not the device. The card in sight survives a reload.
 */
import { _ } from "../live/words.js";
import { preview } from "../media/mirror.js";
import { asksOncePerPage, placeOf } from "./browsers.js";
import { hearVoice } from "./hearing.js";
import { helpFor } from "./help.js";
import { LineCard } from "./linecard.js";
import { onPress, part, write } from "./views.js";

/**
 * @typedef {import("../media/devices.js").Devices} Devices
 * @typedef {import("../media/devices.js").DeviceKind} DeviceKind
 * @typedef {"ask" | "see" | "say" | "line"} Step
 * @typedef {Step | "help"} Card
 */

/** @type {Step[]} */
const STEPS = ["ask", "see", "say", "line"];
const KINDS = /** @type {DeviceKind[]} */ (["camera", "microphone"]);

export class CheckIn {
  #root;
  #devices;
  #onDone;
  #key;
  #line;
  #place = placeOf(navigator.userAgent, navigator.maxTouchPoints);
  #listening = new AbortController();
  /** @type {Card} */
  #card = "ask";
  /** Cards that were in sight before, for the way back. @type {Step[]} */
  #before = [];
  /** What the card in sight keeps running. @type {(() => void)[]} */
  #running = [];

  /**
   * @param {HTMLElement} root `templates/visits/checkin.html`
   * @param {{
   *   devices: Devices, key: string, begin: (() => Promise<import("../media/engine.js").Ticket>) | null,
   *   onDone: (tested: import("./linecard.js").Tested | null) => void, onHushed?: () => Promise<void>,
   * }} parts `key` under which the card in sight survives a reload; `begin` gives a pass for one test of the
   *   line, null without a link; `onHushed` notes that the person cannot talk where they are
   */
  constructor(root, { devices, key, begin, onDone, onHushed }) {
    this.#root = root;
    this.#devices = devices;
    this.#onDone = onDone;
    this.#key = `rounds.card.${key}`;
    this.#line = begin === null ? null : new LineCard(root, { devices, begin, onGood: () => this.#go("done") });
    onPress(root, {
      allow: () => this.#open(),
      again: () => this.#reopen(),
      "audio-only": () => this.#withVoice(),
      "no-camera": () => this.#without({ camera: false, microphone: true }),
      "no-microphone": () => this.#without({ microphone: false }, "line"),
      "no-devices": () => this.#without({ camera: false, microphone: false }, "line"),
      seen: () => this.#go(this.#devices.audio ? "say" : "line"),
      "not-seen": () => this.#help("camera"),
      heard: () => this.#go("line"),
      "not-heard": () => this.#help("microphone"),
      hushed: async () => {
        this.#devices.want({ microphone: false });
        await onHushed?.();
        this.#go("done");
      },
      skip: () => this.#skip(),
      back: () => this.#back(),
      onward: () => this.#go("done"),
      "test-again": () => this.#line?.again(),
    }, this.#listening.signal);
    for (const kind of KINDS) this.#offerOthers(kind);
  }

  /** Begins, or goes on with the card that was in sight before a reload. */
  async start() {
    const kept = sessionStorage.getItem(this.#key);
    const wanted = KINDS.some((kind) => this.#devices.wants(kind));
    if (kept === "line" && !wanted) this.#go("line");
    else if (await this.#devices.allowed()) await this.#open();
    else this.#go("ask");
  }

  stop() {
    this.#rest();
    this.#line?.stop();
    this.#listening.abort();
  }

  async #open() {
    write(part(this.#root, "asking"), _("Your browser is asking now. Please tap “Allow”."));
    await this.#devices.open();
    write(part(this.#root, "asking"), "");
    this.#judge();
  }

  async #reopen() {
    const refused = KINDS.some((kind) => this.#devices.wants(kind) && this.#devices.causes[kind] === "once");
    if (refused && asksOncePerPage(this.#place)) {
      location.reload();
      return;
    }
    this.#devices.rest();
    await this.#open();
  }

  /**
   * @param {Partial<Record<DeviceKind, boolean>>} wanted
   * @param {Step} [next] where that leads when nothing is to be opened
   */
  async #without(wanted, next) {
    this.#devices.want(wanted);
    if (next) this.#go(next);
    else await this.#open();
  }

  /** Goes to the first card that still has a question, by what is there now. */
  #judge() {
    const missing = KINDS.filter((kind) => this.#devices.wants(kind) && this.#devices.causes[kind] !== null);
    const kept = sessionStorage.getItem(this.#key);
    if (missing.length > 0) this.#help(missing.length === 2 ? "both" : /** @type {DeviceKind} */ (missing[0]));
    else if (kept === "line") this.#go("line");
    else if (this.#devices.video && kept !== "say") this.#go("see");
    else this.#go(this.#devices.audio ? "say" : "line");
  }

  async #skip() {
    if (this.#card === "ask" && (await this.#devices.allowed())) await this.#devices.open();
    const { audio, video } = this.#devices;
    if (this.#card === "line") this.#go("done");
    else if (this.#card === "say") this.#go("line");
    else if (this.#card === "see" || !video) this.#go(audio ? "say" : "line");
    else this.#go("see");
  }

  /** Goes on without a picture; after a slow test that was the last question. */
  async #withVoice() {
    if (this.#card !== "line") return this.#without({ camera: false, microphone: true });
    this.#devices.want({ camera: false });
    this.#go("done");
  }

  #back() {
    const last = this.#before.pop() ?? "ask";
    sessionStorage.setItem(this.#key, last);
    if (last === "ask" || (last === "see" && !this.#devices.video)) this.#go("ask", true);
    else this.#go(last, true);
  }

  /** @param {import("./help.js").Missing} missing */
  #help(missing) {
    const cause = this.#devices.causes[missing === "microphone" ? "microphone" : "camera"] ?? "unknown";
    const { title, intro, steps, newLink } = helpFor(missing, cause, this.#place);
    part(this.#root, "help-title").textContent = title;
    part(this.#root, "help-intro").textContent = intro;
    const tap = /** @type {HTMLTemplateElement} */ (this.#root.querySelector("template[data-part=tap]"));
    part(this.#root, "help-steps").replaceChildren(...steps.map((step) => {
      const one = /** @type {DocumentFragment} */ (tap.content.cloneNode(true));
      /** @type {HTMLElement} */ (one.querySelector("span")).textContent = step;
      return one;
    }));
    part(this.#root, "new-link").hidden = !newLink;
    this.#show("help", missing === "microphone" && this.#devices.video ? "say" : "ask");
    // Whoever is stuck here is known to the clinic before anybody waits for them.
    this.#line?.tellDevices();
  }

  /** @param {Step | "done"} to @param {boolean} [back] */
  #go(to, back = false) {
    if (to === "done" || (to === "line" && this.#line === null)) {
      this.#rest();
      sessionStorage.removeItem(this.#key);
      this.#onDone(this.#line?.tested ?? null);
      return;
    }
    if (!back && this.#card !== "help" && this.#card !== to) this.#before.push(this.#card);
    sessionStorage.setItem(this.#key, to);
    this.#show(to, to);
    if (to === "see") {
      this.#running.push(preview(/** @type {HTMLVideoElement} */ (part(this.#root, "picture")), this.#devices));
      void this.#fillOthers("camera");
    } else if (to === "say") {
      this.#hear();
      void this.#fillOthers("microphone");
      // By the time of the last card most of the line has been tried.
      this.#line?.start();
    } else if (to === "line") {
      this.#line?.show();
    }
  }

  /** @param {Card} card @param {Step} step whose part of the bar it is */
  #show(card, step) {
    this.#rest();
    const had = this.#root.contains(document.activeElement);
    this.#card = card;
    for (const one of /** @type {NodeListOf<HTMLElement>} */ (this.#root.querySelectorAll("[data-card]"))) {
      one.hidden = one.dataset["card"] !== card;
      if (!one.hidden && had) /** @type {HTMLElement} */ (one.querySelector("h2")).focus();
    }
    part(this.#root, "back").hidden = this.#before.length === 0 || card === "ask";
    const total = this.#line === null ? 3 : 4;
    const words = [_("camera and microphone"), _("your picture"), _("your voice"), _("your connection")];
    const at = STEPS.indexOf(step);
    write(part(this.#root, "step"), _("Step {step} of {total}: {word}", { step: at + 1, total, word: words[at] ?? "" }));
    this.#root.querySelectorAll(".progress__part").forEach((one, number) => {
      one.toggleAttribute("hidden", number >= total);
      one.toggleAttribute("data-done", number < at);
      one.toggleAttribute("data-now", number === at);
    });
  }

  #hear() {
    this.#running.push(hearVoice(this.#root, this.#devices, () => this.#go("line")));
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
