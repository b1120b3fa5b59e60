/** Signs in with the token of a demo link, which never leaves the address's fragment. */
import { post } from "../live/http.js";
import { Refused } from "../live/refusal.js";
import { _ } from "words";

/** @param {HTMLElement} body */
export async function start(body) {
  const token = new URLSearchParams(location.hash.slice(1)).get("t") ?? "";
  history.replaceState(null, "", location.pathname);
  try {
    const { location: next } = await post("/demo/sign-in", { token });
    location.replace(next ?? "/today");
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const told = body.querySelector("[data-told]");
    const ways = body.querySelector("[data-ways]");
    if (told) told.textContent = error.passing ? _("The server did not answer. Open the link again in a moment.") : _("This link does not work here. Print new ones with “rounds links”.");
    if (ways instanceof HTMLElement) ways.hidden = false;
  }
}
