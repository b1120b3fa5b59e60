/**
 * Sharing the own screen: the button, the preview, the line that says so for as long as it lasts, and
 * what hosts are asked by others.
 */
import { Refused } from "../live/socket.js";
import { _ } from "../live/words.js";
import { Screen } from "../media/screen.js";
import { Preview } from "./preview.js";
import { ownShareWords, refusedWords } from "./shared.js";
import { others } from "./state.js";

/** @typedef {import("./state.js").RoomState} RoomState */

/** Milliseconds that what went wrong stands in its line. */
const STANDS = 15_000;

export class Sharing {
  /** What of the screen is sent. */
  screen = new Screen();
  /** Whether what this page sends gets through now. */
  carried = true;
  #root;
  #room;
  #preview;
  /** Whether the first view of this call was looked at. */
  #known = false;
  /** Whether the person is choosing, or the server is being asked. */
  #busy = false;
  #trouble = "";
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #fading;
  #listening = new AbortController();

  /** @param {HTMLElement} root the call's element @param {import("./room.js").RoomConnection} room */
  constructor(root, room) {
    this.#root = root;
    this.#room = room;
    this.#preview = new Preview(root);
    const { signal } = this.#listening;
    this.screen.addEventListener("changed", () => this.show(), { signal });
    this.screen.addEventListener("over", () => void this.#end(), { signal });
    for (const name of ["screen", "share-now", "share-end"]) {
      this.#find(`[data-control=${name}]`)?.addEventListener("click", () => this.#pressed(name), { signal });
    }
    const button = this.#find("[data-control=screen]");
    if (button) button.hidden = !Screen.able;
  }

  /** Follows the server's view: it says whose screen may pass. */
  show() {
    const state = this.#room.state;
    if (state === null || state.me.standing !== "admitted" || this.#listening.signal.aborted) return;
    const mine = state.sharing?.seat === state.me.seat;
    // A page that was loaded anew sends no screen: the others must not wait for it.
    if (!this.#known && mine && this.screen.track === null && !this.#busy) void this.#end();
    this.#known = true;
    if (this.screen.track !== null && !mine && !this.#busy) this.#lost(state);
    this.#showOwn(state);
    this.#showAsking(state);
  }

  /** Ends, for a host, what somebody else shares. */
  async endOther() {
    const seat = this.#room.state?.sharing?.seat;
    if (seat !== undefined) await this.#attempt(() => this.#room.endShare(seat));
  }

  stop() {
    clearTimeout(this.#fading);
    this.#preview.stop();
    this.#listening.abort();
    this.screen.stop();
    for (const part of ["sharing", "asking"]) this.#find(`[data-part=${part}]`)?.setAttribute("hidden", "");
  }

  /** @param {string} name */
  #pressed(name) {
    const state = this.#room.state;
    if (state === null || this.#busy) return;
    if (this.screen.track !== null || name === "share-end") void this.#end();
    else if (state.me.share === "ask") void this.#attempt(() => this.#room.askToShare());
    else if (state.me.share !== "asked") void this.#share(state);
  }

  /** Chooses, looks at it and sends it, or not. @param {RoomState} state */
  async #share(state) {
    const running = state.sharing;
    if (running !== null && running.seat !== state.me.seat && state.me.share !== "free") {
      this.#say(_("{name} shares a screen now. Ask them to stop first.", { name: running.name }));
      return;
    }
    this.#busy = true;
    this.#say("");
    let track = await this.screen.choose();
    let trouble = "";
    while (track !== null && !this.#listening.signal.aborted) {
      const answer = await this.#preview.ask(track, this.#names(), this.#other(), trouble);
      if (answer === "share") {
        trouble = await this.#begin(track);
        if (trouble === "") break;
        continue;
      }
      track.stop();
      track = answer === "other" ? await this.screen.choose() : null;
    }
    if (track !== null && this.screen.track !== track) track.stop();
    this.#preview.close();
    this.#say(refusedWords(this.screen.cause));
    this.#busy = false;
    this.show();
  }

  /** @param {MediaStreamTrack} track @returns {Promise<string>} why not, empty when it is sent */
  async #begin(track) {
    try {
      await this.#room.beginShare(this.#other() !== "");
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return error.message || _("This did not work. Please try again.");
    }
    await this.screen.begin(track, this.#preview.moves);
    return "";
  }

  /** The own sharing, or the wish to, is over; what was captured is let go at once. */
  async #end() {
    this.screen.stop();
    const seat = this.#room.state?.me.seat;
    if (seat !== undefined) await this.#attempt(() => this.#room.endShare(seat));
  }

  /** The server let the screen pass no more. @param {RoomState} state */
  #lost(state) {
    this.screen.stop();
    this.#say(state.sharing === null
      ? _("Your screen is not shared any more.")
      : _("{name} shares a screen now, yours is not shared any more.", { name: state.sharing.name }));
  }

  /** @param {RoomState} state */
  #showOwn(state) {
    const sends = this.screen.track !== null;
    const own = ownShareWords(state, sends, this.carried, this.#names(), document.documentElement.lang || undefined);
    const words = sends ? own : this.#trouble || own;
    const line = this.#find("[data-part=sharing]");
    const focused = line?.contains(document.activeElement) ?? false;
    if (line) {
      line.hidden = words === "";
      line.toggleAttribute("data-sends", sends);
    }
    this.#write("sharing-words", words);
    const end = this.#find("[data-control=share-end]");
    if (end) {
      end.hidden = !(sends || state.me.share === "asked");
      const word = sends ? _("Stop sharing") : _("Do not ask any more");
      if (end.textContent !== word) end.textContent = word;
    }
    const now = this.#find("[data-control=share-now]");
    if (now) now.hidden = sends || state.me.share !== "let";
    const button = this.#find("[data-control=screen]");
    button?.setAttribute("aria-label", sends ? _("Stop sharing your screen") : _("Share screen"));
    button?.toggleAttribute("data-off", sends);
    const word = button?.querySelector("[data-part=word]");
    if (word) word.textContent = sends ? _("Stop") : _("Share");
    if (focused) this.#keepFocus();
  }

  /** Who asks, for hosts. @param {RoomState} state */
  #showAsking(state) {
    const list = this.#find("[data-part=asking]");
    if (list === null) return;
    const seats = state.asking.map((one) => one.seat).join(" ");
    if (list.dataset["seats"] === seats) return;
    const focused = list.contains(document.activeElement);
    list.dataset["seats"] = seats;
    list.hidden = seats === "";
    const asked = state.asking.map(({ name }) => _("{name} asks to share a screen.", { name }));
    this.#write("asking-said", asked.join(" "));
    list.replaceChildren(...state.asking.map((one) => this.#asker(one)));
    if (focused) this.#keepFocus();
  }

  /** The pressed button may be gone: the focus stays in the call. */
  #keepFocus() {
    const focused = document.activeElement;
    if (focused instanceof HTMLElement && focused !== document.body && focused.checkVisibility()) return;
    const buttons = ["screen", "more", "microphone"].map((name) => this.#find(`[data-control=${name}]`));
    buttons.find((one) => one?.checkVisibility())?.focus();
  }

  /** @param {RoomState["asking"][number]} one @returns {DocumentFragment} */
  #asker({ seat, name }) {
    const template = /** @type {HTMLTemplateElement} */ (this.#find("template[data-part=asker]"));
    const row = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
    const words = row.querySelector("[data-part=asks]");
    if (words) words.textContent = _("{name} asks to share a screen.", { name });
    const answers = /** @type {const} */ ([
      ["let", _("Let them share, {name}", { name }), () => this.#room.letShare(seat)],
      ["decline", _("Not now, {name}", { name }), () => this.#room.declineShare(seat)],
    ]);
    for (const [control, label, deed] of answers) {
      const button = row.querySelector(`[data-control=${control}]`);
      button?.setAttribute("aria-label", label);
      button?.addEventListener("click", () => void this.#attempt(deed), { signal: this.#listening.signal });
    }
    return row;
  }

  /** @param {() => Promise<unknown>} deed */
  async #attempt(deed) {
    try {
      await deed();
      this.#say("");
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.#say(error.message || _("This did not work. Please try again."));
    }
  }

  /** @returns {string[]} names of everybody else in the call */
  #names() {
    const state = this.#room.state;
    return state === null ? [] : others(state).map((person) => person.name);
  }

  /** @returns {string} who shares a screen now beside oneself, empty for nobody */
  #other() {
    const { sharing, me } = this.#room.state ?? {};
    return sharing && sharing.seat !== me?.seat ? sharing.name : "";
  }

  /** @param {string} words what went wrong, or has to be known now */
  #say(words) {
    clearTimeout(this.#fading);
    if (words !== "") this.#fading = setTimeout(() => this.#say(""), STANDS);
    this.#trouble = words;
    this.show();
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
