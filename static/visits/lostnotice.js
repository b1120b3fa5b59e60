/** Says on a guest's page that the connection is away, unless it comes back in the blink of an eye. */
import { line } from "../live/socket.js";
import { _ } from "../live/words.js";
import { part, write } from "./views.js";

/** Milliseconds a connection may be away before the page says so. */
const BLINK = 1000;

export class LostNotice {
  #root;
  #room;
  #view = "";
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #blink;

  /** @param {HTMLElement} root the page's body @param {import("../rooms/room.js").RoomConnection} room */
  constructor(root, room) {
    this.#root = root;
    this.#room = room;
  }

  /** Follows the line. @param {string} view the one in sight; the call tells of its line itself */
  show(view) {
    this.#view = view;
    clearTimeout(this.#blink);
    const away = this.#room.line === "reconnecting" || this.#room.line === "lost";
    if (away) this.#blink = setTimeout(() => this.#fill(true), BLINK);
    else this.#fill(false);
  }

  stop() {
    clearTimeout(this.#blink);
  }

  /** @param {boolean} lost */
  #fill(lost) {
    part(this.#root, "lost").hidden = !lost || this.#view === "call" || this.#room.closed !== null;
    write(part(this.#root, "lost-title"), line.state === "lost" ? _("We lost the connection") : _("Reconnecting…"));
  }
}
