/**
 * The talk in writing of one visit: shows what was said, sends what is written, and never loses it.
 *
 * A message has a key made here. It is shown at once as "Sending…" and sent again with the same key
 * after every reconnection until the server has it.
 */
import { Refused } from "../live/socket.js";
import { play } from "../live/sound.js";
import { clockTime } from "../live/when.js";
import { _ } from "../live/words.js";
import { faceOf } from "./people.js";

/**
 * @typedef {import("./room.js").RoomConnection} RoomConnection
 * @typedef {import("./state.js").Message} Message
 * @typedef {{text: string, key: string, state: "sending" | "waiting" | "refused", why: string}} Draft
 */

export class Chat {
  #room;
  #visible;
  #onUnread;
  #log;
  #text;
  #unread = 0;
  /** Mine that the server does not have yet. @type {Map<string, Draft>} */
  #drafts = new Map();
  #listening = new AbortController();

  /**
   * @param {HTMLElement} element root of `templates/rooms/chat.html`
   * @param {{room: RoomConnection, visible: () => boolean, onUnread: (count: number) => void}} parts
   *   `visible` whether the chat is in sight; `onUnread` told whenever the number of unread changes
   */
  constructor(element, { room, visible, onUnread }) {
    this.#room = room;
    this.#visible = visible;
    this.#onUnread = onUnread;
    this.#log = /** @type {HTMLElement} */ (element.querySelector("[data-part=log]"));
    this.#text = /** @type {HTMLTextAreaElement} */ (element.querySelector("textarea"));
    const form = /** @type {HTMLFormElement} */ (element.querySelector("form"));
    const { signal } = this.#listening;
    form.addEventListener("submit", (event) => this.#submit(event), { signal });
    this.#text.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      form.requestSubmit();
    }, { signal });
    room.addEventListener("changed", () => this.#show(), { signal });
    room.addEventListener("said", (event) => this.#said(/** @type {CustomEvent<Message>} */ (event).detail), { signal });
    room.addEventListener("line", () => this.#again(), { signal });
    this.#show();
  }

  /** Everything has been seen: the chat was opened. */
  read() {
    this.#count(0);
    this.#log.scrollTop = this.#log.scrollHeight;
  }

  /** Puts the writing mark into the field. */
  focus() {
    this.#text.focus();
  }

  stop() {
    this.#listening.abort();
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
      await this.#room.say(draft.text, draft.key);
      this.#drafts.delete(draft.key);
      this.#show();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.#draft({ ...draft, state: error.passing ? "waiting" : "refused", why: error.message });
    }
  }

  /** @param {Draft} draft */
  #draft(draft) {
    this.#drafts.set(draft.key, draft);
    this.#show();
  }

  /** The connection is back: what waits goes out. */
  #again() {
    if (this.#room.line !== "connected") return;
    for (const draft of this.#drafts.values()) if (draft.state === "waiting") void this.#send(draft);
  }

  /** @param {Message} message */
  #said(message) {
    this.#show();
    if (message.mine || this.#visible()) return;
    play("message");
    this.#count(this.#unread + 1);
  }

  /** @param {number} unread */
  #count(unread) {
    this.#unread = unread;
    this.#onUnread(unread);
  }

  /** Adds what is new and keeps the rest, so that a screen reader hears each message once. */
  #show() {
    const known = new Map([...this.#log.children].map((one) => [/** @type {HTMLElement} */ (one).dataset["key"], one]));
    const atEnd = this.#log.scrollHeight - this.#log.scrollTop - this.#log.clientHeight < 40;
    const messages = this.#room.messages;
    const delivered = new Set(messages.map((message) => message.key));
    const rows = messages.map((message) => known.get(message.key) ?? row(message.key));
    messages.forEach((message, at) => this.#fill(rows[at], message));
    for (const draft of this.#drafts.values()) {
      if (delivered.has(draft.key)) continue;
      const waiting = known.get(draft.key) ?? row(draft.key);
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

  /** @param {Element | undefined} element @param {Message} message */
  #fill(element, message) {
    if (element === undefined) return;
    if (message.mine) {
      fillMine(element, message.text, clockTime(message.at));
      return;
    }
    if (element.childElementCount > 0) return;
    const person = this.#room.state?.people.find((one) => one.seat === message.seat);
    const who = document.createElement("p");
    who.className = "said__who";
    const name = document.createElement("strong");
    name.textContent = message.name;
    const time = document.createElement("time");
    time.dateTime = message.at;
    time.textContent = clockTime(message.at);
    who.append(name, " ", time);
    const words = document.createElement("p");
    words.className = "said__words";
    words.textContent = message.text;
    const side = document.createElement("div");
    side.append(who, words);
    element.append(faceOf({ name: message.name, face: person?.face ?? null }, "s"), side);
  }
}

/**
 * Begins a chat; see `Chat`.
 * @param {HTMLElement} element
 * @param {ConstructorParameters<typeof Chat>[1]} parts
 */
export function startChat(element, parts) {
  return new Chat(element, parts);
}

/** @param {string} key @returns {HTMLElement} */
function row(key) {
  const element = document.createElement("div");
  element.className = "said";
  element.dataset["key"] = key;
  return element;
}

/** @param {Element} element @param {string} text @param {string} state */
function fillMine(element, text, state) {
  if (element.childElementCount === 0) {
    element.setAttribute("data-mine", "");
    const words = document.createElement("p");
    words.className = "said__words";
    words.textContent = text;
    const below = document.createElement("p");
    below.className = "said__state";
    element.append(words, below);
  }
  const below = element.lastElementChild;
  if (below !== null && below.textContent !== state) below.textContent = state;
}

/** @param {Draft} draft @returns {string} */
function stateWords(draft) {
  if (draft.state === "sending") return _("Sending…");
  if (draft.state === "waiting") return _("Not sent yet. We try again.");
  return draft.why || _("This could not be sent.");
}
