/** Fills the card of somebody at the door: who, since when, consent, messages, telephone. */
import { clockTime } from "../live/when.js";
import { doorNote } from "../rooms/doornote.js";
import { _ } from "words";
import { showArrival } from "./arrival.js";
import { match, part, picture, write } from "./parts.js";

/**
 * @typedef {import("../rooms/state.js").Waiting} Waiting
 * @typedef {import("../rooms/state.js").Caller} Caller
 * @typedef {import("../rooms/state.js").Note} Note
 */

/** Lines of a talk at the door that a card shows; all of them are in the trail of the visit. */
const SHOWN = 4;

/**
 * @param {HTMLElement} card
 * @param {Waiting} guest
 * @param {string} patient the patient's name
 * @param {boolean} canAsk whether the patient is there to be asked
 */
export function fillWaiting(card, guest, patient, canAsk) {
  showArrival(part(card, "[data-arrival]"), guest);
  card.toggleAttribute("data-away", guest.away);
  const minutes = Math.floor((Date.now() - Date.parse(guest.since)) / 60_000);
  const who = guest.relationship || guest.role_label;
  const role = minutes > 0 ? _("{who}, waiting {minutes} min", { who, minutes }) : _("{who}, waiting", { who });
  write(part(card, ".person__role"), role);
  // Always one line, and beneath the buttons: what changes there must not move them under a finger.
  line(part(card, "[data-now]"), ...stateWords(guest));
  const { consent } = guest;
  const missing = consent !== null && !consent.agreed;
  part(card, "[data-admit]").hidden = missing;
  part(card, "[data-agree]").hidden = !missing || !canAsk;
  const told = part(card, "[data-consent]");
  told.hidden = consent === null;
  told.toggleAttribute("data-missing", missing);
  if (consent) line(told, missing ? "triangle-alert" : "circle-check", consentWords(consent, patient, canAsk));
}

/** @param {HTMLElement} card @param {Caller} caller */
export function fillCaller(card, caller) {
  showArrival(part(card, "[data-arrival]"), caller);
  fillCall(card, caller);
}

/** @param {HTMLElement} card @param {{call: import("../rooms/state.js").Call | null}} guest */
export function fillCall(card, { call }) {
  const place = part(card, "[data-call]");
  place.hidden = call === null;
  if (call === null) return;
  const speaking = call.state === "speaking";
  const time = clockTime(call.since);
  write(part(place, "[data-call-words]"), speaking ? _("On the phone since {time}", { time }) : _("Asked at {time} to be called", { time }));
  const number = /** @type {HTMLAnchorElement} */ (part(place, "[data-call-number]"));
  number.hidden = call.number === "";
  number.href = `tel:${call.number}`;
  write(number, call.number);
  part(place, "[data-call-begin]").hidden = speaking;
  write(part(place, "[data-call-end]"), speaking ? _("Phone call is over") : _("No call"));
}

/** @param {HTMLElement} card @param {string} seat @param {Note[]} notes all of the room */
export function fillNotes(card, seat, notes) {
  const log = part(card, "[data-notes]");
  const theirs = notes.filter((note) => note.seat === seat).slice(-SHOWN);
  log.hidden = theirs.length === 0;
  match(log, theirs, (note) => note.id, noteRow, () => undefined);
}

/** @param {Note} note @returns {HTMLElement} */
function noteRow(note) {
  const time = clockTime(note.at);
  const who = note.mine ? _("You, {time}", { time }) : _("{name}, {time}", { name: note.name, time });
  return doorNote(who, note.text, !note.by_guest);
}

/** @param {HTMLElement} element @param {string} icon @param {string} words */
function line(element, icon, words) {
  const now = `${icon} ${words}`;
  if (element.dataset["now"] === now) return;
  element.dataset["now"] = now;
  const told = document.createElement("span");
  told.textContent = words;
  element.replaceChildren(picture(icon), told);
}

/** @param {Waiting} guest @returns {[string, string]} icon and words for what matters most now */
function stateWords(guest) {
  const since = guest.away_since;
  if (guest.away) {
    return ["circle-dashed", since === null ? _("Away for now, keeps the place") : _("Away since {time}, keeps the place", { time: clockTime(since) })];
  }
  if (guest.hidden && since !== null) return ["circle-dashed", _("Looks at something else since {time}", { time: clockTime(since) })];
  if (guest.standing === "sent_back") return ["undo-2", _("Was in the call before")];
  if (guest.device_ready) return ["circle-check", _("Camera and microphone checked")];
  return ["circle", _("Camera and microphone not checked yet")];
}

/**
 * @param {import("../rooms/state.js").Consent} consent
 * @param {string} patient
 * @param {boolean} canAsk
 * @returns {string}
 */
function consentWords({ agreed, way, since, until }, patient, canAsk) {
  if (agreed && way === "visit") return _("{patient} said yes for this visit", { patient });
  if (agreed && until) return _("{patient} said yes on {day}, until {until}", { patient, day: day(since), until: day(until) });
  if (agreed) return _("{patient} said yes on {day}", { patient, day: day(since) });
  if (canAsk) return _("{patient} has not agreed yet. Ask {patient} alone first.", { patient });
  return _("{patient} has not agreed yet. Let {patient} in first, and ask.", { patient });
}

/** @param {string | null} moment @returns {string} */
function day(moment) {
  if (moment === null) return "";
  return new Intl.DateTimeFormat(document.documentElement.lang, { day: "numeric", month: "short", year: "numeric" }).format(new Date(moment));
}

/** @param {Caller} caller @returns {string} what they are, under the name */
export function callerRole(caller) {
  return caller.relationship || caller.role_label;
}
