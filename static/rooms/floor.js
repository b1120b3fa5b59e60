/**
 * Whose turn it is in a call: the own raised hand, the order of all, and being asked to be quiet.
 *
 * Asked to be quiet, this page mutes itself once; nothing but the person's own press unmutes it.
 */
import { Refused } from "../live/socket.js";
import { _ } from "../live/words.js";
import { handsNews, handsWords } from "./hands.js";

export class Floor {
  #root;
  #room;
  #devices;
  /** @type {import("./state.js").Hand[]} */
  #hands = [];
  /** Whether the person pressed to lower the own hand. */
  #lowers = false;
  /** The last asking that was followed: a state that still names it changes nothing. */
  #followed = "";
  /** Who asked, while the person has not unmuted since. */
  #askedBy = "";
  #listening = new AbortController();

  /**
   * @param {HTMLElement} root the call's element
   * @param {{room: import("./room.js").RoomConnection, devices: import("../media/devices.js").Devices}} parts
   */
  constructor(root, { room, devices }) {
    this.#root = root;
    this.#room = room;
    this.#devices = devices;
    const { signal } = this.#listening;
    room.addEventListener("changed", () => this.#show(), { signal });
    devices.addEventListener("changed", () => this.#showQuiet(), { signal });
    this.#find("[data-control=hand]")?.addEventListener("click", () => void this.#pressed(), { signal });
    this.#find("[data-control=speak]")?.addEventListener("click", () => void this.#speak(), { signal });
    this.#show();
  }

  stop() {
    this.#listening.abort();
    for (const part of ["hands", "quiet"]) this.#find(`[data-part=${part}]`)?.setAttribute("hidden", "");
  }

  #show() {
    const state = this.#room.state;
    if (state === null || state.me.standing !== "admitted") return;
    this.#showHands(state);
    const { quiet } = state.me;
    if (quiet !== null && quiet.mark !== this.#followed) {
      this.#followed = quiet.mark;
      this.#askedBy = quiet.by;
      void this.#devices.setMicrophone(false);
      this.#say(this.#quietWords());
    }
    this.#showQuiet();
  }

  /** @param {import("./state.js").RoomState} state */
  #showHands({ hands, me }) {
    const news = handsNews(this.#hands, hands, me.seat, this.#lowers);
    this.#hands = hands;
    if (news !== "") this.#say(news);
    const up = hands.some(({ seat }) => seat === me.seat);
    if (!up) this.#lowers = false;
    const words = handsWords(hands, me.seat, document.documentElement.lang || undefined);
    this.#find("[data-part=hands]")?.toggleAttribute("hidden", words === "");
    this.#write("hands-words", words);
    const button = this.#find("[data-control=hand]");
    const does = up ? _("Lower hand") : _("Raise hand");
    button?.setAttribute("aria-label", does);
    const word = button?.querySelector("[data-part=word]");
    if (word && word.textContent !== does) word.textContent = does;
    button?.toggleAttribute("data-off", up);
  }

  #showQuiet() {
    if (this.#devices.microphone) this.#askedBy = "";
    const line = this.#find("[data-part=quiet]");
    const focused = line?.contains(document.activeElement) ?? false;
    line?.toggleAttribute("hidden", this.#askedBy === "");
    if (this.#askedBy !== "") this.#write("quiet-words", this.#quietWords());
    else if (focused) this.#find("[data-control=microphone]")?.focus(); // the pressed button is gone
  }

  #quietWords() {
    return _("{name} asked for quiet. You are muted, nobody hears you.", { name: this.#askedBy });
  }

  async #pressed() {
    const seat = this.#room.state?.me.seat;
    if (seat === undefined) return;
    const up = this.#hands.some((one) => one.seat === seat);
    this.#lowers = up;
    try {
      await (up ? this.#room.lowerHand(seat) : this.#room.raiseHand());
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.#say(error.message || _("This did not work. Please try again."));
    }
  }

  async #speak() {
    await this.#devices.setMicrophone(true);
  }

  /** @param {string} words for the ear */
  #say(words) {
    this.#write("floor-said", words);
  }

  /** @param {string} selector @returns {HTMLElement | null} */
  #find(selector) {
    return this.#root.querySelector(selector);
  }

  /** @param {string} part @param {string} words written only when new, so that nothing is announced twice */
  #write(part, words) {
    const element = this.#find(`[data-part=${part}]`);
    if (element && element.textContent !== words) element.textContent = words;
  }
}
