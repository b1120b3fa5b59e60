/**
 * Leaves a page about a patient when the reader may not see it any more: asks for it anew, and the
 * server says what is there now. A bell missed while the line was away is made up for on its return.
 */
import { bells, onReturn } from "../live/bells.js";

/** @param {HTMLElement} body with `data-patient`, and `data-page` where the address is another one */
export function start(body) {
  const patient = body.dataset["patient"] ?? "";
  const page = body.dataset["page"] ?? location.pathname;
  const leave = () => location.replace(page);
  const me = bells();
  me.on("access_ended", (/** @type {{patient: string}} */ told) => {
    if (told.patient === patient) leave();
  });
  onReturn(me, () => void look(page, leave));
  me.addEventListener("refused", leave);
  me.open();
  return () => me.close();
}

/**
 * Asks whether the page is still there for its reader.
 * @param {string} page
 * @param {() => void} leave
 */
async function look(page, leave) {
  /** @type {Response} */
  let answer;
  try {
    answer = await fetch(page, { credentials: "same-origin", cache: "no-store" });
  } catch {
    return; // the line is gone again; its return asks anew
  }
  if (answer.redirected || [401, 403, 404].includes(answer.status)) leave();
}
