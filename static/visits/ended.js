/** Shows the visit after its end: when it was, who was there, and that nobody is connected any more. */
import { clockTime } from "../live/when.js";
import { personOf } from "../rooms/people.js";
import { _ } from "words";
import { part, write } from "./parts.js";

/**
 * @param {HTMLElement} element
 * @param {{
 *   started: string | null, ended: string | null,
 *   people: (import("../rooms/state.js").Person)[],
 *   shared: import("../rooms/state.js").RoomState["shared"],
 *   byPhone: (import("../rooms/state.js").ByPhone)[],
 * }} visit
 */
export function showEnded(element, { started, ended, people, shared, byPhone }) {
  element.hidden = false;
  write(part(element, "[data-ended-times]"), times(started, ended));
  part(element, "[data-ended-who]").hidden = people.length === 0;
  part(element, "[data-ended-people]").replaceChildren(...people.map((person) => {
    const row = document.createElement("li");
    row.dataset["seat"] = person.seat;
    row.className = "stack stack--tight";
    row.append(personOf(person, person.role_label));
    for (const screen of shared.filter((one) => one.seat === person.seat)) row.append(shownAt(screen));
    return row;
  }));
  const parts = part(element, "[data-ended-phone]");
  parts.hidden = byPhone.length === 0;
  parts.replaceChildren(...byPhone.map((one) => {
    const row = document.createElement("li");
    row.textContent = phoneWords(one);
    return row;
  }));
}

/** @param {import("../rooms/state.js").ByPhone} one @returns {string} whom with, from when, until when */
function phoneWords({ name, by, began_at, ended_at }) {
  const from = clockTime(began_at);
  if (ended_at === null) return _("By phone with {name} since {from}, {by}", { name, from, by });
  return _("By phone with {name}, {from} to {to}, {by}", { name, from, to: clockTime(ended_at), by });
}

/** @param {import("../rooms/state.js").RoomState["shared"][number]} screen @returns {HTMLElement} when it was shared */
function shownAt({ began_at: began, ended_at: ended }) {
  const line = document.createElement("p");
  line.className = "small hush num";
  line.textContent = _("Shared a screen, {from} to {to}", { from: clockTime(began), to: clockTime(ended ?? began) });
  return line;
}

/** @param {string | null} started @param {string | null} ended @returns {string} such as "14:06 to 14:31, 25 min" */
function times(started, ended) {
  if (started === null) return ended === null ? "" : _("Ended at {to}", { to: clockTime(ended) });
  if (ended === null) return _("Began at {from}", { from: clockTime(started) });
  const minutes = Math.max(1, Math.round((Date.parse(ended) - Date.parse(started)) / 60_000));
  return _("{from} to {to}, {minutes} min", { from: clockTime(started), to: clockTime(ended), minutes });
}
