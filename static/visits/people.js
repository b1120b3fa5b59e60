/** Who is in the call and who is still to come, with what staff can do for each. */
import { personOf } from "../rooms/people.js";
import { _ } from "words";
import { copyOf, match, part, picture, write } from "./parts.js";

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

  /**
   * @param {HTMLElement} element the panel
   * @param {import("../rooms/room.js").RoomConnection} room
   * @param {import("./toast.js").Toast} toast
   * @param {import("./links.js").Links} links
   */
  constructor(element, room, toast, links) {
    this.#element = element;
    this.#room = room;
    this.#toast = toast;
    this.#links = links;
  }

  /** @param {RoomState} state */
  show(state) {
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
      fillComing,
    );
    // The pressed button went with its row: the list's title takes the focus.
    if (focused && !this.#element.contains(document.activeElement)) part(this.#element, "#in-title").focus();
  }

  /** @param {Person} person @returns {HTMLElement} */
  #make(person) {
    const { name, seat } = person;
    const row = copyOf("seat");
    part(row, "[data-person]").replaceWith(personOf(person, ""));
    const back = part(row, "[data-send-back]");
    back.setAttribute("aria-label", _("Send {name} back to the waiting room", { name }));
    back.setAttribute("title", _("Back to the waiting room"));
    back.addEventListener("click", () => {
      void this.#toast.attempt(() => this.#room.sendBack(seat), _("{name} is back in the waiting room.", { name }));
    });
    return row;
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

/** @param {HTMLElement} row @param {Person} person @param {boolean} mayAdmit */
function fill(row, person, mayAdmit) {
  const role = person.me ? _("You, {role}", { role: person.role_label }) : person.role_label;
  write(part(row, ".person__role"), person.present ? role : _("{role}, reconnecting", { role }));
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

/** @param {HTMLElement} row @param {Coming} one */
function fillComing(row, one) {
  row.dataset["invitation"] = one.invitation;
  part(row, "[data-revoke-ask]").hidden = one.link === "revoked";
  const state = part(row, "[data-link]");
  if (state.dataset["now"] === one.link) return;
  state.dataset["now"] = one.link;
  state.classList.toggle("state--attention", one.link === "locked");
  const [icon, words] = linkWords(one.link);
  state.replaceChildren(picture(icon), words);
}

/** @param {Coming["link"]} link @returns {[string, string]} icon and words */
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
  }
}
