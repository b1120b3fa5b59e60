/** Asks whether somebody comes to their visit: looks first, and tells the clinic only when a button is pressed. */
import { post } from "../live/http.js";
import { Refused } from "../live/refusal.js";
import { dayAndTime } from "../live/when.js";
import { _ } from "words";
import { onPress, part, Views, write } from "./views.js";

/** @typedef {{clinic: string, phone: string, starts_at: string, answer: "yes" | "no" | null}} Question */

class Confirm {
  #body;
  #views;
  #token = "";
  #when = "";
  #listening = new AbortController();

  /** @param {HTMLElement} body */
  constructor(body) {
    this.#body = body;
    this.#views = new Views(body);
  }

  open() {
    const { signal } = this.#listening;
    const acts = {
      yes: () => void this.#tell(true),
      no: () => void this.#tell(false),
      "ask-again": () => void this.#views.show("asking"),
      "look-again": () => void this.#look(),
    };
    onPress(this.#body, acts, signal);
    window.addEventListener("hashchange", () => void this.#look(), { signal });
    void this.#look();
  }

  stop() {
    this.#listening.abort();
  }

  async #look() {
    this.#token = /(?:^|[#&])t=([\w.-]{20,1024})(?:&|$)/.exec(location.hash)?.[1] ?? "";
    if (this.#token === "") {
      this.#views.show("over");
      return;
    }
    try {
      this.#ask(await post("/confirm/look", { token: this.#token }));
    } catch (error) {
      this.#refused(error);
    }
  }

  /** @param {Question} question */
  #ask({ clinic, phone, starts_at, answer }) {
    for (const place of /** @type {NodeListOf<HTMLAnchorElement>} */ (this.#body.querySelectorAll("[data-phone]"))) {
      place.href = `tel:${phone.replaceAll(" ", "")}`;
      place.textContent = phone;
      place.hidden = false;
    }
    this.#when = dayAndTime(starts_at);
    write(part(this.#body, "clinic"), _("Your visit at {clinic}", { clinic }));
    write(part(this.#body, "when"), this.#when);
    const before = part(this.#body, "before");
    before.hidden = answer === null;
    write(before, answer === "yes" ? _("You told us that you come.") : _("You told us that you cannot come."));
    this.#views.show("asking");
  }

  /** @param {boolean} comes */
  async #tell(comes) {
    const doing = part(this.#body, "doing");
    write(doing, _("One moment…"));
    try {
      await post("/confirm", { token: this.#token, comes });
    } catch (error) {
      this.#refused(error);
      return;
    } finally {
      write(doing, "");
    }
    write(part(this.#body, "comes-when"), _("Your visit is {when}", { when: this.#when }));
    this.#views.show(comes ? "comes" : "declined");
  }

  /** @param {unknown} error */
  #refused(error) {
    if (!(error instanceof Refused)) throw error;
    this.#views.show(error.passing ? "trouble" : "over");
  }
}

/** @param {HTMLElement} element the page's body */
export function start(element) {
  const confirm = new Confirm(element);
  confirm.open();
  return () => confirm.stop();
}
