/**
 * Keeps the page's one Socket.IO connection alive and says how it stands.
 *
 * The library's own reconnecting is off: it cannot be told to try now (the network is back, the
 * person pressed "Try now") without losing its place. Websocket first; long polling where a proxy
 * refuses websockets.
 */
import { Manager } from "socket.io";
import { delay } from "./backoff.js";

/** @typedef {"connecting" | "connected" | "reconnecting" | "lost"} LineState */

/** A server that restarts is back within seconds: so long, in tries, the pauses stay short. */
const SOON = 15;
const SHORT = 1000;
/**
 * Milliseconds that the first, second, … try of a connection may take; the last holds for all later
 * ones. After a loss the first are short: one that began in the network just left never ends by itself.
 */
const PATIENCE = [6000, 2500, 4000, 6000];
/** After this many milliseconds without a line, say so; trying goes on. */
const LOST_AFTER = 15000;

class Line extends EventTarget {
  /** @type {LineState} */
  state = "connecting";
  manager = new Manager({
    path: "/socket.io/",
    transports: ["websocket", "polling"],
    tryAllTransports: true,
    reconnection: false,
    autoConnect: false,
  });

  #failures = 0;
  /** Channels that need the connection. @type {Set<object>} */
  #users = new Set();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #retry;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #lost;

  constructor() {
    super();
    this.manager.on("open", () => this.#opened());
    this.manager.on("error", () => this.#failed());
    this.manager.on("close", () => this.#failed());
    globalThis.addEventListener?.("online", () => this.tryNow());
    globalThis.addEventListener?.("offline", () => this.restart());
    globalThis.document?.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.tryNow();
    });
  }

  /**
   * Opens the connection if it is not open yet.
   * @param {object} user who needs it
   */
  open(user) {
    this.#users.add(user);
    this.#open();
  }

  /** @param {object} user who needs it no longer; after the last one it is not opened again */
  release(user) {
    this.#users.delete(user);
    if (this.#users.size > 0) return;
    clearTimeout(this.#retry);
    clearTimeout(this.#lost);
    this.#retry = this.#lost = undefined;
  }

  /** Tries again at once instead of at the end of the pause. */
  tryNow() {
    if (this.#users.size > 0 && this.state !== "connected") this.#open();
  }

  /** Drops a connection that no longer answers and begins anew. */
  restart() {
    if (this.state === "connected") this.manager.engine.close();
  }

  #open() {
    clearTimeout(this.#retry);
    this.#retry = undefined;
    this.manager.timeout(PATIENCE[Math.min(this.#failures, PATIENCE.length - 1)] ?? 0);
    this.manager.open();
  }

  #opened() {
    this.#failures = 0;
    clearTimeout(this.#retry);
    clearTimeout(this.#lost);
    this.#retry = this.#lost = undefined;
    this.#become("connected");
  }

  #failed() {
    if (this.#users.size === 0 || this.#retry !== undefined) return;
    this.#failures += 1;
    this.#retry = setTimeout(() => this.#open(), this.#pause());
    if (this.state === "connected") this.#become("reconnecting");
    this.#lost ??= setTimeout(() => this.#become("lost"), LOST_AFTER);
  }

  /** @returns {number} milliseconds until the next try */
  #pause() {
    const pause = delay(this.#failures);
    return this.#failures < SOON ? Math.min(pause, SHORT) : pause;
  }

  /** @param {LineState} state */
  #become(state) {
    if (state === this.state) return;
    this.state = state;
    this.dispatchEvent(new Event("changed"));
  }
}

/** The page's one connection. */
export const line = new Line();
