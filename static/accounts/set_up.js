/** Lets the holder of a link choose a password; the token never leaves the address's fragment. */
import { post } from "../live/http.js";
import { Refused } from "../live/refusal.js";
import { _ } from "words";

/** @param {HTMLElement} body */
export async function start(body) {
  const find = (/** @type {string} */ selector) => {
    const found = body.querySelector(selector);
    if (!(found instanceof HTMLElement)) throw new Error(`The page has no ${selector}`);
    return found;
  };
  const token = new URLSearchParams(location.hash.slice(1)).get("t") ?? "";
  const form = /** @type {HTMLFormElement} */ (find("form"));
  const field = /** @type {HTMLInputElement} */ (find("[name=password]"));
  const only = (/** @type {string} */ part) => {
    for (const one of body.querySelectorAll("[data-part]")) {
      if (one instanceof HTMLElement) one.hidden = one.dataset["part"] !== part;
    }
  };
  const wrong = (/** @type {string} */ words) => {
    find("[data-wrong]").hidden = words === "";
    find("[data-wrong-words]").textContent = words;
    field.setAttribute("aria-invalid", String(words !== ""));
  };

  /** @param {unknown} error */
  const refused = (error) => {
    if (!(error instanceof Refused)) throw error;
    if (error.code === "gone" || error.code === "not_found") only("over");
    else if (error.code === "invalid") wrong(String(error.fields["password"] ?? error.message));
    else wrong(error.message || _("The server did not answer. Please try again."));
  };

  const peek = async () => {
    const told = await post("/set-up/peek", { token });
    find("[data-clinic]").textContent = told.clinic;
    find("[data-greeting]").textContent = told.purpose === "setup"
      ? _("Welcome, {name}", { name: told.first_name })
      : _("A new password for {name}", { name: told.first_name });
    /** @type {HTMLInputElement} */ (find("[name=email]")).value = told.email;
    only("choose");
    // The address bar and the history keep no secret; a reload asks for the link again.
    history.replaceState(null, "", location.pathname);
  };

  const choose = async () => {
    const button = /** @type {HTMLButtonElement} */ (find("button[type=submit]"));
    button.disabled = true;
    wrong("");
    try {
      const { location: next } = await post("/set-up", { token, password: field.value });
      location.replace(next);
    } catch (error) {
      refused(error);
      field.focus();
    } finally {
      button.disabled = false;
    }
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void choose();
  });
  find("[data-show]").addEventListener("click", () => {
    const shown = field.type === "text";
    field.type = shown ? "password" : "text";
    find("[data-show]").setAttribute("aria-pressed", String(!shown));
  });
  find("[data-again]").addEventListener("click", () => location.reload());
  if (token === "") {
    only("over");
    return;
  }
  try {
    await peek();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    only(error.passing ? "away" : "over");
  }
}
