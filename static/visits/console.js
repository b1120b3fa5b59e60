/** The visit console: brings call, door, people, chat and note of one visit together. */
import { line } from "../live/socket.js";
import { unlockSound } from "../live/sound.js";
import { Devices } from "../media/devices.js";
import { startCall } from "../rooms/call.js";
import { startChat } from "../rooms/chat.js";
import { RoomConnection } from "../rooms/room.js";
import { _, ngettext } from "words";
import { Door } from "./door.js";
import { showConnections } from "./connection.js";
import { showEnded } from "./ended.js";
import { Links } from "./links.js";
import { Note } from "./note.js";
import { part, write } from "./parts.js";
import { People } from "./people.js";
import { startTabs } from "./tabs.js";
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
  #door;
  #people;
  #note;
  #chat;
  /** @type {import("../rooms/call.js").Call | null} */
  #call = null;
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
    const chatPanel = this.#part("#panel-chat");
    this.#door = new Door(this.#part("[data-door]"), room, toast);
    this.#people = new People(this.#part("[data-panel]"), room, toast, new Links(body, visit, toast));
    this.#note = new Note(this.#part(".note"), visit);
    const chat = (this.#chat = startChat(this.#part("[data-part=chat]"), {
      room,
      visible: () => !chatPanel.hidden && !document.hidden,
      onUnread: (count) => this.#unread(count),
    }));
    startTabs(this.#part("[role=tablist]"), (panel) => {
      if (panel === chatPanel) chat.read();
    });
    const { signal } = this.#listening;
    room.addEventListener("changed", () => this.#show(), { signal });
    room.addEventListener("closed", (event) => this.#closed(/** @type {CustomEvent<string>} */ (event).detail), { signal });
    line.addEventListener("changed", () => void (line.state === "connected" && this.#note.save()), { signal });
    document.addEventListener("keydown", (event) => this.#key(event), { signal });
    this.#part("[data-keys]").addEventListener("click", () => this.#showKeys());
    this.#part("[data-rejoin]").addEventListener("click", () => void this.#rejoin());
    for (const button of body.querySelectorAll("dialog [data-close]")) {
      button.addEventListener("click", () => button.closest("dialog")?.close());
    }
    this.#clock = setInterval(() => this.#tick(), 1000);
    room.open();
  }

  stop = () => {
    clearInterval(this.#clock);
    this.#listening.abort();
    this.#hangUp();
    this.#devices.close();
    this.#door.stop();
    this.#chat.stop();
    this.#room.close();
  };

  #show() {
    const state = this.#room.state;
    if (state === null) return;
    for (const person of state.people) this.#met.set(person.seat, person);
    if (state.phase === "closed") {
      this.#ended();
      return;
    }
    this.#door.show(state.waiting);
    this.#people.show(state);
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
    this.#part("#tab-chat").click(); // what was written stays readable, nothing can be added
    this.#part("#tab-people").hidden = true;
    this.#part("[data-part=chat] form").hidden = true;
    showEnded(this.#part("[data-ended]"), {
      started: state?.started_at ?? null,
      ended: state?.ended_at ?? new Date().toISOString(),
      people: [...this.#met.values()],
      shared: state?.shared ?? [],
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
    this.#call?.stop();
    this.#call = null;
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
    this.#part("[data-panel]").hidden = view === "away" || (view === "ended" && this.#room.messages.length === 0);
    this.#part("[data-away-view]").hidden = view !== "away";
    this.#part("[data-ended]").hidden = view !== "ended";
    if (view === "call") return;
    this.#door.show([]);
    void this.#note.save();
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

  /** @param {number} count */
  #unread(count) {
    const badge = this.#part("[data-unread]");
    badge.hidden = count === 0;
    write(part(badge, "[data-number]"), String(count));
    write(part(badge, "[data-words]"), count === 0 ? "" : ngettext("{count} new message", "{count} new messages", count));
  }

  /** @param {KeyboardEvent} event A and ?, while nobody is writing; M and V belong to the call */
  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.defaultPrevented) return;
    const target = event.target;
    if (target instanceof HTMLElement && target.closest("input, textarea, select, [contenteditable], dialog")) return;
    if (event.key.toLowerCase() === "a") this.#door.admitNext();
    else if (event.key === "?") this.#showKeys();
  }

  #showKeys() {
    /** @type {HTMLDialogElement} */ (this.#part("dialog#keys")).showModal();
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
