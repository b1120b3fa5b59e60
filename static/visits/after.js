/** What a guest reads when there is no call: turned away, left, or over. */
import { clockTime, dayAndTime } from "../live/when.js";
import { _, ngettext } from "../live/words.js";
import { part, write } from "./views.js";

/** Milliseconds after a denial until one may ask again. */
const AGAIN = 60000;

/**
 * The page after a denial: a reason if one was given, and when one may ask again.
 * @param {HTMLElement} view
 * @param {import("../rooms/state.js").RoomState} state
 * @returns {() => void} ends its clock
 */
export function showDenied(view, state) {
  write(part(view, "denied-reason"), state.me.reason ?? "");
  const button = /** @type {HTMLElement} */ (view.querySelector("[data-act=ask-again]"));
  const skew = Date.parse(state.now) - Date.now();
  const from = state.me.since === null ? 0 : Date.parse(state.me.since) + AGAIN - skew;
  const tick = () => {
    const seconds = Math.ceil((from - Date.now()) / 1000);
    button.toggleAttribute("aria-disabled", false);
    if (seconds > 0) button.setAttribute("aria-disabled", "true");
    // Told in steps of ten, so that a screen reader is not kept talking.
    const told = Math.ceil(seconds / 10) * 10;
    write(part(view, "ask-again-when"), seconds <= 0 ? "" :
      ngettext("You can ask again in {count} second.", "You can ask again in about {count} seconds.", told));
    if (seconds <= 0) clearInterval(clock);
  };
  const clock = setInterval(tick, 1000);
  tick();
  return () => clearInterval(clock);
}

/**
 * The thank-you page: when it was.
 * @param {HTMLElement} view
 * @param {import("../rooms/state.js").RoomState | null} state
 */
export function showEnded(view, state) {
  if (!state?.started_at || !state.ended_at) return;
  const when = part(view, "ended-times");
  write(when, _("{from} to {to}", { from: dayAndTime(state.started_at), to: clockTime(state.ended_at) }));
}
