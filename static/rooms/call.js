/**
 * A call: joins the room's media, lays out a tile per person, keeps both true until it is left.
 *
 * `startCall(element, options)` brings `templates/rooms/call.html` to life, on the guest's page and in
 * the clinician's console alike. The room connection and the devices are the caller's and outlive it.
 */
import { play } from "../live/sound.js";
import { openEngine } from "../media/engine.js";
import { relayed } from "../media/path.js";
import { judge, sample, Steady } from "../media/quality.js";
import { connectionWords, hearsWords } from "./connection.js";
import { Controls } from "./controls.js";
import { ownWords } from "./own.js";
import { others } from "./state.js";
import { noteFor, Tile } from "./tile.js";
import { _ } from "../live/words.js";

/**
 * @typedef {{
 *   room: import("./room.js").RoomConnection,
 *   devices: import("../media/devices.js").Devices,
 *   onChat?: () => void,
 *   onLeft: () => void,
 * }} CallOptions `onChat` opens or closes the chat, absent where it has a place of its own;
 *   `onLeft` the person left by the button, or ended the visit for everyone
 */

/** Milliseconds between two looks at the line's quality, and at who speaks. */
const LOOK = 2000;
const LISTEN = 250;
/** Loudness from which a person counts as speaking. */
const VOICE = 0.02;

export class Call {
  #root;
  #room;
  #devices;
  #onLeft;
  #media;
  #controls;
  /** @type {Map<string, Tile>} */
  #tiles = new Map();
  #steady = new Steady();
  /** @type {import("../media/quality.js").Sample | null} */
  #before = null;
  #relayed = false;
  #announced = "";
  #listening = new AbortController();
  /** @type {ReturnType<typeof setInterval>[]} */
  #clocks = [];
  /** @type {WakeLockSentinel | null} */
  #awake = null;

  /** @param {HTMLElement} root @param {CallOptions} options */
  constructor(root, { room, devices, onChat, onLeft }) {
    this.#root = root;
    this.#room = room;
    this.#devices = devices;
    this.#onLeft = onLeft;
    this.#controls = new Controls(root, devices, {
      onChat: onChat ?? null,
      onLeave: () => this.#leave(() => room.leave()),
      onEnd: () => this.#leave(() => room.end()),
    });
    this.#media = openEngine("embedded", { ticket: () => room.ticket(), devices });
    this.#start();
  }

  /** @param {number} unread @param {boolean} open whether the chat is in sight */
  showChat(unread, open) {
    this.#controls.chat(unread, open);
  }

  /** Puts the focus back on the chat button. */
  focusChat() {
    this.#controls.focusChat();
  }

  /** Leaves the media and takes the tiles away; the room connection stays as it is. */
  stop() {
    this.#listening.abort();
    for (const clock of this.#clocks) clearInterval(clock);
    this.#controls.stop();
    this.#media.stop();
    for (const tile of this.#tiles.values()) tile.remove();
    this.#tiles.clear();
    void this.#awake?.release();
  }

  #start() {
    const { signal } = this.#listening;
    performance.mark("rounds-call-started");
    this.#media.addEventListener("changed", () => this.#show(), { signal });
    this.#media.addEventListener("replaced", () => this.#room.giveWay(), { signal });
    this.#room.addEventListener("changed", () => this.#show(), { signal });
    this.#room.addEventListener("line", () => this.#lineChanged(), { signal });
    this.#devices.addEventListener("changed", () => this.#show(), { signal });
    document.addEventListener("visibilitychange", () => this.#stayAwake(), { signal });
    this.#find("[data-control=sound]")?.addEventListener("click", () => this.#unsilence(), { signal });
    this.#clocks = [setInterval(() => void this.#look(), LOOK), setInterval(() => this.#listen(), LISTEN)];
    this.#media.start();
    void this.#devices.open();
    this.#stayAwake();
    this.#show();
  }

  /** @param {() => Promise<void>} deed */
  async #leave(deed) {
    await deed().catch(() => undefined); // offline: the server sees the silence
    this.#onLeft();
  }

  #lineChanged() {
    if (this.#room.line !== "connected") this.#announced = "";
    this.#show();
  }

  #show() {
    const state = this.#room.state;
    if (state === null || state.me.standing !== "admitted") return;
    const me = state.people.find((person) => person.me);
    const mine = { microphone: this.#devices.microphone, camera: this.#devices.camera };
    const rest = others(state);
    this.#layOut([...rest, ...(me ? [{ ...me, ...mine }] : [])]);
    const empty = this.#find("[data-part=empty]");
    if (empty) empty.hidden = rest.length > 0;
    const present = rest.filter((person) => person.present).map((person) => person.name);
    const carried = this.#media.state === "connected" && this.#room.line === "connected";
    this.#write("hears", hearsWords(present, mine, carried, document.documentElement.lang || undefined));
    this.#write("own", ownWords({ causes: this.#devices.causes, wants: (kind) => this.#devices.wants(kind) }));
    this.#showConnection(rest.length === 0);
    void this.#announce(mine);
  }

  /** @param {import("./state.js").Person[]} people */
  #layOut(people) {
    for (const [seat, tile] of this.#tiles) {
      if (people.some((person) => person.seat === seat)) continue;
      tile.remove();
      this.#tiles.delete(seat);
    }
    for (const person of people) {
      const tile = this.#tiles.get(person.seat) ?? this.#newTile(person);
      const tracks = person.me
        ? { video: this.#devices.video ?? undefined }
        : (this.#media.remote.get(person.seat) ?? {});
      tile.play("audio" in tracks ? tracks.audio : undefined, tracks.video);
      tile.show(person, person.me ? _("You") : _("{name}, {role}", { name: person.name, role: person.role_label }),
        person.me ? "" : noteFor(person, this.#media.remote.has(person.seat)));
    }
  }

  /** @param {import("./state.js").Person} person @returns {Tile} */
  #newTile(person) {
    const template = /** @type {HTMLTemplateElement} */ (this.#find("template[data-part=tile]"));
    const tile = new Tile(/** @type {DocumentFragment} */ (template.content.cloneNode(true)), person.me);
    tile.addEventListener("first-frame", () => performance.mark("rounds-first-frame", { detail: person.seat }));
    tile.addEventListener("switched", () => this.#show());
    tile.addEventListener("silenced", () => this.#silenced(true));
    this.#find(person.me ? "[data-part=stage]" : "[data-part=others]")?.append(tile.element);
    this.#tiles.set(person.seat, tile);
    const started = performance.getEntriesByName("rounds-call-started").at(-1)?.startTime ?? 0;
    if (!person.me && performance.now() - started > 3000) play("arrived");
    return tile;
  }

  /** @param {{microphone: boolean, camera: boolean}} mine */
  async #announce(mine) {
    const news = JSON.stringify(mine);
    if (news === this.#announced || this.#room.line !== "connected") return;
    this.#announced = news;
    await this.#room.announce(mine).catch(() => {
      this.#announced = ""; // told again with the next change or reconnection
    });
  }

  /** @param {boolean} alone */
  #showConnection(alone) {
    const words = connectionWords({
      line: this.#room.line, media: this.#media.state, quality: this.#steady.word, alone, relayed: this.#relayed,
    });
    const bar = this.#find("[data-part=bar]");
    if (bar) bar.dataset["tone"] = words.tone;
    this.#write("word", words.word);
    this.#write("consequence", words.consequence);
    for (const icon of this.#root.querySelectorAll("[data-sign]")) {
      icon.toggleAttribute("hidden", icon.getAttribute("data-sign") !== words.sign);
    }
  }

  async #look() {
    const pictures = (this.#room.state?.people ?? []).filter((one) => !one.me && one.present && one.camera).length;
    const reports = await this.#media.reports();
    this.#relayed = relayed(reports);
    const now = sample(reports, performance.now(), pictures);
    if (this.#before !== null) this.#steady.hear(judge(this.#before, now));
    this.#before = now;
    if (!this.#listening.signal.aborted) this.#show();
  }

  #listen() {
    for (const [seat, loudness] of this.#media.loudness()) {
      const tile = this.#tiles.get(seat);
      if (tile) tile.speaks = loudness > VOICE;
    }
  }

  /** @param {boolean} silent whether the browser waits for a touch before it plays sound */
  #silenced(silent) {
    const button = this.#find("[data-control=sound]");
    if (button) button.hidden = !silent;
  }

  #unsilence() {
    this.#silenced(false);
    for (const tile of this.#tiles.values()) void tile.unsilence();
  }

  async #stayAwake() {
    if (document.hidden || !("wakeLock" in navigator)) return;
    this.#awake = await navigator.wakeLock.request("screen").catch(() => null);
    if (this.#listening.signal.aborted) void this.#awake?.release();
  }

  /** @param {string} selector @returns {HTMLElement | null} */
  #find(selector) {
    return this.#root.querySelector(selector);
  }

  /** @param {string} part @param {string} words written only when new, so that nothing is announced twice */
  #write(part, words) {
    const element = this.#find(`[data-part=${part}]`);
    if (element && element.textContent !== words) element.textContent = words;
  }
}

/**
 * Begins a call; see `Call`.
 * @param {HTMLElement} element root of `templates/rooms/call.html`
 * @param {CallOptions} options
 */
export function startCall(element, options) {
  return new Call(element, options);
}
