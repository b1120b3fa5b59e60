/** Puts the token of a message's link into the page's form; nothing is sent before the button is pressed. */
import { tokenOf } from "../visits/token.js";

/** @param {HTMLElement} body */
export function start(body) {
  const field = /** @type {HTMLInputElement} */ (body.querySelector("[data-token]"));
  const show = () => {
    field.value = tokenOf(location.hash);
    for (const view of /** @type {NodeListOf<HTMLElement>} */ (body.querySelectorAll("[data-view]"))) {
      view.hidden = (view.dataset["view"] === "link") !== (field.value !== "");
    }
  };
  show();
  addEventListener("hashchange", show);
  return () => removeEventListener("hashchange", show);
}
