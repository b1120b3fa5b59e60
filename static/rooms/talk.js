/**
 * What is written in one channel of the chat: shows it, sends what is written, and never loses it.
 *
 * The channel is the form's own from the beginning: what is begun in one cannot be sent in another. A
 * message has a key made here. It is shown at once as "Sending…" and sent again with the same key
 * after every reconnection until the server has it.
 */
import { Refused } from "../live/socket.js";
import { _ } from "../live/words.js";
import { fillMine, fillTheirs, rowOf } from "./said.js";

/**
 * @typedef {import("./room.js").RoomConnection} RoomConnection
 * @typedef {import("./state.js").ChannelName} ChannelName
 * @typedef {{text: string, key: string, state: "sending" | "waiting" | "refused", why: string}} Draft
 */

export class Talk {
  /** Messages of others that were not seen yet. */
  unread = 0;
  /** @type {ChannelName} */
  name;
  #element;
  #room;
  #log;
  #text;
  #form;
  /** Mine that the server does not have yet. @type {Map<string, Draft>} */
  #drafts = new Map();
  #listening = new AbortController();

  /** @param {HTMLElement} element `[data-channel]` of `templates/rooms/chat.html` @param {RoomConnection} room */
  constructor(element, room) {
    this.#element = element;
    this.#room = room;
    this.name = element.dataset["channel"] === "team" ? "team" : "everyone";
    this.#log = /** @type {HTMLElement} */ (element.querySelector("[data-part=log]"));
    this.#text = /** @type {HTMLTextAreaElement} */ (element.querySelector("textarea"));
    const form = (this.#form = /** @type {HTMLFormElement} */ (element.querySelector("form")));
    const { signal } = this.#listening;
    form.addEventListener("submit", (event) => this.#submit(event), { signal });
    this.#text.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      form.requestSubmit();
    }, { signal });
    room.addEventListener("line", () => this.#again(), { signal });
  }

  /** @returns {boolean} whether it is the channel in sight, wherever the chat itself is */
  get chosen() {
    return !this.#element.hidden;
  }

  /** Everything has been seen. */
  read() {
    this.unread = 0;
    this.#log.scrollTop = this.#log.scrollHeight;
  }

  /** Puts the writing mark into the field. */
  focus() {
    this.#text.focus();
  }

  /** What was written stays readable, and how long it does; nothing can be added. */
  close() {
    for (const part of /** @type {NodeListOf<HTMLElement>} */ (this.#form.querySelectorAll("label, .field__row"))) {
      part.hidden = true;
    }
  }

  stop() {
    this.#listening.abort();
  }

  /** Adds what is new and keeps the rest, so that a screen reader hears each message once. */
  show() {
    const known = new Map([...this.#log.children].map((one) => [/** @type {HTMLElement} */ (one).dataset["key"], one]));
    const atEnd = this.#log.scrollHeight - this.#log.scrollTop - this.#log.clientHeight < 40;
    const messages = this.#room.messages.filter((message) => message.channel === this.name);
    const delivered = new Set(messages.map(keyOf));
    const rows = messages.map((message) => known.get(keyOf(message)) ?? this.#row(keyOf(message)));
    messages.forEach((message, at) => this.#fill(rows[at], message));
    for (const draft of this.#drafts.values()) {
      const key = keyOf({ mine: true, seat: "", key: draft.key });
      if (delivered.has(key)) continue;
      const waiting = known.get(key) ?? this.#row(key);
      fillMine(waiting, draft.text, stateWords(draft));
      rows.push(waiting);
    }
    const kept = new Set(rows);
    for (const one of known.values()) if (!kept.has(one)) one.remove();
    rows.forEach((one, at) => {
      if (this.#log.children[at] !== one) this.#log.insertBefore(one, this.#log.children[at] ?? null);
    });
    if (atEnd) this.#log.scrollTop = this.#log.scrollHeight;
  }

  /** @param {SubmitEvent} event */
  #submit(event) {
    event.preventDefault();
    const text = this.#text.value.trim();
    if (text === "") return;
    this.#text.value = "";
    void this.#send({ text, key: crypto.randomUUID(), state: "sending", why: "" });
  }

  /** @param {Draft} draft */
  async #send(draft) {
    this.#draft({ ...draft, state: "sending" });
    try {
      await (this.name === "team" ? this.#room.confer(draft.text, draft.key) : this.#room.say(draft.text, draft.key));
      this.#drafts.delete(draft.key);
      this.show();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.#draft({ ...draft, state: error.passing ? "waiting" : "refused", why: error.message });
    }
  }

  /** @param {Draft} draft */
  #draft(draft) {
    this.#drafts.set(draft.key, draft);
    this.show();
  }

  /** The connection is back: what waits goes out. */
  #again() {
    if (this.#room.line !== "connected") return;
    for (const draft of this.#drafts.values()) if (draft.state === "waiting") void this.#send(draft);
  }

  /** @param {string} key @returns {HTMLElement} a line to be filled, marked as its channel marks all */
  #row(key) {
    const mark = this.#element.querySelector("template[data-part=mark]");
    return rowOf(key, mark instanceof HTMLTemplateElement ? mark.content.cloneNode(true) : null);
  }

  /** @param {Element | undefined} element @param {import("./state.js").Message} message */
  #fill(element, message) {
    if (element === undefined) return;
    const face = this.#room.state?.people.find((one) => one.seat === message.seat)?.face ?? null;
    fillTheirs(element, message, face);
  }
}

/** @param {{mine: boolean, seat: string, key: string}} message @returns {string} the same before and after delivery */
function keyOf({ mine, seat, key }) {
  return mine ? `mine ${key}` : `${seat} ${key}`;
}

/** @param {Draft} draft @returns {string} */
function stateWords(draft) {
  if (draft.state === "sending") return _("Sending…");
  if (draft.state === "waiting") return _("Not sent yet. We try again.");
  return draft.why || _("This could not be sent.");
}
