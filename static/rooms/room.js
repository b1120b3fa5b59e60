/**
 * The page's place in a room: its view as the server tells it, the heartbeat, and what a person may ask.
 *
 * Fires `changed` (a newer view), `said` (CustomEvent of Message), `knocked` (CustomEvent of
 * {admission, seat, name}), `line` (the connection is another one), `closed` (CustomEvent of the reason).
 */
import { Channel, line, Refused } from "../live/socket.js";
import { later, mergedMessages, withMessage } from "./state.js";

/**
 * @typedef {import("./state.js").RoomState} RoomState
 * @typedef {import("./state.js").Message} Message
 * @typedef {{door: "staff", visit: string} | {door: "guest", invitation: string}} Door
 * @typedef {"ended" | "revoked" | "signed_out" | "replaced" | "refused"} ClosedReason
 */

/** Milliseconds between two heartbeats; the server shows a person as away after 5 s without one. */
const PULSE = 2000;
/** Milliseconds without an answer to a heartbeat after which the connection counts as dead. */
const SILENCE = 5000;

export class RoomConnection extends EventTarget {
  /** The newest view; null until the first one came. @type {RoomState | null} */
  state = null;
  /** @type {Message[]} */
  messages = [];
  /** Why the server closed the room to us; null while it has not. @type {ClosedReason | null} */
  closed = null;

  #channel;
  #fresh = false;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #pulse;

  /** @param {Door} door */
  constructor(door) {
    super();
    this.#channel = new Channel("/rooms", door);
    this.#channel.addEventListener("ready", () => this.#joined());
    this.#channel.addEventListener("lost", () => this.#tell("line"));
    this.#channel.addEventListener("refused", () => this.#end("refused"));
    this.#channel.on("room_changed", (state) => this.#take(state));
    this.#channel.on("guest_knocked", (guest) => this.#tell("knocked", guest));
    this.#channel.on("said", (message) => this.#heard(message));
    this.#channel.on("closed", ({ reason }) => this.#end(reason));
    line.addEventListener("changed", this.#lineChanged);
  }

  /** Goes into the room; listen before calling this. */
  open() {
    this.#channel.open();
    this.#pulse = setInterval(() => void this.#beat(), PULSE);
  }

  /** Lets the connection go; the place in the room stays. */
  close() {
    clearInterval(this.#pulse);
    line.removeEventListener("changed", this.#lineChanged);
    this.#channel.close();
  }

  /** @returns {"connecting" | "connected" | "reconnecting" | "lost"} how the connection stands */
  get line() {
    if (line.state === "connected" && !this.#channel.ready) {
      return this.state === null ? "connecting" : "reconnecting";
    }
    return line.state;
  }

  /** Leaves the seat to another page of the same person. */
  giveWay() {
    this.#end("replaced");
  }

  /** Tries to reach the server at once. */
  tryNow() {
    line.tryNow();
  }

  /** Puts a guest into the queue, or back where a clinician last left them. */
  knock() {
    return this.#ask("knock");
  }

  /** @param {string} admission */
  admit(admission) {
    return this.#ask("admit", { admission });
  }

  admitAll() {
    return this.#ask("admit_all");
  }

  /** @param {string} admission @param {string} [reason] in the clinician's words, shown to the person */
  deny(admission, reason) {
    return this.#ask("deny", { admission, ...(reason ? { reason } : {}) });
  }

  /** @param {string} seat @param {string} [reason] in the clinician's words, shown to the person */
  sendBack(seat, reason) {
    return this.#ask("send_back", { seat, ...(reason ? { reason } : {}) });
  }

  /** @param {string} text @param {string} key made once per message, so that sending again is harmless */
  async say(text, key) {
    this.#heard(await this.#channel.ask("say", { text, key }));
  }

  /** Asks the hosts to be let share a screen. */
  askToShare() {
    return this.#ask("share_ask");
  }

  /** @param {string} seat of somebody who asked */
  letShare(seat) {
    return this.#ask("share_let", { seat });
  }

  /** @param {string} seat of somebody who asked */
  declineShare(seat) {
    return this.#ask("share_decline", { seat });
  }

  /** @param {boolean} takeOver whether what somebody else shares is to end for it */
  beginShare(takeOver) {
    return this.#ask("share_begin", { take_over: takeOver });
  }

  /** @param {string} seat whose sharing, or wish to, is over */
  endShare(seat) {
    return this.#ask("share_end", { seat });
  }

  /** Leaves the call or the queue; coming back is `knock` (guests) or a new connection (staff). */
  async leave() {
    await this.#channel.ask("leave");
  }

  /** Ends the visit for everyone. */
  async end() {
    await this.#channel.ask("end");
  }

  /** @param {{microphone: boolean, camera: boolean}} devices what of mine the others can have now */
  async announce(devices) {
    await this.#channel.ask("announce", devices);
  }

  /** @returns {Promise<import("../media/engine.js").Ticket>} serves once */
  ticket() {
    return this.#channel.ask("ticket");
  }

  /**
   * @param {string} event
   * @param {Record<string, unknown>} [payload]
   * @returns {Promise<RoomState>}
   */
  async #ask(event, payload = {}) {
    this.#take(await this.#channel.ask(event, payload));
    return /** @type {RoomState} */ (this.state);
  }

  async #joined() {
    this.#fresh = true;
    try {
      await this.#ask("state");
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (!error.passing) this.#end("refused");
    }
    this.#tell("line");
  }

  /** @param {RoomState} state */
  #take(state) {
    const shown = later(this.state, state, this.#fresh);
    if (shown !== state) return;
    this.#fresh = false;
    this.state = state;
    this.messages = state.me.standing === "admitted" ? mergedMessages(this.messages, state.messages) : [];
    this.#tell("changed");
  }

  /** @param {Message} message */
  #heard(message) {
    const news = !this.messages.some((one) => one.id === message.id);
    this.messages = withMessage(this.messages, message);
    if (news) this.#tell("said", message);
  }

  async #beat() {
    if (!this.#channel.ready) return;
    try {
      await this.#channel.ask("heartbeat", {}, SILENCE);
    } catch (error) {
      if (error instanceof Refused && error.code === "timeout") line.restart();
    }
  }

  #lineChanged = () => this.#tell("line");

  /** @param {ClosedReason} reason */
  #end(reason) {
    if (this.closed !== null) return;
    this.closed = reason;
    clearInterval(this.#pulse);
    this.#channel.close();
    this.#tell("closed", reason);
  }

  /** @param {string} event @param {unknown} [detail] */
  #tell(event, detail) {
    this.dispatchEvent(new CustomEvent(event, { detail }));
  }
}
