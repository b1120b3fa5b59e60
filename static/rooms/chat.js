/** The talk in writing of one visit: one channel, or for the care team two, never in sight together. */
import { play } from "../live/sound.js";
import { startTabs } from "../live/tabs.js";
import { ngettext } from "../live/words.js";
import { keptWords } from "./kept.js";
import { Talk } from "./talk.js";

/**
 * @typedef {import("./room.js").RoomConnection} RoomConnection
 * @typedef {import("./state.js").Message} Message
 */

export class Chat {
  #element;
  #room;
  #visible;
  #onUnread;
  /** @type {Talk[]} */
  #talks;
  #listening = new AbortController();

  /**
   * @param {HTMLElement} element root of `templates/rooms/chat.html`
   * @param {{room: RoomConnection, visible: () => boolean, onUnread: (count: number) => void}} parts
   *   `visible` whether the chat is in sight; `onUnread` told whenever the number of unread changes
   */
  constructor(element, { room, visible, onUnread }) {
    this.#element = element;
    this.#room = room;
    this.#visible = visible;
    this.#onUnread = onUnread;
    const channels = /** @type {NodeListOf<HTMLElement>} */ (element.querySelectorAll("[data-channel]"));
    this.#talks = [...channels].map((channel) => new Talk(channel, room));
    const tabs = element.querySelector("[role=tablist]");
    if (tabs instanceof HTMLElement) startTabs(tabs, () => this.#visible() && this.read());
    const { signal } = this.#listening;
    room.addEventListener("changed", () => this.#show(), { signal });
    room.addEventListener("said", (event) => this.#said(/** @type {CustomEvent<Message>} */ (event).detail), { signal });
    this.#show();
  }

  /** Everything in the channel in sight has been seen: the chat was opened. */
  read() {
    this.#chosen?.read();
    this.#count();
  }

  /** Puts the writing mark into the field. */
  focus() {
    this.#chosen?.focus();
  }

  /** What was written stays readable, nothing can be added. */
  close() {
    for (const talk of this.#talks) talk.close();
  }

  stop() {
    this.#listening.abort();
    for (const talk of this.#talks) talk.stop();
  }

  /** @returns {Talk | undefined} the channel in sight */
  get #chosen() {
    return this.#talks.find((talk) => talk.chosen);
  }

  #show() {
    for (const talk of this.#talks) talk.show();
    const kept = this.#room.state?.chat;
    if (kept === undefined) return;
    const words = keptWords(kept);
    for (const place of this.#element.querySelectorAll("[data-part=kept]")) {
      if (place.textContent !== words) place.textContent = words;
    }
  }

  /** @param {Message} message */
  #said(message) {
    this.#show();
    const talk = this.#talks.find((one) => one.name === message.channel);
    if (message.mine || talk === undefined || (this.#visible() && talk.chosen)) return;
    play("message");
    talk.unread += 1;
    this.#count();
  }

  #count() {
    for (const { name, unread } of this.#talks) {
      const badge = /** @type {HTMLElement | null} */ (this.#element.querySelector(`[data-unread=${name}]`));
      if (badge) showCount(badge, unread);
    }
    this.#onUnread(this.#talks.reduce((sum, talk) => sum + talk.unread, 0));
  }
}

/**
 * Says in a tab how many messages are new: a number for the eye, words for the ear.
 * @param {HTMLElement} badge
 * @param {number} count
 */
export function showCount(badge, count) {
  badge.hidden = count === 0;
  const shown = /** @type {const} */ ([
    ["[data-number]", count === 0 ? "" : String(count)],
    ["[data-words]", count === 0 ? "" : ngettext("{count} new message", "{count} new messages", count)],
  ]);
  for (const [part, words] of shown) {
    const place = badge.querySelector(part);
    if (place && place.textContent !== words) place.textContent = words;
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
