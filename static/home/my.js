/** Keeps a page between visits true: shows it anew when something changed, or when a visit opens. */
import { listening } from "../live/bells.js";

/** The longest wait a timer can hold, in milliseconds. */
const LONGEST = 2 ** 31 - 1;

/** @param {HTMLElement} body */
export function start(body) {
  const me = listening("my");
  // The page comes whole from the server; a press that is on its way must not be cut off.
  let pressed = false;
  const anew = () => {
    if (!pressed) location.reload();
  };
  body.addEventListener("submit", () => {
    pressed = true;
  });
  me.on("my_changed", anew);
  me.on("closed", anew);
  me.addEventListener("refused", anew);
  me.open();
  const opens = untilOpen(body.querySelector("[data-opens]"));
  const timer = opens === null ? undefined : setTimeout(anew, opens);
  return () => {
    clearTimeout(timer);
    me.close();
  };
}

/**
 * @param {Element | null} element names the moment when the next visit opens
 * @returns {number | null} milliseconds until a second after it
 */
function untilOpen(element) {
  const moment = Date.parse((element instanceof HTMLElement && element.dataset["opens"]) || "");
  if (Number.isNaN(moment)) return null;
  const wait = moment - Date.now() + 1000;
  return wait > 0 && wait < LONGEST ? wait : null;
}
