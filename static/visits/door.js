/** The waiting room as staff see it: who is at the door, since when, and the way in or back. */
import { play } from "../live/sound.js";
import { personOf } from "../rooms/people.js";
import { _, ngettext } from "words";
import { copyOf, match, part, picture, write } from "./parts.js";
import { emptyRow, isGap, Places } from "./places.js";

/**
 * @typedef {import("../rooms/room.js").RoomConnection} RoomConnection
 * @typedef {import("../rooms/state.js").Waiting} Waiting
 */

/** Milliseconds between two looks at how long people wait. */
const TICK = 15_000;

export class Door {
  #element;
  #room;
  #toast;
  #title = document.title;
  /** Admissions that have knocked already; null until the first view came. @type {Set<string> | null} */
  #heard = null;
  /** @type {Waiting[]} */
  #waiting = [];
  #clock;
  #places;

  /**
   * @param {HTMLElement} element the region "Waiting room"
   * @param {RoomConnection} room
   * @param {import("./toast.js").Toast} toast
   */
  constructor(element, room, toast) {
    this.#element = element;
    this.#room = room;
    this.#toast = toast;
    part(element, "[data-admit-all]").addEventListener("click", () => {
      void this.#toast.attempt(() => room.admitAll(), _("Everyone is in."));
    });
    this.#clock = setInterval(() => this.#show(), TICK);
    this.#places = new Places(part(element, "[data-door-list]"), () => this.#show());
  }

  /** @param {Waiting[]} waiting in order of arrival */
  show(waiting) {
    this.#waiting = waiting;
    const knocking = waiting.filter((guest) => guest.standing !== "sent_back" && !this.#heard?.has(guest.admission));
    if (this.#heard !== null && knocking.length > 0) play("knock");
    this.#heard = new Set([...(this.#heard ?? []), ...waiting.map((guest) => guest.admission)]);
    this.#show();
  }

  /** Lets in the person who has waited longest. */
  admitNext() {
    const next = this.#waiting.find((guest) => !guest.away) ?? this.#waiting[0];
    if (next) this.#admit(next);
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

  #show() {
    const waiting = this.#waiting;
    const count = waiting.length;
    document.title = count > 0 ? `(${count}) ${this.#title}` : this.#title;
    this.#element.toggleAttribute("data-waiting", count > 0);
    part(this.#element, "[data-admit-all]").hidden = count < 2;
    const words = count === 0 ? _("Nobody is waiting.") : ngettext("{count} person is waiting", "{count} people are waiting", count);
    write(part(this.#element, "[data-door-count]"), words);
    const list = part(this.#element, "[data-door-list]");
    const focused = list.contains(document.activeElement);
    match(
      list,
      this.#places.hold(waiting, (guest) => guest.admission),
      (place) => (isGap(place) ? place.gap : place.admission),
      (place) => (isGap(place) ? emptyRow(place) : this.#make(place)),
      (row, place) => {
        if (!isGap(place)) fill(row, place);
      },
    );
    list.querySelectorAll("[data-admit]").forEach((button, at) => {
      if (at === 0) button.setAttribute("aria-keyshortcuts", "a");
      else button.removeAttribute("aria-keyshortcuts");
    });
    // The pressed button went with its card: the next one, or the region's title, takes the focus.
    if (focused && !list.contains(document.activeElement)) {
      const next = list.querySelector("[data-admit]") ?? part(this.#element, "h2");
      /** @type {HTMLElement} */ (next).focus();
    }
  }

  /** @param {Waiting} guest @returns {HTMLElement} */
  #make(guest) {
    const { name, admission } = guest;
    const card = copyOf("guest");
    part(card, "[data-person]").replaceWith(personOf(guest, ""));
    const admit = part(card, "[data-admit]");
    admit.setAttribute("aria-label", _("Admit {name}", { name }));
    admit.addEventListener("click", () => this.#admit(guest));
    const deny = part(card, "[data-deny]");
    deny.setAttribute("aria-label", _("Deny {name}", { name }));
    deny.addEventListener("click", () => {
      void this.#toast.attempt(
        () => this.#room.deny(admission),
        _("{name} was not let in and sees the clinic’s phone number.", { name }),
      );
    });
    return card;
  }

  /** @param {Waiting} guest */
  #admit({ admission, name }) {
    void this.#toast.attempt(() => this.#room.admit(admission), _("{name} is in.", { name }));
  }
}

/** @param {HTMLElement} card @param {Waiting} guest */
function fill(card, guest) {
  card.toggleAttribute("data-away", guest.away);
  const minutes = Math.floor((Date.now() - Date.parse(guest.since)) / 60_000);
  const who = guest.relationship || guest.role_label;
  const role = minutes > 0 ? _("{who}, waiting {minutes} min", { who, minutes }) : _("{who}, waiting", { who });
  write(part(card, ".person__role"), role);
  // Always one line, and beneath the buttons: what changes there must not move them under a finger.
  const now = part(card, "[data-now]");
  const [icon, told] = stateWords(guest);
  if (now.dataset["now"] === icon) return;
  now.dataset["now"] = icon;
  now.replaceChildren(picture(icon), told);
}

/** @param {Waiting} guest @returns {[string, string]} icon and words for what matters most now */
function stateWords(guest) {
  if (guest.away) return ["circle-dashed", _("Away for now, keeps the place")];
  if (guest.standing === "sent_back") return ["undo-2", _("Was in the call before")];
  if (guest.device_ready) return ["circle-check", _("Camera and microphone checked")];
  return ["circle", _("Camera and microphone not checked yet")];
}
