/**
 * Speaks on one namespace of the page's connection: asks, hears, and says when it may speak.
 *
 * Several namespaces share one connection (`line.js`). A channel that stays (`/rooms`, `/me`) joins
 * its namespace again by itself whenever the line returns; one that does not (`/media`, whose token
 * serves once) is closed by the first loss.
 */
import { delay } from "./backoff.js";
import { line } from "./line.js";
import { acknowledged, refusal, Refused } from "./refusal.js";

export { line } from "./line.js";
export { Refused } from "./refusal.js";

/** Milliseconds until an unanswered question is given up. */
const PATIENCE = 8000;

/**
 * Fires `ready` each time the namespace is joined, `lost` each time it is left,
 * `refused` (CustomEvent of Refused) when the server does not let us in.
 */
export class Channel extends EventTarget {
  #socket;
  #stays;
  #failures = 0;
  #closed = false;
  /** @type {Refused | null} */
  #refused = null;

  /**
   * @param {string} namespace such as `/rooms`
   * @param {Record<string, unknown> | (() => Record<string, unknown>)} auth sent when joining
   * @param {{stays?: boolean}} [options] whether it joins again after a loss; default yes
   */
  constructor(namespace, auth, { stays = true } = {}) {
    super();
    this.#stays = stays;
    this.#socket = line.manager.socket(namespace);
    this.#socket.removeAllListeners();
    this.#socket.auth = typeof auth === "function" ? (send) => send(auth()) : auth;
    this.#socket.on("connect", () => this.#joined());
    this.#socket.on("connect_error", (error) => this.#denied(error));
    this.#socket.on("disconnect", () => this.#left());
  }

  /** Joins the namespace, once for all who call it; listen before calling this. */
  open() {
    // While one joining is under way, another would take its place on the server.
    if (!this.#socket.active) this.#socket.connect();
    line.open(this);
  }

  /** Whether a question would be sent at once. */
  get ready() {
    return !this.#closed && this.#socket.connected;
  }

  /**
   * @param {string} event
   * @param {(payload: any) => void} listener
   */
  on(event, listener) {
    this.#socket.on(event, (payload) => listener(payload));
  }

  /**
   * Asks and waits for the answer; waits for the line first, if it is away.
   * @param {string} event
   * @param {Record<string, unknown>} [payload]
   * @param {number} [patience] milliseconds for the line, and again for the answer
   * @returns {Promise<any>} what stands under `ok`
   * @throws {Refused}
   */
  async ask(event, payload = {}, patience = PATIENCE) {
    await this.#whenReady(patience);
    let answer;
    try {
      answer = await this.#socket.timeout(patience).emitWithAck(event, payload);
    } catch {
      throw new Refused(this.ready ? "timeout" : "disconnected");
    }
    return acknowledged(answer);
  }

  /**
   * Says something that nobody answers, and that is of no use later.
   * @param {string} event
   * @param {Record<string, unknown>} payload
   */
  say(event, payload) {
    if (this.ready) this.#socket.volatile.emit(event, payload);
  }

  /** Leaves the namespace for good. */
  close() {
    if (this.#closed) return;
    this.#closed = true;
    line.release(this);
    this.#socket.removeAllListeners();
    this.#socket.disconnect();
  }

  /** @param {number} patience */
  #whenReady(patience) {
    if (this.ready) return Promise.resolve();
    if (this.#closed) return Promise.reject(new Refused("disconnected"));
    if (this.#refused !== null) return Promise.reject(this.#refused);
    return /** @type {Promise<void>} */ (new Promise((resolve, reject) => {
      const done = new AbortController();
      const end = (/** @type {() => void} */ then) => {
        clearTimeout(timer);
        done.abort();
        then();
      };
      const timer = setTimeout(() => end(() => reject(new Refused("disconnected"))), patience);
      this.addEventListener("ready", () => end(resolve), { signal: done.signal });
      this.addEventListener("refused", (event) => {
        end(() => reject(/** @type {CustomEvent<Refused>} */ (event).detail));
      }, { signal: done.signal });
    }));
  }

  #joined() {
    this.#failures = 0;
    this.#refused = null;
    this.dispatchEvent(new Event("ready"));
  }

  #left() {
    if (!this.#stays) this.close();
    else if (!this.#socket.active) this.#again();
    this.dispatchEvent(new Event("lost"));
  }

  /** @param {Error & {data?: unknown}} error */
  #denied(error) {
    if (this.#socket.active && error.data === undefined) return; // the line failed; it returns by itself
    const refused = refusal(error.data ?? { message: error.message });
    if (this.#stays && refused.passing) {
      this.#again();
      return;
    }
    this.#refused = refused;
    this.dispatchEvent(new CustomEvent("refused", { detail: refused }));
  }

  /** Joins again after a pause: the server closed the namespace, not the line. */
  #again() {
    this.#failures += 1;
    setTimeout(() => {
      if (!this.#closed) this.open();
    }, delay(this.#failures));
  }
}
