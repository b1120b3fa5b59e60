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
/** The same where there is a reason to doubt it: back in sight, another network, no sound or picture. */
const DOUBT = 2500;

export class RoomConnection extends EventTarget {
  /** The newest view; null until the first one came. @type {RoomState | null} */
  state = null;
  /** @type {Message[]} */
  messages = [];
  /** Why the server closed the room to us; null while it has not. @type {ClosedReason | null} */
  closed = null;

  #channel;
  #isGuest;
  #fresh = false;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #pulse;

  /** @param {Door} door */
  constructor(door) {
    super();
    this.#isGuest = door.door === "guest";
    this.#channel = new Channel("/rooms", door);
    this.#channel.addEventListener("ready", () => this.#joined());
    this.#channel.addEventListener("lost", () => this.#tell("line"));
    this.#channel.addEventListener("refused", () => this.#end("refused"));
    this.#channel.on("room_changed", (state) => this.#take(state));
    this.#channel.on("guest_knocked", (guest) => this.#tell("knocked", guest));
    this.#channel.on("said", (message) => this.#heard(message));
    this.#channel.on("closed", ({ reason }) => this.#end(reason));
    line.addEventListener("changed", this.#lineChanged);
    document.addEventListener("visibilitychange", this.#looked);
    document.addEventListener("resume", this.#looked);
    addEventListener("online", this.#doubted);
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
    document.removeEventListener("visibilitychange", this.#looked);
    document.removeEventListener("resume", this.#looked);
    removeEventListener("online", this.#doubted);
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

  /** Asks at once whether the connection still stands: the media are lost, so it may be as well. */
  doubt() {
    void this.#beat(DOUBT);
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

  /**
   * @param {string} seat
   * @param {string} [reason] in the clinician's words, shown to the person; may follow later
   * @param {number} [minutes] for about how long
   */
  sendBack(seat, reason, minutes) {
    return this.#ask("send_back", { seat, ...(reason ? { reason } : {}), ...(minutes ? { minutes } : {}) });
  }

  /** @param {string} seat of a guest to whom the patient, who was asked, says yes */
  agree(seat) {
    return this.#ask("agree", { seat });
  }

  /**
   * Writes at the door.
   * @param {{seat?: string | null, text?: string, preset?: string, minutes?: number | null, key: string}} words
   *   `seat` whom to; without it everybody who waits. A guest always writes to the clinic.
   */
  write(words) {
    const { minutes, seat, ...rest } = words;
    return this.#ask("write", { ...rest, ...(minutes ? { minutes } : {}), ...(seat ? { seat } : {}) });
  }

  /** @param {string} number to be called at; empty for the one the clinic has */
  callMe(number) {
    return this.#ask("call_me", { number });
  }

  /** Needs no call, or wants video again. */
  callOff() {
    return this.#ask("call_off");
  }

  /** @param {string} seat with whom the visit goes on by phone */
  callBegin(seat) {
    return this.#ask("call_begin", { seat });
  }

  /** @param {string} seat */
  callEnd(seat) {
    return this.#ask("call_end", { seat });
  }

  /** @param {string} text @param {string} key made once per message, so that sending again is harmless */
  async say(text, key) {
    this.#heard(await this.#channel.ask("say", { text, key }));
  }

  /** Writes to the care team alone. @param {string} text @param {string} key as for `say` */
  async confer(text, key) {
    this.#heard(await this.#channel.ask("confer", { text, key }));
  }

  raiseHand() {
    return this.#ask("hand_up");
  }

  /** @param {string} seat whose hand goes down: the own, or for a host anybody's */
  lowerHand(seat) {
    return this.#ask("hand_down", { seat });
  }

  /** Asks one person, or everybody else, to mute themselves. @param {string | null} seat null for everybody else */
  async askForQuiet(seat) {
    await this.#channel.ask(seat === null ? "mute_all" : "mute", seat === null ? {} : { seat });
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

  /**
   * Says what is in the way.
   * @param {"microphone" | "camera" | null} device null for the way of sound and picture
   * @param {import("../media/causes.js").Cause | "no_way" | "busy"} cause
   */
  async hindered(device, cause) {
    await this.#channel.ask("hindered", { device, cause });
  }

  /** @param {{since_admission: number, since_link: number | null, attempts: number}} told in milliseconds */
  async sounded(told) {
    await this.#channel.ask("sounded", told);
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
    if (document.hidden) this.#looked();
    this.#tell("line");
  }

  /**
   * Tells staff whether anybody looks at this page: who looked away keeps the place. Who looks again
   * may have been gone for long, with a connection that only seems to stand.
   */
  #looked = () => {
    if (!document.hidden) this.doubt();
    if (!this.#isGuest || !this.#channel.ready) return;
    this.#channel.ask("look", { hidden: document.hidden }).catch((error) => {
      if (!(error instanceof Refused)) throw error; // told anew by the next look or connection
    });
  };

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

  /** @param {number} [patience] milliseconds */
  async #beat(patience = SILENCE) {
    if (!this.#channel.ready) return;
    try {
      await this.#channel.ask("heartbeat", {}, patience);
    } catch (error) {
      if (error instanceof Refused && error.code === "timeout") line.restart();
    }
  }

  #lineChanged = () => this.#tell("line");

  #doubted = () => this.doubt();

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
