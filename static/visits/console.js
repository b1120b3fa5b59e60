/** The visit console: brings call, door, people, chat and note of one visit together. */
import { line } from "../live/socket.js";
import { unlockSound } from "../live/sound.js";
import { Devices } from "../media/devices.js";
import { startCall } from "../rooms/call.js";
import { Floor } from "../rooms/floor.js";
import { watchCauses } from "../rooms/joining.js";
import { RoomConnection } from "../rooms/room.js";
import { actByKey, fillKeys } from "../rooms/shortcuts.js";
import { _ } from "words";
import { AtDoor } from "./atdoor.js";
import { Door } from "./door.js";
import { Emergency } from "./emergency.js";
import { showConnections } from "./connection.js";
import { showEnded } from "./ended.js";
import { Links } from "./links.js";
import { Note } from "./note.js";
import { Panels } from "./panels.js";
import { part, write } from "./parts.js";
import { Reasons } from "./reasons.js";
import { DoorMessages } from "./saying.js";
import { Toast } from "./toast.js";

/**
 * @typedef {import("../rooms/state.js").RoomState} RoomState
 * @typedef {{visit: string}} Settings
 */

/** @param {HTMLElement} body */
export function start(body) {
  /** @type {Settings} */
  const { visit } = JSON.parse(body.dataset["settings"] ?? "{}");
  unlockSound();
  return new Console(body, visit).stop;
}

class Console {
  #body;
  #visit;
  #room;
  #devices = new Devices("staff");
  #toast;
  #messages;
  #door;
  #atDoor;
  #panels;
  #emergency;
  #note;
  /** @type {import("../rooms/call.js").Call | null} */
  #call = null;
  /** @type {Floor | null} */
  #floor = null;
  /** Whether the person left by the button and has not asked to come back. */
  #gone = false;
  /** Everyone who was in while this page was open, by seat. @type {Map<string, import("../rooms/state.js").Person>} */
  #met = new Map();
  /** @type {ReturnType<typeof setInterval>} */
  #clock;
  #listening = new AbortController();

  /** @param {HTMLElement} body @param {string} visit */
  constructor(body, visit) {
    this.#body = body;
    this.#visit = visit;
    const room = (this.#room = new RoomConnection({ door: "staff", visit }));
    const toast = (this.#toast = new Toast(this.#part("[data-toast]")));
    const reasons = new Reasons(this.#dialog("reason"), room, toast);
    this.#messages = new DoorMessages(this.#dialog("say"), room, toast);
    this.#door = new Door(this.#part("[data-door]"), room, toast, { messages: this.#messages, reasons });
    this.#atDoor = new AtDoor(this.#part("[data-atdoor]"), this.#door, this.#part("#door-title"));
    this.#panels = new Panels(this.#part("[data-panel]"), { visit, room, toast, reasons, links: new Links(body, visit, toast) });
    const card = body.querySelector("[data-emergency]");
    this.#emergency = card instanceof HTMLElement ? new Emergency(card, this.#part("[data-emergency-open]"), visit) : null;
    const note = body.querySelector(".note");
    this.#note = note instanceof HTMLElement ? new Note(note, visit) : null;
    const { signal } = this.#listening;
    room.addEventListener("changed", () => this.#show(), { signal });
    room.addEventListener("closed", (event) => this.#closed(/** @type {CustomEvent<string>} */ (event).detail), { signal });
    line.addEventListener("changed", () => void (line.state === "connected" && this.#note?.save()), { signal });
    actByKey({ a: () => this.#door.admitNext(), "?": () => this.#showKeys() }, signal);
    fillKeys(this.#dialog("keys"), signal);
    this.#part("[data-keys]").addEventListener("click", () => this.#showKeys());
    this.#part("[data-rejoin]").addEventListener("click", () => void this.#rejoin());
    for (const button of body.querySelectorAll("dialog [data-close]")) {
      button.addEventListener("click", () => button.closest("dialog")?.close());
    }
    this.#clock = setInterval(() => this.#tick(), 1000);
    watchCauses(room, this.#devices, signal);
    room.open();
  }

  stop = () => {
    clearInterval(this.#clock);
    this.#listening.abort();
    this.#hangUp();
    this.#devices.close();
    this.#door.stop();
    this.#emergency?.stop();
    this.#panels.stop();
    this.#room.close();
  };

  #show() {
    const state = this.#room.state;
    if (state === null) return;
    for (const person of state.people) this.#met.set(person.seat, person);
    this.#emergency?.follow(state);
    if (state.phase === "closed") {
      this.#ended();
      return;
    }
    this.#messages.offer(state.sayings);
    this.#door.show(state);
    this.#atDoor.show(state.waiting);
    this.#panels.show(state);
    this.#tick();
    if (state.me.standing !== "admitted") this.#away("left");
    else if (this.#call === null && !this.#gone) this.#join();
  }

  #join() {
    this.#put("call");
    this.#call = startCall(this.#part("[data-part=call]"), {
      room: this.#room,
      devices: this.#devices,
      onLeft: () => this.#left(),
    });
    this.#floor = new Floor(this.#part("[data-part=call]"), { room: this.#room, devices: this.#devices });
    // What was pressed on Today is done here: the person asked for there is let in.
    const admission = sessionStorage.getItem("rounds.admit");
    sessionStorage.removeItem("rounds.admit");
    if (admission) this.#door.admit(admission);
  }

  /** The call was left by its button; whatever the line does, it does not open again by itself. */
  #left() {
    this.#gone = true;
    if (this.#room.closed === null && this.#room.state?.phase !== "closed") this.#away("left");
  }

  /** Comes back: into the same room, into this window, or through the door for staff. */
  async #rejoin() {
    const { closed } = this.#room;
    if (closed === "replaced") location.reload();
    else if (closed !== null) location.assign(`/?next=${encodeURIComponent(location.pathname)}`);
    if (closed !== null) return;
    this.#gone = false;
    const back = await this.#toast.attempt(() => this.#room.knock());
    if (!back) this.#gone = true;
  }

  /** @param {string} reason */
  #closed(reason) {
    if (reason === "ended" || this.#room.state?.phase === "closed") this.#ended();
    else this.#away(reason);
  }

  #ended() {
    const state = this.#room.state;
    this.#put("ended");
    this.#panels.end();
    showEnded(this.#part("[data-ended]"), {
      started: state?.started_at ?? null,
      ended: state?.ended_at ?? new Date().toISOString(),
      people: [...this.#met.values()],
      shared: state?.shared ?? [],
      byPhone: state?.by_phone ?? [],
    });
    void showConnections(this.#part("[data-ended-people]"), this.#visit);
    this.#tick();
    clearInterval(this.#clock);
    this.#room.close();
  }

  /** @param {string} reason why this page is out of the visit while it may go on */
  #away(reason) {
    const element = this.#part("[data-away-view]");
    const { title, words, way } = awayWords(reason);
    write(part(element, "h2"), title);
    write(part(element, "[data-away-words]"), words);
    write(part(element, "[data-rejoin]"), way);
    this.#put("away");
  }

  #hangUp() {
    this.#floor?.stop();
    this.#call?.stop();
    this.#floor = this.#call = null;
    this.#devices.rest();
  }

  /**
   * Puts the call, or what stands in its place, into view; the note stays where it is.
   * @param {"call" | "away" | "ended"} view
   */
  #put(view) {
    const console = this.#part("[data-console]");
    const before = console.dataset["view"];
    if (before === view) return;
    console.dataset["view"] = view;
    if (view !== "call") this.#hangUp();
    const lost = document.activeElement === document.body || this.#part("[data-part=call]").contains(document.activeElement);
    this.#part("[data-part=call]").hidden = view !== "call";
    this.#part("[data-door]").hidden = view !== "call";
    this.#part("[data-panel]").hidden = view === "away"; // at the end, the panels say which of them still serve
    this.#part("[data-away-view]").hidden = view !== "away";
    this.#part("[data-ended]").hidden = view !== "ended";
    if (view === "call") return;
    this.#door.show(null);
    this.#atDoor.show([]);
    void this.#note?.save();
    // The pressed button is gone: the words that took its place take the focus, for the eye and the ear.
    if (lost && before === "call") part(this.#part(view === "away" ? "[data-away-view]" : "[data-ended]"), "h2").focus();
  }

  #tick() {
    const started = this.#room.state?.started_at;
    if (!started) return;
    const until = this.#room.state?.ended_at ? Date.parse(this.#room.state.ended_at) : Date.now();
    const seconds = Math.max(0, Math.floor((until - Date.parse(started)) / 1000));
    const minutes = Math.floor(seconds / 60);
    write(this.#part("[data-clock]"), `${minutes}:${String(seconds % 60).padStart(2, "0")}`);
  }

  #showKeys() {
    this.#dialog("keys").showModal();
  }

  /** @param {string} id @returns {HTMLDialogElement} */
  #dialog(id) {
    return /** @type {HTMLDialogElement} */ (this.#part(`dialog#${id}`));
  }

  /** @param {string} selector @returns {HTMLElement} */
  #part(selector) {
    return part(this.#body, selector);
  }
}

/**
 * @param {string} reason
 * @returns {{title: string, words: string, way: string}} what happened, what is safe, and the way back
 */
function awayWords(reason) {
  switch (reason) {
    case "left":
      return {
        title: _("You left the call"),
        words: _("The visit goes on. Nobody can hear or see you. You can come back until it ends."),
        way: _("Join again"),
      };
    case "replaced":
      return {
        title: _("This visit is open in another window"),
        words: _("Go on there, or use this window: the other one then closes its camera."),
        way: _("Use this window"),
      };
    case "signed_out":
      return {
        title: _("You are signed out"),
        words: _("Sign in again to come back. What you wrote is kept in this window."),
        way: _("Sign in again"),
      };
    default:
      return {
        title: _("This visit is not open to you now"),
        words: _("You may have been signed out. What you wrote is kept in this window. If it stays like this, ask the clinician who leads the visit."),
        way: _("Sign in again"),
      };
  }
}
