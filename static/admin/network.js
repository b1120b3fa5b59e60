/** Shows how far the server's check is, and tries the way in from this browser. */
import { bring, PageGone, pageAt } from "../chart/fresh.js";
import { post } from "../live/http.js";
import { refusal } from "../live/refusal.js";
import { _ } from "words";
import { Found } from "./found.js";
import { tries } from "./tries.js";

/** Milliseconds between two looks at the server's check. */
const LOOK = 1000;

/** @param {HTMLElement} body */
export function start(body) {
  const end = new AbortController();
  const clock = setInterval(() => void look(), LOOK);
  const here = /** @type {HTMLElement} */ (body.querySelector("[data-browser]"));
  const button = /** @type {HTMLButtonElement} */ (here.querySelector("[data-try]"));
  const said = /** @type {HTMLElement} */ (here.querySelector("[data-said]"));
  const found = new Found(here, /** @type {HTMLElement} */ (body.querySelector("[data-report]")));
  button.hidden = false;
  for (const one of /** @type {NodeListOf<HTMLElement>} */ (body.querySelectorAll("[data-only-live]"))) one.hidden = false;
  button.addEventListener("click", () => void tryFromHere(), { signal: end.signal });

  async function look() {
    if (body.querySelector("[data-running=yes]") === null) return;
    try {
      bring(body, await pageAt(location.pathname, end.signal));
    } catch (fault) {
      if (fault instanceof PageGone) location.reload();
    }
  }

  async function tryFromHere() {
    if (button.getAttribute("aria-disabled") === "true") return;
    button.setAttribute("aria-disabled", "true");
    said.textContent = _("Trying from this browser …");
    try {
      await found.show(tries(await post("/admin/network/browser", {})), end.signal);
      said.textContent = found.summary;
    } catch (error) {
      if (!end.signal.aborted) said.textContent = refusal(error).message || _("The server did not answer. Please try again in a moment.");
    }
    button.removeAttribute("aria-disabled");
  }

  return () => {
    clearInterval(clock);
    end.abort();
  };
}
