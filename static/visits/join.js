/**
 * The way in by a personal link: looks what the link opens, and binds it when "Start check-in" is pressed.
 *
 * The token stays in the fragment, which browsers never send; opening the page changes nothing.
 */
import { post } from "../live/http.js";
import { Refused } from "../live/refusal.js";
import { unlockSound } from "../live/sound.js";
import { dayAndTime } from "../live/when.js";
import { _, ngettext } from "../live/words.js";
import { rememberTap } from "../rooms/tapped.js";
import { placeOf } from "./browsers.js";
import { offerExit } from "./exit.js";
import { beforeBinding } from "./help.js";
import { tokenOf } from "./token.js";
import { onPress, part, Views, write } from "./views.js";

/**
 * @typedef {{
 *   standing: "ready" | "early" | "pin" | "locked" | "over" | "cancelled", clinic: string, phone: string, starts_at: string,
 *   title?: string | null, host?: string | null, invitee?: string | null, bound_here: boolean, invitation?: string | null,
 * }} Peek
 */

class Join {
  #body;
  #views;
  /** @type {import("../media/devices.js").Devices | null} */
  #devices = null;
  /** @type {import("./checkin.js").CheckIn | null} */
  #trial = null;
  /** @type {Peek | null} */
  #peek = null;
  #token = "";
  #listening = new AbortController();

  /** @param {HTMLElement} body */
  constructor(body) {
    this.#body = body;
    this.#views = new Views(body);
  }

  open() {
    const { signal } = this.#listening;
    unlockSound();
    window.addEventListener("hashchange", () => void this.#look(), { signal });
    onPress(this.#body, {
      try: () => this.#try(),
      "look-again": () => this.#look(),
      "copy-link": () => this.#copy(),
    }, signal);
    offerExit(this.#body, () => this.#devices?.close(), signal);
    part(this.#body, "redeem").addEventListener("submit", (event) => void this.#redeem(event), { signal });
    part(this.#body, "paste").addEventListener("submit", (event) => this.#paste(event), { signal });
    void this.#look();
  }

  stop() {
    this.#listening.abort();
    this.#trial?.stop();
    this.#devices?.close();
  }

  async #look() {
    if (location.hash === "#try") {
      await this.#try();
      return;
    }
    this.#token = tokenOf(location.hash);
    if (this.#token === "") {
      this.#views.show("nolink");
      return;
    }
    try {
      this.#show(await post("/j/peek", { token: this.#token }));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.#views.show(error.passing ? "trouble" : "over");
    }
  }

  /** @param {Peek} peek */
  #show(peek) {
    this.#peek = peek;
    for (const place of /** @type {NodeListOf<HTMLAnchorElement>} */ (this.#body.querySelectorAll("[data-phone]"))) {
      place.href = `tel:${peek.phone.replaceAll(" ", "")}`;
      place.textContent = peek.phone;
      place.hidden = false;
    }
    if (peek.bound_here && peek.invitation && peek.standing !== "over" && peek.standing !== "cancelled") {
      // Replaced, so that "back" does not lead to a page that only leads forward.
      location.replace(`/j/${peek.invitation}`);
      return;
    }
    if (peek.standing === "locked" || peek.standing === "over" || peek.standing === "cancelled") {
      this.#views.show(peek.standing);
    } else if (peek.standing === "early") {
      write(part(this.#body, "early-title"), titleOf(peek));
      write(part(this.#body, "early-when"), _("Your visit is {when}", { when: dayAndTime(peek.starts_at) }));
      this.#views.show("early");
    } else {
      this.#showReady(peek);
    }
  }

  /** @param {Peek} peek */
  #showReady(peek) {
    write(part(this.#body, "title"), titleOf(peek));
    write(part(this.#body, "when"), _("Starts: {when}.", { when: dayAndTime(peek.starts_at) }));
    const hello = part(this.#body, "hello");
    hello.hidden = !peek.invitee;
    write(hello, peek.invitee ? _("Hello {name}.", { name: peek.invitee }) : "");
    part(this.#body, "pin-field").hidden = peek.standing !== "pin";
    this.#warn();
    this.#views.show("ready");
  }

  /** Says it before the link is bound to a browser that cannot be seen or heard. */
  #warn() {
    const able = typeof navigator.mediaDevices?.getUserMedia === "function" || !isSecureContext;
    const told = beforeBinding(placeOf(navigator.userAgent, navigator.maxTouchPoints), able);
    part(this.#body, "in-app").hidden = told === null;
    if (told === null) return;
    write(part(this.#body, "in-app-title"), told.title);
    part(this.#body, "in-app-steps").replaceChildren(...told.steps.map((step) => {
      const one = document.createElement("li");
      one.className = "taps__one";
      const words = document.createElement("span");
      words.textContent = step;
      one.append(words);
      return one;
    }));
    /** @type {HTMLInputElement} */ (part(this.#body, "own-link")).value = location.href;
  }

  async #copy() {
    const field = /** @type {HTMLInputElement} */ (part(this.#body, "own-link"));
    try {
      await navigator.clipboard.writeText(field.value);
      write(part(this.#body, "copied"), _("Copied."));
    } catch {
      field.select(); // browsers of apps often forbid it
      write(part(this.#body, "copied"), _("Hold your finger on the link and tap “Copy”."));
    }
  }

  /** @param {Event} event */
  async #redeem(event) {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.target);
    const button = /** @type {HTMLElement} */ (form.querySelector("[type=submit]"));
    if (button.getAttribute("aria-disabled") === "true") return;
    const field = /** @type {HTMLInputElement} */ (form.elements.namedItem("pin"));
    const pin = field.value.replace(/\D/g, "");
    if (this.#peek?.standing === "pin" && pin.length !== 6) {
      this.#pinError(field, _("The PIN has six numbers."));
      return;
    }
    button.setAttribute("aria-disabled", "true");
    write(part(this.#body, "starting"), _("Opening…"));
    try {
      const { location: place } = await post("/j/redeem", { token: this.#token, ...(pin === "" ? {} : { pin }) });
      rememberTap(place);
      location.replace(place);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      write(part(this.#body, "starting"), "");
      button.removeAttribute("aria-disabled");
      this.#refused(error, field);
    }
  }

  /** @param {Refused} refused @param {HTMLInputElement} field */
  #refused(refused, field) {
    if (refused.code === "invalid") {
      const left = Number(refused.fields["tries_left"]);
      const words = [_("That is not the PIN we sent.")];
      if (left > 0) words.push(ngettext("You have {count} try left.", "You have {count} tries left.", left));
      part(this.#body, "pin-field").hidden = false;
      this.#pinError(field, words.join(" "));
    } else if (refused.code === "conflict") {
      this.#views.show("elsewhere");
    } else if (refused.code === "gone") {
      this.#views.show(refused.fields["locked"] ? "locked" : "over");
    } else if (refused.code === "unavailable" && refused.message !== "") {
      write(part(this.#body, "starting"), refused.message);
    } else if (refused.passing) {
      this.#views.show("trouble");
    } else {
      this.#views.show("over");
    }
  }

  /** @param {HTMLInputElement} field @param {string} words */
  #pinError(field, words) {
    const error = part(this.#body, "pin-error");
    error.hidden = false;
    write(/** @type {HTMLElement} */ (error.querySelector("span")), words);
    field.setAttribute("aria-invalid", "true");
    field.focus();
    field.select();
  }

  /** @param {Event} event */
  #paste(event) {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.target);
    const token = tokenOf(/** @type {HTMLInputElement} */ (form.elements.namedItem("link")).value);
    part(this.#body, "paste-error").hidden = token !== "";
    if (token !== "") location.hash = `t=${token}`;
  }

  /** Tries devices and line out before the day; nothing is bound, and only outcomes are told. */
  async #try() {
    this.#trial?.stop();
    const parts = await arriving().catch(() => null);
    if (parts === null) {
      this.#views.show("trouble");
      return;
    }
    const devices = (this.#devices ??= new parts.Devices("trial"));
    this.#views.show("trying");
    this.#trial = new parts.CheckIn(part(this.#body, "checkin"), {
      devices,
      key: "trial",
      begin: this.#token === "" ? null : () => post("/j/test", { token: this.#token }),
      onDone: (tested) => {
        const { microphone, camera } = devices;
        devices.rest();
        write(part(this.#body, "tried-words"), triedWords(microphone, camera, tested?.result ?? null));
        part(this.#body, "tried-code").hidden = !tested?.code;
        write(part(this.#body, "tried-letters"), tested?.code ?? "");
        this.#views.show("tried");
      },
    });
    void this.#trial.start();
  }
}

/** What trying out needs is fetched only by those who try: the page itself is there sooner. */
async function arriving() {
  const [{ Devices }, { CheckIn }] = await Promise.all([import("../media/devices.js"), import("./checkin.js")]);
  return { Devices, CheckIn };
}

/** @param {Peek} peek @returns {string} before the PIN only the clinic's name is known */
function titleOf(peek) {
  if (peek.host) return _("Visit with {name}", { name: peek.host });
  return peek.title || _("Your visit at {clinic}", { clinic: peek.clinic });
}

/**
 * @param {boolean} microphone
 * @param {boolean} camera
 * @param {"good" | "weak" | "bad" | null} result of the line
 */
function triedWords(microphone, camera, result) {
  if (result === "bad") return _("Not everything works yet. We see it, and can phone you before your visit. You can also try again from another place.");
  if (microphone && camera) return _("Camera and microphone work. Open the same link again on the day.");
  if (microphone) return _("Your microphone works. You can join without a camera. Open the same link again on the day.");
  return _("You can also come without them, listen and write. Open the same link again on the day.");
}

/** @param {HTMLElement} element the page's body */
export function start(element) {
  const join = new Join(element);
  join.open();
  return () => join.stop();
}
