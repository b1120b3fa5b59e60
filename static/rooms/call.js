/**
 * A call: joins the room's media, lays out a tile per person, keeps both true until it is left.
 *
 * `startCall(element, options)` brings `templates/rooms/call.html` to life, on the guest's page and in
 * the clinician's console alike. The room connection and the devices are the caller's and outlive it.
 */
import { play } from "../live/sound.js";
import { openEngine } from "../media/engine.js";
import { counts } from "../media/counts.js";
import { relayed } from "../media/path.js";
import { judge, sample, Steady } from "../media/quality.js";
import { connectionWords, hearsWords } from "./connection.js";
import { Controls } from "./controls.js";
import { ownWords } from "./own.js";
import { SharedScreen } from "./screen.js";
import { Sharing } from "./sharing.js";
import { others } from "./state.js";
import { Ear, noteFor, ownQuality } from "./others.js";
import { Tile } from "./tile.js";
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
/** Device pixels in which the height of a picture is told: a window that is drawn larger tells seldom. */
const STEP = 90;
/** Milliseconds without a change after which a tile has its size. */
const SETTLED = 200;
/** Looks from one report of the counts to the next. */
const REPORT = 5;
/** Loudness from which a person counts as speaking. */
const VOICE = 0.02;

export class Call {
  #root;
  #room;
  #devices;
  #onLeft;
  #media;
  #controls;
  #sharing;
  #screen;
  /** @type {Map<string, Tile>} */
  #tiles = new Map();
  #steady = new Steady();
  #ear = new Ear();
  #looks = 0;
  /** @type {import("../media/quality.js").Sample | null} */
  #before = null;
  #relayed = false;
  #announced = "";
  #listening = new AbortController();
  /** @type {ReturnType<typeof setInterval>[]} */
  #clocks = [];
  /** @type {WakeLockSentinel | null} */
  #awake = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #settling;
  #sizes = new ResizeObserver(() => this.#resized());

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
      onPictures: () => this.#tellSights(),
    });
    this.#sharing = new Sharing(root, room);
    this.#media = openEngine("embedded", { ticket: () => room.ticket(), devices, screen: this.#sharing.screen });
    this.#screen = new SharedScreen(root, {
      onSize: () => this.#resized(),
      onEnd: () => void this.#sharing.endOther(),
    });
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
    clearTimeout(this.#settling);
    this.#sizes.disconnect();
    this.#controls.stop();
    this.#sharing.stop();
    this.#screen.stop();
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
    const { microphone, camera } = this.#devices;
    const mine = { microphone, camera, resting: camera && this.#media.spares };
    const rest = others(state);
    this.#layOut([...rest, ...(me ? [{ ...me, ...mine }] : [])]);
    this.#showScreens(state);
    const empty = this.#find("[data-part=empty]");
    if (empty) empty.hidden = rest.length > 0;
    const present = rest.filter((person) => person.present);
    const reached = present.filter((person) => person.connection.quality !== "lost").map((person) => person.name);
    const cut = present.length > 0 && reached.length === 0;
    const carried = this.#media.state === "connected" && this.#room.line === "connected" && !cut;
    const shown = { ...mine, camera: mine.camera && this.#media.seen && !mine.resting };
    this.#write("hears", hearsWords(reached, shown, carried, document.documentElement.lang || undefined));
    this.#write("own", ownWords({ causes: this.#devices.causes, wants: (kind) => this.#devices.wants(kind) }));
    this.#showConnection(rest, me?.connection, mine.resting);
    this.#tellEar(rest);
    void this.#announce(mine);
  }

  /** @param {import("./state.js").Person[]} people */
  #layOut(people) {
    for (const [seat, tile] of this.#tiles) {
      if (people.some((person) => person.seat === seat)) continue;
      this.#sizes.unobserve(tile.element);
      tile.remove();
      this.#tiles.delete(seat);
    }
    for (const person of people) {
      const tile = this.#tiles.get(person.seat) ?? this.#newTile(person);
      const tracks = person.me
        ? { video: this.#devices.video ?? undefined }
        : (this.#media.remote.get(person.seat) ?? {});
      const rests = person.me ? null : this.#media.rests(person.seat, "video");
      tile.play("audio" in tracks ? tracks.audio : undefined, tracks.video);
      tile.show(person, person.me ? _("You") : _("{name}, {role}", { name: person.name, role: person.role_label }),
        person.me ? null : noteFor(person, this.#media.remote.has(person.seat), rests), rests !== null || person.resting);
    }
  }

  /** @param {import("./state.js").RoomState} state */
  #showScreens(state) {
    const seat = state.sharing?.seat ?? "";
    this.#sharing.carried = this.#media.state === "connected" && this.#room.line === "connected";
    this.#sharing.show();
    this.#screen.show(state, this.#media.remote.get(seat)?.screen, this.#media.rests(seat, "screen"));
  }

  /** What stands larger or smaller is told when it has its size. */
  #resized() {
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => this.#tellSights(), SETTLED);
  }

  /** Says how large each picture stands here, so that nobody's line carries more than is seen. */
  #tellSights() {
    const seen = [...this.#tiles].filter(([seat]) => this.#media.remote.get(seat)?.video !== undefined);
    /** @type {import("../media/engine.js").Sight[]} */
    const sights = seen.map(([seat, tile]) => ({
      seat, kind: "video", height: this.#controls.pictures ? Math.ceil(tile.height / STEP) * STEP : 0,
    }));
    // A shared screen is what the talk is about: it comes with the voices where cameras rest by hand.
    const sharer = this.#room.state?.sharing?.seat ?? "";
    if (this.#media.remote.get(sharer)?.screen !== undefined) {
      sights.push({ seat: sharer, kind: "screen", height: Math.ceil(this.#screen.height / STEP) * STEP });
    }
    this.#media.look(sights);
  }

  /** @param {import("./state.js").Person} person @returns {Tile} */
  #newTile(person) {
    const template = /** @type {HTMLTemplateElement} */ (this.#find("template[data-part=tile]"));
    const tile = new Tile(/** @type {DocumentFragment} */ (template.content.cloneNode(true)), person.me);
    tile.addEventListener("first-frame", () => performance.mark("rounds-first-frame", { detail: person.seat }));
    tile.addEventListener("switched", () => this.#show());
    tile.addEventListener("silenced", () => this.#silenced(true));
    this.#find(person.me ? "[data-part=stage]" : "[data-part=others]")?.append(tile.element);
    if (!person.me) this.#sizes.observe(tile.element);
    this.#tiles.set(person.seat, tile);
    const started = performance.getEntriesByName("rounds-call-started").at(-1)?.startTime ?? 0;
    if (!person.me && performance.now() - started > 3000) play("arrived");
    return tile;
  }

  /** @param {{microphone: boolean, camera: boolean, resting: boolean}} mine */
  async #announce(mine) {
    const news = JSON.stringify(mine);
    if (news === this.#announced || this.#room.line !== "connected") return;
    this.#announced = news;
    await this.#room.announce(mine).catch(() => {
      this.#announced = ""; // told again with the next change or reconnection
    });
  }

  /** @param {import("./state.js").Person[]} people whose connection is told once, for the ear */
  #tellEar(people) {
    const notes = people.map((person) => ({
      seat: person.seat,
      note: noteFor(person, this.#media.remote.has(person.seat), this.#media.rests(person.seat, "video")),
    }));
    const news = this.#ear.news(notes, performance.now());
    if (news !== "") this.#write("ear", news);
  }

  /**
   * @param {import("./state.js").Person[]} people the others
   * @param {import("./state.js").Connection | undefined} told by the server of the own connection
   * @param {boolean} resting whether the own picture rests
   */
  #showConnection(people, told, resting) {
    const quality = resting ? "unseen" : ownQuality(this.#steady.word, told, people);
    const words = connectionWords({
      line: this.#room.line, media: this.#media.state, quality, alone: people.length === 0, told,
      relayed: this.#relayed,
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
    this.#media.adapt(reports);
    this.#relayed = relayed(reports);
    const now = sample(reports, performance.now(), pictures);
    if (this.#before !== null) this.#steady.hear(judge(this.#before, now));
    this.#before = now;
    this.#tellSights();
    this.#looks += 1;
    if (this.#looks % REPORT === 0 && this.#media.state === "connected") this.#media.tell(counts(reports));
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
