/**
 * A call: joins the room's media, shows everybody who is in, keeps both true until it is left.
 *
 * `startCall(element, options)` brings `templates/rooms/call.html` to life, on the guest's page and in
 * the clinician's console alike. The room connection and the devices are the caller's and outlive it.
 */
import { openEngine } from "../media/engine.js";
import { Asleep } from "./asleep.js";
import { Awake } from "./awake.js";
import { Bar } from "./bar.js";
import { Controls } from "./controls.js";
import { barriers, hearsWords } from "./heard.js";
import { watchJoining } from "./joining.js";
import { Layout } from "./layout.js";
import { Looks } from "./looks.js";
import { More } from "./more.js";
import { MutedEar } from "./mutedtalk.js";
import { noteFor, ownQuality } from "./others.js";
import { ownWords } from "./own.js";
import { SharedScreen } from "./screen.js";
import { SelfView } from "./selfview.js";
import { Settings } from "./settings.js";
import { Sharing } from "./sharing.js";
import { SmallWindow } from "./smallwindow.js";
import { others } from "./state.js";
import { steps, Tiles } from "./tiles.js";

/**
 * @typedef {{
 *   room: import("./room.js").RoomConnection,
 *   devices: import("../media/devices.js").Devices,
 *   onChat?: () => void,
 *   onLeft: () => void,
 * }} CallOptions `onChat` opens or closes the chat, absent where it has a place of its own;
 *   `onLeft` the person left by the button, or ended the visit for everyone
 */

/** Milliseconds between two looks at who speaks: not the beat of syllables, which would fall into the pauses each time. */
const LISTEN = 110;

export class Call {
  #root;
  #room;
  #devices;
  #onLeft;
  #media;
  #controls;
  #sharing;
  #joining;
  #screen;
  #tiles;
  #bar;
  #looks;
  #asleep = new Asleep();
  #awake;
  #ear;
  #layout;
  #more;
  #selfView;
  #settings;
  #small;
  #announced = "";
  #listening = new AbortController();
  #clock;

  /** @param {HTMLElement} root @param {CallOptions} options */
  constructor(root, { room, devices, onChat, onLeft }) {
    this.#root = root;
    this.#room = room;
    this.#devices = devices;
    this.#onLeft = onLeft;
    performance.mark("rounds-call-started");
    this.#controls = new Controls(root, devices, {
      onChat: onChat ?? null,
      onLeave: () => this.#leave(() => room.leave()),
      onEnd: () => this.#leave(() => room.end()),
      onPictures: () => this.#tellSights(),
    });
    this.#sharing = new Sharing(root, room);
    this.#media = openEngine("embedded", { ticket: () => room.ticket(), devices, screen: this.#sharing.screen });
    this.#tiles = new Tiles(root, this.#media, devices);
    this.#bar = new Bar(root);
    this.#looks = new Looks(this.#media, () => this.#seen().length);
    this.#screen = new SharedScreen(root, {
      onSize: () => this.#tiles.resized(),
      onEnd: () => void this.#sharing.endOther(),
    });
    this.#awake = new Awake(root, () => this.#returned());
    this.#ear = new MutedEar(devices);
    this.#layout = new Layout(root, () => this.#show());
    this.#selfView = new SelfView(root);
    this.#settings = new Settings(root, devices, this.#media, this.#tiles);
    this.#small = new SmallWindow(root, devices, () => this.#tiles.of(this.#layout.large)?.video ?? null);
    this.#more = new More(root);
    this.#joining = watchJoining(room, this.#media);
    this.#clock = setInterval(() => this.#tiles.listen(), LISTEN);
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
    clearInterval(this.#clock);
    this.#joining();
    for (const part of [
      this.#looks, this.#controls, this.#sharing, this.#screen, this.#settings, this.#small, this.#more, this.#layout,
      this.#selfView, this.#ear, this.#asleep, this.#media, this.#tiles, this.#awake,
    ]) part.stop();
  }

  #start() {
    const { signal } = this.#listening;
    this.#media.addEventListener("changed", () => {
      if (this.#media.state === "reconnecting") this.#room.doubt();
      this.#show();
    }, { signal });
    this.#media.addEventListener("replaced", () => this.#room.giveWay(), { signal });
    this.#room.addEventListener("changed", () => this.#show(), { signal });
    this.#room.addEventListener("line", () => this.#lineChanged(), { signal });
    this.#devices.addEventListener("changed", () => this.#show(), { signal });
    this.#tiles.addEventListener("switched", () => this.#show(), { signal });
    this.#tiles.addEventListener("sized", () => this.#tellSights(), { signal });
    this.#tiles.addEventListener("silenced", () => this.#silenced(true), { signal });
    this.#ear.addEventListener("changed", () => this.#show(), { signal });
    this.#asleep.addEventListener("woke", () => this.#show(), { signal });
    this.#root.addEventListener("rounds-selfview", () => this.#show(), { signal });
    this.#looks.addEventListener("looked", (event) => {
      this.#asleep.look(/** @type {CustomEvent} */ (event).detail, this.#carried);
      this.#tellSights();
      this.#show();
    }, { signal });
    this.#find("[data-control=sound]")?.addEventListener("click", () => {
      this.#silenced(false);
      this.#tiles.unsilence();
    }, { signal });
    this.#media.start();
    void this.#devices.open();
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

  /** @returns {boolean} whether all lines stand, as far as the page knows */
  get #carried() {
    return this.#media.state === "connected" && this.#room.line === "connected";
  }

  #show() {
    const state = this.#room.state;
    if (state === null || this.#listening.signal.aborted) return;
    const rest = others(state);
    const barred = this.#tellHeard(state, rest);
    if (state.me.standing !== "admitted") return;
    const me = state.people.find((person) => person.me);
    const { microphone, camera, stopped } = this.#devices;
    const mine = { microphone: microphone && !stopped.microphone, camera, resting: camera && this.#media.spares };
    this.#tiles.layOut([...rest, ...(me ? [{ ...me, ...mine }] : [])]);
    this.#layout.show(rest);
    this.#selfView.show(barred.picture === "");
    this.#small.show(rest.map((person) => ({ person, video: this.#tiles.of(person.seat)?.picture ?? null })));
    this.#showScreens(state);
    const empty = this.#find("[data-part=empty]");
    if (empty) empty.hidden = rest.length > 0;
    this.#bar.connection({
      line: this.#room.line, media: this.#media.state, alone: rest.length === 0, told: me?.connection,
      quality: mine.resting ? "unseen" : ownQuality(this.#looks.quality, me?.connection, rest),
      relayed: this.#looks.relayed,
    });
    this.#bar.tell(rest.map((person) => ({
      seat: person.seat,
      note: noteFor(person, this.#media.remote.has(person.seat), this.#media.rests(person.seat, "video")),
    })));
    void this.#announce(mine);
  }

  /**
   * Says whether the others can hear and see the person now.
   * @param {import("./state.js").RoomState} state
   * @param {import("./state.js").Person[]} rest
   * @returns {ReturnType<typeof barriers>}
   */
  #tellHeard(state, rest) {
    const { audio, lens, stopped, causes } = this.#devices;
    const wants = (/** @type {"microphone" | "camera"} */ kind) => this.#devices.wants(kind);
    const present = rest.filter((person) => person.present);
    const reached = present.filter((person) => person.connection.quality !== "lost").map((person) => person.name);
    const barred = barriers({
      admitted: state.me.standing === "admitted", asleep: this.#asleep.now,
      line: this.#room.line, media: this.#media.state, present: present.length, reached: reached.length,
      microphone: {
        wanted: wants("microphone"), on: this.#devices.isOn("microphone"), track: audio?.readyState ?? null,
        stopped: stopped.microphone,
      },
      camera: {
        wanted: wants("camera"), on: this.#devices.isOn("camera"), track: lens.raw?.readyState ?? null,
        stopped: stopped.camera,
      },
      narrow: this.#media.spares, seen: this.#media.seen,
    });
    this.#bar.write("hears", hearsWords(reached, barred, document.documentElement.lang || undefined));
    this.#bar.write("own", ownWords({
      causes, wants, stopped, talking: this.#ear.talking, news: this.#devices.plugs.news,
    }));
    return barred;
  }

  /** @param {import("./state.js").RoomState} state */
  #showScreens(state) {
    const seat = state.sharing?.seat ?? "";
    this.#sharing.carried = this.#carried;
    this.#sharing.show();
    this.#screen.show(state, this.#media.remote.get(seat)?.screen, this.#media.rests(seat, "screen"));
  }

  /** Says how large each picture stands here, so that nobody's line carries more than is seen. */
  #tellSights() {
    const sights = this.#tiles.sights(this.#controls.pictures);
    // A shared screen is what the talk is about: it comes with the voices where cameras rest by hand.
    const sharer = this.#room.state?.sharing?.seat ?? "";
    if (this.#media.remote.get(sharer)?.screen !== undefined) {
      sights.push({ seat: sharer, kind: "screen", height: steps(this.#screen.height) });
    }
    this.#media.look(sights);
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

  /** @returns {import("./state.js").Person[]} the others whose pictures should come */
  #seen() {
    return (this.#room.state?.people ?? []).filter((one) => !one.me && one.present && one.camera);
  }

  /** @param {boolean} silent whether the browser waits for a touch before it plays sound */
  #silenced(silent) {
    const button = this.#find("[data-control=sound]");
    if (button) button.hidden = !silent;
  }

  /** What a locked telephone took away comes back without a press: devices, and what stood still. */
  #returned() {
    void this.#devices.open();
    this.#tiles.goOn();
  }

  /** @param {string} selector @returns {HTMLElement | null} */
  #find(selector) {
    return this.#root.querySelector(selector);
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
