/** In the panel People: who wants to speak since when, and asking for quiet. */
import { upForWords } from "../rooms/hands.js";
import { personOf } from "../rooms/people.js";
import { others } from "../rooms/state.js";
import { _, ngettext } from "words";
import { copyOf, match, part, write } from "./parts.js";

/**
 * @typedef {import("../rooms/state.js").RoomState} RoomState
 * @typedef {import("../rooms/state.js").Hand} Hand
 */

/** Milliseconds between two looks at how long hands are up. */
const TICK = 15_000;

export class Turns {
  #element;
  #room;
  #toast;
  #count;
  #clock;

  /** @param {HTMLElement} element the panel @param {import("./panels.js").Parts} parts */
  constructor(element, { room, toast, count }) {
    this.#element = element;
    this.#room = room;
    this.#toast = toast;
    this.#count = count;
    this.#clock = setInterval(() => room.state && this.show(room.state), TICK);
    part(element, "[data-mute-all]").addEventListener("click", () => void this.ask(null, ""));
  }

  /** @param {RoomState} state */
  show(state) {
    const { hands, me } = state;
    const section = part(this.#element, "[data-hands]");
    const focused = section.contains(document.activeElement);
    section.hidden = hands.length === 0;
    match(
      part(section, "[data-hands-list]"),
      hands,
      (hand) => hand.seat,
      (hand) => this.#make(hand),
      (row, hand) => {
        const place = hands.indexOf(hand) + 1;
        const since = hand.since === null ? "" : upForWords(hand.since, Date.now());
        const role = hand.seat === me.seat ? _("You, {role}", { role: hand.role_label }) : hand.role_label;
        const words = since === "" ? role : _("{role}, {since}", { role, since });
        write(part(row, ".person__role"), _("{place}. {words}", { place, words }));
        part(row, "[data-lower]").hidden = !me.may_admit && hand.seat !== me.seat;
      },
    );
    this.#count(hands.length, ngettext("{count} raised hand", "{count} raised hands", hands.length));
    part(this.#element, "[data-mute-all]").hidden = !me.may_admit || others(state).length < 2;
    // The pressed button went with its row: the list's title, or what stands below it, takes the focus.
    if (focused && !section.contains(document.activeElement)) {
      part(this.#element, hands.length > 0 ? "#hands-title" : "#in-title").focus();
    }
  }

  /** Asks one person, or everybody else, to mute themselves. @param {string | null} seat @param {string} name */
  async ask(seat, name) {
    const done = seat === null
      ? _("Everyone else was asked to be quiet. Each unmutes by themselves.")
      : _("{name} was asked to be quiet, and unmutes by themselves.", { name });
    await this.#toast.attempt(() => this.#room.askForQuiet(seat), done);
  }

  stop() {
    clearInterval(this.#clock);
  }

  /** @param {Hand} hand @returns {HTMLElement} */
  #make(hand) {
    const row = copyOf("hand");
    part(row, "[data-person]").replaceWith(personOf(hand, ""));
    const lower = part(row, "[data-lower]");
    lower.setAttribute("aria-label", _("Lower the hand of {name}", { name: hand.name }));
    lower.addEventListener("click", () => void this.#toast.attempt(() => this.#room.lowerHand(hand.seat)));
    return row;
  }
}
