/**
 * Locks the screen when nobody is there, and opens it again; what was being written stays.
 *
 * The server decides: at the deadline the page asks it, and another tab or a running visit may have
 * counted as activity. Only when the server cannot be asked does the page lock on its own. The bells go
 * on ringing, without names.
 */
import { _ } from "words";
import { bells } from "./bells.js";
import { post } from "./http.js";
import { Refused } from "./refusal.js";
import { play, unlockSound } from "./sound.js";

/** Milliseconds between two messages that somebody is here. */
const REPORT_EVERY = 60_000;
const SIGNS = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart"];

/** @param {HTMLElement} dialog */
export function start(dialog) {
  if (!(dialog instanceof HTMLDialogElement)) throw new Error("The lock is a dialog");
  const lock = new Lock(dialog, Number(dialog.dataset["minutes"]) * 60_000);
  return () => lock.stop();
}

class Lock {
  #dialog;
  #idle;
  #tabs = new BroadcastChannel("rounds.lock");
  #done = new AbortController();
  #title = "";
  #locked = false;
  #reported = Date.now();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #deadline;
  /** @type {Element | null} */
  #before = null;

  /**
   * @param {HTMLDialogElement} dialog
   * @param {number} idle milliseconds without activity after which the screen is locked
   */
  constructor(dialog, idle) {
    this.#dialog = dialog;
    this.#idle = idle;
    const { signal } = this.#done;
    unlockSound();
    for (const sign of SIGNS) addEventListener(sign, () => this.#here(), { signal, passive: true, capture: true });
    this.#tabs.addEventListener("message", ({ data }) => this.#hear(data));
    this.#listen(bells());
    for (const button of document.querySelectorAll("[data-lock-now]")) {
      button.addEventListener("click", (event) => void this.#lockNow(event), { signal });
    }
    const form = /** @type {HTMLFormElement} */ (dialog.querySelector("[data-unlock]"));
    form.addEventListener("submit", (event) => void this.#unlock(event, form), { signal });
    dialog.addEventListener("cancel", (event) => event.preventDefault(), { signal });
    // A browser may close a dialog all the same at a second Escape.
    dialog.addEventListener("close", () => this.#locked && this.#show(), { signal });
    this.#wait(idle);
  }

  stop() {
    clearTimeout(this.#deadline);
    this.#done.abort();
    this.#tabs.close();
  }

  /** @param {import("./socket.js").Channel} me */
  #listen(me) {
    me.on("locked", () => this.#close());
    me.on("unlocked", () => this.#open());
    me.on("guest_knocked", () => {
      if (!this.#locked) return;
      play("knock");
      this.#say("[data-ringing]", _("Somebody is waiting for you."));
    });
    me.open();
  }

  /** @param {number} pause milliseconds until the server is asked */
  #wait(pause) {
    clearTimeout(this.#deadline);
    this.#deadline = setTimeout(() => void this.#askWhetherIdle(), pause);
  }

  #here() {
    if (this.#locked) return;
    this.#wait(this.#idle);
    if (Date.now() - this.#reported < REPORT_EVERY) return;
    this.#reported = Date.now();
    this.#tabs.postMessage("here");
    void post("/account/active", {}).catch((error) => this.#refused(error));
  }

  /** @param {unknown} message of another tab */
  #hear(message) {
    if (message === "here" && !this.#locked) this.#wait(this.#idle);
    if (message === "locked") this.#close();
    if (message === "unlocked") this.#open();
  }

  async #askWhetherIdle() {
    try {
      const { locked, seconds } = await post("/account/lock", { now: false });
      if (locked) this.#closeEverywhere();
      else this.#wait(Math.max(1, seconds) * 1000);
    } catch (error) {
      if (error instanceof Refused && error.passing) this.#close();
      else this.#refused(error);
    }
  }

  /** @param {Event} event */
  async #lockNow(event) {
    event.preventDefault();
    this.#closeEverywhere();
    try {
      await post("/account/lock", { now: true });
    } catch {
      this.#say("[data-told]", _("The server could not be reached. This page is locked; the others may not be."));
    }
  }

  /** @param {unknown} error */
  #refused(error) {
    if (error instanceof Refused && error.fields["locked"] === true) this.#close();
  }

  #closeEverywhere() {
    this.#tabs.postMessage("locked");
    this.#close();
  }

  #close() {
    if (this.#locked) return;
    this.#locked = true;
    clearTimeout(this.#deadline);
    this.#before = document.activeElement;
    this.#title = document.title;
    document.documentElement.dataset["locked"] = "";
    for (const open of document.querySelectorAll("[popover]:popover-open")) {
      if (open instanceof HTMLElement) open.hidePopover();
    }
    this.#say("[data-told]", "");
    this.#say("[data-ringing]", "");
    this.#show();
  }

  #show() {
    document.title = _("Locked – rounds");
    if (!this.#dialog.open) this.#dialog.showModal();
    const field = this.#dialog.querySelector("[name=password]");
    if (field instanceof HTMLElement) field.focus();
  }

  #open() {
    if (!this.#locked) return;
    this.#locked = false;
    delete document.documentElement.dataset["locked"];
    document.title = this.#title;
    this.#dialog.close();
    if (this.#before instanceof HTMLElement) this.#before.focus();
    this.#wait(this.#idle);
  }

  /**
   * @param {SubmitEvent} event
   * @param {HTMLFormElement} form
   */
  async #unlock(event, form) {
    event.preventDefault();
    const values = new FormData(form);
    const sent = { password: String(values.get("password")), code: String(values.get("code")) };
    try {
      await post("/account/unlock", sent);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      // The session itself is over: the way in is the sign-in page, which leads back here.
      if (error.code === "not_found") location.reload();
      this.#say("[data-told]", error.message || _("The server could not be reached. What you wrote is still here. Please try again."));
      return;
    }
    form.reset();
    this.#tabs.postMessage("unlocked");
    this.#open();
  }

  /**
   * @param {string} selector
   * @param {string} words
   */
  #say(selector, words) {
    const place = this.#dialog.querySelector(selector);
    if (place) place.textContent = words;
  }
}
