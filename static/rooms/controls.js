/** The buttons under a call: mute, camera, pictures, chat, leave, and for staff the end of the visit. */
import { _, ngettext } from "../live/words.js";
import { pressByKey } from "./shortcuts.js";

/**
 * @typedef {{
 *   onChat: (() => void) | null, onLeave: () => Promise<void>, onEnd: () => Promise<void>,
 *   onPictures: () => void,
 * }} ControlActions
 */

/** Where this browser remembers that its owner wants voices only. */
const VOICES = "rounds.voices";

export class Controls {
  #root;
  #devices;
  #actions;
  #listening = new AbortController();

  /**
   * @param {HTMLElement} root the call's element
   * @param {import("../media/devices.js").Devices} devices
   * @param {ControlActions} actions
   */
  constructor(root, devices, actions) {
    this.#root = root;
    this.#devices = devices;
    this.#actions = actions;
    const { signal } = this.#listening;
    this.#press("microphone", () => devices.setMicrophone(!devices.turnsOff("microphone")));
    this.#press("camera", () => devices.setCamera(!devices.turnsOff("camera")));
    this.#press("pictures", async () => {
      localStorage.setItem(VOICES, this.pictures ? "only" : "no");
      this.show();
      actions.onPictures();
    });
    this.#press("chat", async () => actions.onChat?.());
    this.#press("leave", () => (this.#dialog ? this.#question() : actions.onLeave()));
    this.#press("leave-now", () => this.#answered(actions.onLeave));
    this.#press("end", () => this.#answered(actions.onEnd));
    this.#press("stay", async () => this.#dialog?.close());
    this.#dialog?.addEventListener("close", () => this.#bar?.removeAttribute("aria-hidden"), { signal });
    devices.addEventListener("changed", () => this.show(), { signal });
    if ("keyed" in root.dataset) pressByKey(root, signal);
    const chat = this.#find("chat");
    if (chat) chat.hidden = actions.onChat === null;
    this.show();
    if (this.#bar) this.#bar.disabled = false;
  }

  /** @returns {boolean} whether the others' pictures are wanted; without, a narrow line carries the voices */
  get pictures() {
    return localStorage.getItem(VOICES) !== "only";
  }

  /** Makes the buttons say what pressing them does now. */
  show() {
    const [microphone, camera] = [this.#devices.turnsOff("microphone"), this.#devices.turnsOff("camera")];
    const mute = this.#find("microphone");
    mute?.toggleAttribute("data-off", !microphone);
    const word = mute?.querySelector("[data-part=word]");
    if (word) word.textContent = microphone ? _("Mute") : _("Unmute");
    const picture = this.#find("camera");
    picture?.toggleAttribute("data-off", !camera);
    picture?.setAttribute("aria-label", camera ? _("Turn camera off") : _("Turn camera on"));
    const others = this.#find("pictures");
    const rest = others?.querySelector("[data-part=word]");
    if (rest) rest.textContent = this.pictures ? _("Rest the others’ pictures") : _("See the others’ pictures");
    const shown = /** @type {const} */ ([[mute, microphone], [picture, camera], [others, this.pictures]]);
    for (const [button, on] of shown) {
      for (const icon of button?.querySelectorAll("[data-when]") ?? []) {
        icon.toggleAttribute("hidden", (icon.getAttribute("data-when") === "on") !== on);
      }
    }
  }

  /** @param {number} count messages not read yet @param {boolean} open whether the chat is in sight */
  chat(count, open) {
    const button = this.#find("chat");
    if (!button) return;
    button.setAttribute("aria-expanded", String(open));
    button.setAttribute("aria-label", count === 0
      ? _("Chat")
      : ngettext("Chat, {count} new message", "Chat, {count} new messages", count));
    const badge = /** @type {HTMLElement | null} */ (button.querySelector("[data-part=new]"));
    if (badge) {
      badge.hidden = count === 0;
      badge.textContent = String(count);
    }
  }

  /** Puts the focus back where the chat was opened. */
  focusChat() {
    this.#find("chat")?.focus();
  }

  stop() {
    this.#listening.abort();
    this.#dialog?.close();
    this.#bar?.removeAttribute("aria-hidden");
  }

  /** @returns {HTMLDialogElement | null} the question asked before leaving; guests have none */
  get #dialog() {
    return this.#root.querySelector("dialog[data-part=leaving]");
  }

  /** @returns {HTMLFieldSetElement | null} out of use until a call is there to act on */
  get #bar() {
    return this.#root.querySelector(".controls");
  }

  async #question() {
    this.#bar?.setAttribute("aria-hidden", "true");
    this.#dialog?.showModal();
  }

  /** @param {() => Promise<void>} deed */
  async #answered(deed) {
    await deed();
    this.#dialog?.close();
  }

  /** @param {string} name @returns {HTMLButtonElement | null} */
  #find(name) {
    return this.#root.querySelector(`[data-control="${name}"]`);
  }

  /**
   * A press is answered once; until its deed is done the button does not act again.
   * @param {string} name
   * @param {() => Promise<void>} deed
   */
  #press(name, deed) {
    const button = this.#find(name);
    button?.addEventListener("click", async () => {
      if (button.getAttribute("aria-disabled") === "true") return;
      button.setAttribute("aria-disabled", "true");
      try {
        await deed();
      } finally {
        button.removeAttribute("aria-disabled");
      }
    }, { signal: this.#listening.signal });
  }
}
