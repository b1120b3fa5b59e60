/** The waiting room as staff see it: who is at the door, since when, and the way in or back. */
import { countWords, noteAsked, noteWaiting } from "../live/note.js";
import { play } from "../live/sound.js";
import { personOf } from "../rooms/people.js";
import { patientOf } from "../rooms/state.js";
import { _ } from "words";
import { callerRole, fillCall, fillCaller, fillNotes, fillWaiting } from "./guestcard.js";
import { copyOf, match, part, write } from "./parts.js";
import { emptyRow, isGap, Places } from "./places.js";

/**
 * @typedef {import("../rooms/room.js").RoomConnection} RoomConnection
 * @typedef {import("../rooms/state.js").RoomState} RoomState
 * @typedef {import("../rooms/state.js").Waiting} Waiting
 * @typedef {import("../rooms/state.js").Caller} Caller
 */

/** Milliseconds between two looks at how long people wait. */
const TICK = 15_000;

export class Door {
  #element;
  #room;
  #toast;
  #messages;
  #reasons;
  #title = document.title;
  /** Admissions that have knocked already; null until the first view came. @type {Set<string> | null} */
  #heard = null;
  /** What guests asked for and wrote; null until the first view came. @type {Set<string> | null} */
  #asked = null;
  /** @type {Waiting[]} */
  #waiting = [];
  /** @type {RoomState | null} */
  #state = null;
  #clock;
  #places;

  /**
   * @param {HTMLElement} element the region "Waiting room"
   * @param {RoomConnection} room
   * @param {import("./toast.js").Toast} toast
   * @param {{messages: import("./saying.js").DoorMessages, reasons: import("./reasons.js").Reasons}} dialogs
   */
  constructor(element, room, toast, { messages, reasons }) {
    this.#element = element;
    this.#room = room;
    this.#toast = toast;
    this.#messages = messages;
    this.#reasons = reasons;
    part(element, "[data-admit-all]").addEventListener("click", () => void this.#admitAll());
    part(element, "[data-tell-all]").addEventListener("click", () => messages.open(null, ""));
    this.#clock = setInterval(() => this.#show(), TICK);
    this.#places = new Places(part(element, "[data-door-list]"), () => this.#show());
  }

  /** @param {RoomState | null} state null while this page is out of the visit */
  show(state) {
    this.#state = state;
    const waiting = (this.#waiting = state?.waiting ?? []);
    const knocking = waiting.filter((guest) => guest.standing !== "sent_back" && !this.#heard?.has(guest.admission));
    if (this.#heard !== null && knocking.length > 0) {
      play("knock");
      noteWaiting(waiting.length);
    }
    this.#heard = new Set([...(this.#heard ?? []), ...waiting.map((guest) => guest.admission)]);
    if (state) this.#hear(state);
    this.#show();
  }

  /** @returns {Waiting | undefined} who has waited longest, of those who may come in */
  get next() {
    const able = this.#waiting.filter((guest) => guest.consent?.agreed !== false);
    return able.find((guest) => !guest.away) ?? able[0];
  }

  /** Lets in the person who has waited longest, of those who may come in. */
  admitNext() {
    if (this.next) this.#admit(this.next);
  }

  /** @param {string} admission lets this person in, if they still wait */
  admit(admission) {
    const guest = this.#waiting.find((one) => one.admission === admission);
    if (guest) this.#admit(guest);
  }

  stop() {
    clearInterval(this.#clock);
    this.#places.stop();
    document.title = this.#title;
  }

  /** Sounds once for each line and each wish for a call. @param {RoomState} state */
  #hear({ waiting, calls, notes }) {
    const wishes = [...waiting, ...calls].flatMap(({ seat, call }) => (call?.state === "asked" ? [`${seat} ${call.since}`] : []));
    const now = new Set([...wishes, ...notes.filter((note) => note.by_guest).map((note) => note.id)]);
    const news = [...now].some((one) => !this.#asked?.has(one));
    if (this.#asked !== null && news) {
      play("message");
      noteAsked();
    }
    this.#asked = now;
  }

  async #admitAll() {
    const held = this.#waiting.filter((guest) => guest.consent?.agreed === false).map((guest) => guest.name);
    const list = new Intl.ListFormat(document.documentElement.lang).format(held);
    await this.#toast.attempt(
      () => this.#room.admitAll(),
      held.length === 0 ? _("Everyone is in.") : _("Still waiting, because the patient has not agreed: {list}", { list }),
    );
  }

  #show() {
    const waiting = this.#waiting;
    const count = waiting.length;
    document.title = count > 0 ? `(${count}) ${this.#title}` : this.#title;
    this.#element.toggleAttribute("data-waiting", count > 0);
    part(this.#element, "[data-admit-all]").hidden = count < 2;
    const words = count === 0 ? _("Nobody is waiting.") : countWords(count);
    write(part(this.#element, "[data-door-count]"), words);
    const list = part(this.#element, "[data-door-list]");
    const focused = this.#element.contains(document.activeElement);
    match(
      list,
      this.#places.hold(waiting, (guest) => guest.admission),
      (place) => (isGap(place) ? place.gap : place.admission),
      (place) => (isGap(place) ? emptyRow(place) : this.#make(place)),
      (row, place) => {
        if (!isGap(place)) this.#fill(row, place);
      },
    );
    this.#showCalls();
    list.querySelectorAll("[data-admit]").forEach((button, at) => {
      if (at === 0) button.setAttribute("aria-keyshortcuts", "a");
      else button.removeAttribute("aria-keyshortcuts");
    });
    // The pressed button went with its card: the next one, or the region's title, takes the focus.
    if (focused && !this.#element.contains(document.activeElement)) {
      const next = list.querySelector("[data-admit]:not([hidden])") ?? part(this.#element, "h2");
      /** @type {HTMLElement} */ (next).focus();
    }
  }

  /** Those who are not in the line, and want to be called or are on the phone. */
  #showCalls() {
    const list = part(this.#element, "[data-calls-list]");
    match(
      list,
      this.#state?.calls ?? [],
      (caller) => caller.seat,
      (caller) => this.#makeCaller(caller),
      (row, caller) => {
        fillCaller(row, caller);
        fillNotes(row, caller.seat, this.#state?.notes ?? []);
      },
    );
    list.hidden = list.childElementCount === 0;
  }

  /** @param {HTMLElement} card @param {Waiting} guest */
  #fill(card, guest) {
    const state = this.#state;
    const patient = state && patientOf(state);
    const speaking = [...this.#waiting, ...(state?.calls ?? [])].some((one) => one.role === "patient" && one.call?.state === "speaking");
    const inside = state?.people.some((one) => one.role === "patient") ?? false;
    fillWaiting(card, guest, patient?.name ?? _("The patient"), inside || speaking);
    fillCall(card, guest);
    fillNotes(card, guest.seat, state?.notes ?? []);
  }

  /** @param {Waiting} guest @returns {HTMLElement} */
  #make(guest) {
    const { name, admission, seat } = guest;
    const card = copyOf("guest");
    part(card, "[data-person]").replaceWith(personOf(guest, ""));
    this.#button(card, "admit", _("Admit {name}", { name }), () => this.#admit(guest));
    this.#button(card, "deny", _("Deny {name}", { name }), () => void this.#deny(admission, name));
    this.#button(card, "agree", _("The patient agrees to {name}", { name }), () => void this.#toast.attempt(
      () => this.#room.agree(seat), _("{name} may come in.", { name }),
    ));
    this.#talk(card, seat, name);
    return card;
  }

  /** @param {Caller} caller @returns {HTMLElement} */
  #makeCaller(caller) {
    const card = copyOf("caller");
    part(card, "[data-person]").replaceWith(personOf(caller, callerRole(caller)));
    this.#talk(card, caller.seat, caller.name);
    return card;
  }

  /** Message and telephone, which every card has. @param {HTMLElement} card @param {string} seat @param {string} name */
  #talk(card, seat, name) {
    this.#button(card, "message", _("Message to {name}", { name }), () => this.#messages.open(seat, name));
    this.#button(card, "call-begin", _("On the phone with {name}", { name }), () => void this.#toast.attempt(
      () => this.#room.callBegin(seat), _("The visit with {name} goes on by phone.", { name }),
    ));
    part(card, "[data-call-end]").addEventListener("click", () => void this.#toast.attempt(() => this.#room.callEnd(seat)));
  }

  /** @param {HTMLElement} card @param {string} name @param {string} words @param {() => void} deed */
  #button(card, name, words, deed) {
    const button = part(card, `[data-${name}]`);
    button.setAttribute("aria-label", words);
    button.addEventListener("click", deed);
  }

  /** @param {Waiting} guest */
  #admit({ admission, name }) {
    void this.#toast.attempt(() => this.#room.admit(admission), _("{name} is in.", { name }));
  }

  /** @param {string} seat @param {string} name */
  async #deny(seat, name) {
    const done = await this.#toast.attempt(() => this.#room.deny(seat));
    if (!done) return;
    const words = _("{name} was not let in and sees the clinic’s phone number.", { name });
    this.#toast.tell(words, { words: _("Say why"), act: () => this.#reasons.open({ seat, name, back: false }) });
  }
}
