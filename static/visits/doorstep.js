/** What a guest can say from the waiting room, and asking to be called instead. */
import { Refused } from "../live/refusal.js";
import { play } from "../live/sound.js";
import { clockTime } from "../live/when.js";
import { _ } from "../live/words.js";
import { doorNote } from "../rooms/doornote.js";
import { onPress, part, write } from "./views.js";

/**
 * @typedef {import("../rooms/state.js").RoomState} RoomState
 * @typedef {import("../rooms/state.js").Note} Note
 */

/** Views in which somebody may ask to be called. */
const CALLABLE = new Set(["checkin", "waiting", "denied", "left"]);

export class Doorstep {
  #root;
  #room;
  #notes;
  #phone;
  /** Lines that were here already; null until the first view came. @type {Set<string> | null} */
  #heard = null;
  #offered = "";
  #listening = new AbortController();

  /** @param {HTMLElement} root the page's body @param {import("../rooms/room.js").RoomConnection} room */
  constructor(root, room) {
    this.#root = root;
    this.#room = room;
    this.#notes = part(root, "notes");
    this.#phone = part(root, "phone");
    const { signal } = this.#listening;
    onPress(this.#phone, {
      "call-known": () => this.#call(""),
      "call-off": async () => void (await this.#try(() => room.callOff(), part(this.#phone, "phone-fault"))),
    }, signal);
    part(this.#phone, "phone-form").addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#call(this.#number.value.trim());
    }, { signal });
    part(this.#notes, "note-form").addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#write();
    }, { signal });
  }

  /** @param {RoomState} state @param {string} view the one in sight */
  show(state, view) {
    this.#showNotes(state);
    this.#showPhone(state, view);
  }

  stop() {
    this.#listening.abort();
  }

  /** @returns {HTMLInputElement} */
  get #number() {
    return /** @type {HTMLInputElement} */ (part(this.#phone, "phone-number"));
  }

  /** @param {RoomState} state */
  #showNotes({ notes, sayings }) {
    const log = part(this.#notes, "note-log");
    const known = new Set([...log.children].map((row) => /** @type {HTMLElement} */ (row).dataset["key"]));
    for (const note of notes) if (!known.has(note.id)) log.append(noteRow(note));
    log.hidden = notes.length === 0;
    const fresh = notes.some((note) => !note.mine && !this.#heard?.has(note.id));
    if (fresh && this.#heard !== null) play("message");
    this.#heard = new Set(notes.map((note) => note.id));
    const offered = JSON.stringify(sayings);
    if (offered === this.#offered) return;
    this.#offered = offered;
    part(this.#notes, "sayings").replaceChildren(...sayings.map((saying) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn";
      button.textContent = saying.words;
      button.addEventListener("click", () => void this.#say({ preset: saying.preset, key: crypto.randomUUID() }));
      return button;
    }));
  }

  async #write() {
    const field = /** @type {HTMLTextAreaElement} */ (part(this.#notes, "note-text"));
    const text = field.value.trim();
    if (text === "") return;
    // The same words under the same key: sent again after a lost answer, they are one line.
    field.dataset["key"] ??= crypto.randomUUID();
    if (!(await this.#say({ text, key: field.dataset["key"] }))) return;
    field.value = "";
    delete field.dataset["key"];
  }

  /** @param {{text?: string, preset?: string, key: string}} words */
  #say(words) {
    return this.#try(() => this.#room.write(words), part(this.#notes, "note-fault"));
  }

  /** @param {RoomState} state @param {string} view */
  #showPhone({ me }, view) {
    const { phone } = me;
    const slot = this.#root.querySelector(`[data-view="${view}"] [data-slot=phone]`);
    this.#phone.hidden = phone === null || !CALLABLE.has(view) || slot === null;
    if (phone === null || slot === null) return;
    if (this.#phone.parentElement !== slot) slot.append(this.#phone);
    for (const one of /** @type {NodeListOf<HTMLElement>} */ (this.#phone.querySelectorAll("[data-phone-state]"))) {
      one.hidden = one.dataset["phoneState"] !== (phone.state || "none");
    }
    const known = part(this.#phone, "phone-known");
    known.hidden = phone.on_file === null;
    write(part(this.#phone, "phone-known-words"), _("Call me at the number that ends in {digits}", { digits: phone.on_file ?? "" }));
    write(part(this.#phone, "phone-asked"), phone.number
      ? _("We call you at the number that ends in {digits}. Keep your phone near you.", { digits: phone.number })
      : _("We call you. Keep your phone near you."));
    write(part(this.#phone, "phone-since"), phone.since ? _("By phone since {time}.", { time: clockTime(phone.since) }) : "");
  }

  /** @param {string} number */
  async #call(number) {
    if (number === "" && part(this.#phone, "phone-known").hidden) {
      this.#number.focus();
      return;
    }
    await this.#try(() => this.#room.callMe(number), part(this.#phone, "phone-fault"));
  }

  /** @param {() => Promise<unknown>} deed @param {HTMLElement} fault says what did not work @returns {Promise<boolean>} */
  async #try(deed, fault) {
    try {
      await deed();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const said = error.passing ? _("That did not reach us. Please try again.") : String(error.fields["phone"] ?? error.message);
      write(fault, said || _("This did not work. Please try again, or call us."));
      return false;
    }
    write(fault, "");
    return true;
  }
}

/** @param {Note} note @returns {HTMLElement} */
function noteRow(note) {
  const time = clockTime(note.at);
  const who = note.mine ? _("You, {time}", { time }) : _("{name}, {role}, {time}", { name: note.name, role: note.role_label, time });
  const row = doorNote(who, note.text, note.mine);
  row.dataset["key"] = note.id;
  return row;
}
