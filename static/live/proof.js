/**
 * Lets a person prove to be there before a dangerous act, without losing what they wrote.
 *
 * As a module of a form (`data-module="live/proof"`) it asks before the form is sent; other modules
 * wrap what they do: `proved(() => post("/…", {…}))`. Without JavaScript the server leads to /prove.
 * The dialog is `components/proof.html`, part of every page of the staff.
 */
import { _ } from "words";
import { post } from "./http.js";
import { Refused } from "./refusal.js";

/**
 * Does something; when the server wants a proof first, asks for it and does it again.
 * @template T
 * @param {() => Promise<T>} deed
 * @returns {Promise<T>}
 * @throws {Refused} also when the person closed the dialog
 */
export async function proved(deed) {
  try {
    return await deed();
  } catch (error) {
    if (!(error instanceof Refused) || error.fields["proof"] !== true || !(await ask())) throw error;
    return deed();
  }
}

/** @param {HTMLElement} form a form whose deed may want a proof */
export function start(form) {
  if (!(form instanceof HTMLFormElement)) throw new Error("Only a form is sent");
  let going = false;
  const guard = async (/** @type {SubmitEvent} */ event) => {
    if (going) return;
    event.preventDefault();
    if (!(await isFresh()) && !(await ask())) return;
    going = true;
    form.requestSubmit(event.submitter);
    going = false;
  };
  form.addEventListener("submit", (event) => void guard(event));
}

/** @returns {Promise<boolean>} whether the form can go; the server has the last word anyway */
async function isFresh() {
  const answer = await standing();
  return answer === null || answer.fresh;
}

/** @returns {Promise<{fresh: boolean, code: boolean} | null>} */
async function standing() {
  try {
    const answer = await fetch("/account/fresh.json", { credentials: "same-origin", cache: "no-store" });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

/** @returns {Promise<boolean>} whether the person proved to be there */
async function ask() {
  const dialog = document.getElementById("proof");
  if (!(dialog instanceof HTMLDialogElement)) return false;
  const withCode = (await standing())?.code ?? false;
  for (const part of dialog.querySelectorAll("[data-proof]")) {
    if (part instanceof HTMLElement) part.hidden = (part.dataset["proof"] === "code") !== withCode;
  }
  const form = /** @type {HTMLFormElement} */ (dialog.querySelector("form"));
  const told = /** @type {HTMLElement} */ (dialog.querySelector("[data-told]"));
  form.reset();
  told.textContent = "";
  const done = new AbortController();
  return new Promise((resolve) => {
    const end = (/** @type {boolean} */ proved) => {
      done.abort();
      if (dialog.open) dialog.close();
      resolve(proved);
    };
    const send = async () => {
      const values = new FormData(form);
      const sent = withCode ? { code: String(values.get("proof_code")) } : { password: String(values.get("proof_password")) };
      try {
        await post("/account/prove", sent);
        end(true);
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        told.textContent = error.message || _("The server did not answer. Please try again.");
      }
    };
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void send();
    }, { signal: done.signal });
    dialog.querySelector("[data-close]")?.addEventListener("click", () => end(false), { signal: done.signal });
    dialog.addEventListener("close", () => end(false), { signal: done.signal });
    dialog.showModal();
    const field = dialog.querySelector(withCode ? "[name=proof_code]" : "[name=proof_password]");
    if (field instanceof HTMLElement) field.focus();
  });
}
