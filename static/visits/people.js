/** Who is in the call and who is still to come, with what staff can do for each. */
import { clockTime } from "../live/when.js";
import { personOf } from "../rooms/people.js";
import { _ } from "words";
import { showArrival } from "./arrival.js";
import { copyOf, match, part, picture, write } from "./parts.js";
import { Turns } from "./turns.js";

/**
 * @typedef {import("../rooms/state.js").RoomState} RoomState
 * @typedef {import("../rooms/state.js").Person} Person
 * @typedef {import("../rooms/state.js").Coming} Coming
 */

/** Who can be sent back to the waiting room; staff come and go by themselves. */
const GUESTS = new Set(["patient", "relative", "interpreter"]);

export class People {
  #element;
  #room;
  #toast;
  #links;
  #reasons;
  #turns;

  /**
   * @param {HTMLElement} element the panel
   * @param {import("./panels.js").Parts} parts
   */
  constructor(element, parts) {
    this.#element = element;
    this.#room = parts.room;
    this.#toast = parts.toast;
    this.#links = parts.links;
    this.#reasons = parts.reasons;
    this.#turns = new Turns(element, parts);
  }

  stop() {
    this.#turns.stop();
  }

  /** @param {RoomState} state */
  show(state) {
    this.#turns.show(state);
    part(this.#element, "[data-in-empty]").hidden = state.people.length > 0;
    const mayAdmit = state.me.may_admit;
    const focused = this.#element.contains(document.activeElement);
    match(
      part(this.#element, "[data-in-list]"),
      state.people,
      (person) => person.seat,
      (person) => this.#make(person),
      (row, person) => fill(row, person, mayAdmit),
    );
    part(this.#element, "[data-coming]").hidden = state.coming.length === 0;
    match(
      part(this.#element, "[data-coming-list]"),
      state.coming,
      (one) => one.seat,
      (one) => this.#makeComing(one),
      (row, one) => fillComing(row, one, state.calls.find((call) => call.seat === one.seat)?.call.state ?? one.link),
    );
    // The pressed button went with its row: the list's title takes the focus.
    if (focused && !this.#element.contains(document.activeElement)) part(this.#element, "#in-title").focus();
  }

  /** @param {Person} person @returns {HTMLElement} */
  #make(person) {
    const { name, seat } = person;
    const row = copyOf("seat");
    part(row, "[data-person]").replaceWith(personOf(person, ""));
    const mute = part(row, "[data-mute]");
    mute.setAttribute("aria-label", _("Ask {name} to be quiet", { name }));
    mute.setAttribute("title", _("Mute"));
    mute.addEventListener("click", () => void this.#turns.ask(seat, name));
    const back = part(row, "[data-send-back]");
    back.setAttribute("aria-label", _("Send {name} back to the waiting room", { name }));
    back.setAttribute("title", _("Back to the waiting room"));
    back.addEventListener("click", () => void this.#sendBack(seat, name));
    return row;
  }

  /** At once, for privacy's sake; why and for how long may be said afterwards. @param {string} seat @param {string} name */
  async #sendBack(seat, name) {
    if (!(await this.#toast.attempt(() => this.#room.sendBack(seat)))) return;
    const words = _("{name} is back in the waiting room.", { name });
    this.#toast.tell(words, { words: _("Say why"), act: () => this.#reasons.open({ seat, name, back: true }) });
  }

  /** @param {Coming} one @returns {HTMLElement} */
  #makeComing(one) {
    const { name } = one;
    const row = copyOf("coming-seat");
    // A new link is another invitation of the same seat, so the row knows the newest.
    const invitation = () => row.dataset["invitation"] ?? "";
    part(row, "[data-person]").replaceWith(personOf(one, one.role_label));
    const fresh = part(row, "[data-reissue]");
    fresh.setAttribute("aria-label", _("New link for {name}", { name }));
    fresh.addEventListener("click", () => void this.#links.reissue(invitation(), name));
    const revoke = part(row, "[data-revoke-ask]");
    revoke.setAttribute("aria-label", _("Revoke link of {name}", { name }));
    revoke.addEventListener("click", () => this.#links.askRevoke(invitation(), name, fresh));
    return row;
  }
}

/**
 * The panel People.
 * @param {HTMLElement} element
 * @param {import("./panels.js").Parts} parts
 * @returns {import("./panels.js").Panel}
 */
export function startPeople(element, parts) {
  const people = new People(element, parts);
  return { show: (state) => people.show(state), stop: () => people.stop() };
}

/** @param {HTMLElement} row @param {Person} person @param {boolean} mayAdmit */
function fill(row, person, mayAdmit) {
  showArrival(part(row, "[data-arrival]"), person);
  const role = person.me ? _("You, {role}", { role: person.role_label }) : person.role_label;
  write(part(row, ".person__role"), standingWords(person, role));
  part(row, "[data-mute]").hidden = !(mayAdmit && !person.me && person.microphone);
  part(row, "[data-send-back]").hidden = !(mayAdmit && !person.me && GUESTS.has(person.role));
  const devices = part(row, "[data-devices]");
  const now = `${person.microphone} ${person.camera}`;
  if (devices.dataset["now"] === now) return;
  devices.dataset["now"] = now;
  devices.replaceChildren(
    sign(person.microphone ? "mic" : "mic-off", person.microphone ? _("Microphone on") : _("Muted")),
    sign(person.camera ? "video" : "video-off", person.camera ? _("Camera on") : _("Camera off")),
  );
}

/** @param {Person} person @param {string} role @returns {string} the role, and what keeps the person from the call now */
function standingWords({ present, hidden_since: since }, role) {
  if (since) return _("{role}, in the background since {time}", { role, time: clockTime(since) });
  return present ? role : _("{role}, reconnecting", { role });
}

/** @param {string} name @param {string} words @returns {HTMLElement} a picture with its words for those who hear the page */
function sign(name, words) {
  const whole = document.createElement("span");
  whole.title = words;
  const told = document.createElement("span");
  told.className = "visually-hidden";
  told.textContent = words;
  whole.append(picture(name), told);
  return whole;
}

/**
 * @param {HTMLElement} row
 * @param {Coming} one
 * @param {Coming["link"] | "asked" | "speaking"} now how far the link has come; who wants a call has a card at
 *   the door, and is not called "to come" here
 */
function fillComing(row, one, now) {
  showArrival(part(row, "[data-arrival]"), one);
  row.dataset["invitation"] = one.invitation;
  part(row, "[data-revoke-ask]").hidden = one.link === "revoked";
  const state = part(row, "[data-link]");
  if (state.dataset["now"] === now) return;
  state.dataset["now"] = now;
  state.classList.toggle("state--attention", now === "locked");
  const [icon, words] = linkWords(now);
  state.replaceChildren(picture(icon), words);
}

/** @param {Coming["link"] | "asked" | "speaking"} link @returns {[string, string]} icon and words */
function linkWords(link) {
  switch (link) {
    case "not_opened":
      return ["circle", _("Link not opened yet")];
    case "opened":
      return ["circle-check", _("Link opened")];
    case "locked":
      return ["lock", _("PIN locked")];
    case "revoked":
      return ["x", _("Link revoked")];
    case "left":
      return ["log-out", _("Left")];
    case "denied":
      return ["x", _("Not let in")];
    case "asked":
      return ["phone", _("Asked to be called")];
    case "speaking":
      return ["phone", _("On the phone")];
  }
}
