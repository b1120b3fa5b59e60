/**
 * One try at being in the room's media: a ticket, two peer connections, and how it ended.
 *
 * A link never repairs itself. Whoever holds it opens the next one, with a new ticket behind the same
 * seat; the server then closes what was left of this one.
 */
import { Channel } from "../live/socket.js";
import { DownPeer, UpPeer } from "./peers.js";

/** Milliseconds a connection may be "disconnected" before it is given up (it often heals alone). */
const PATIENCE = 2000;
/** Milliseconds until both connections must stand. */
const DEADLINE = 10000;

/** Fires `connected`, `offered` (tracks changed), `rests` (pictures rest or go on) and `ended` once. */
export class Link extends EventTarget {
  /** Pictures that rest, by seat and kind. @type {Map<string, import("./engine.js").Rest>} */
  held = new Map();
  /** Whether somebody gets our picture, as far as the server said. */
  seen = true;
  /** @type {Map<string, import("./engine.js").SeatTracks>} */
  remote = new Map();
  /** @type {UpPeer | null} */
  up = null;
  /** @type {DownPeer | null} */
  down = null;
  /** performance.now() when both connections stood, 0 before */
  connectedAt = 0;

  #parts;
  #ended = false;
  /** One offer is on its way at a time. @type {Promise<void>} */
  #renewals = Promise.resolve();
  /** @type {Channel | null} */
  #channel = null;
  /** @type {Promise<void>} */
  #offers = Promise.resolve();
  /** @type {Map<RTCPeerConnection, ReturnType<typeof setTimeout>>} */
  #doubts = new Map();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #deadline;

  /** @param {import("./engine.js").Parts} parts */
  constructor(parts) {
    super();
    this.#parts = parts;
  }

  /**
   * Goes through the door: ticket, namespace, offer, answer.
   * @param {() => void} entering called when the server has accepted the ticket
   * @throws {import("../live/socket.js").Refused} when the server says no or cannot be asked
   */
  async open(entering) {
    const ticket = await this.#parts.ticket();
    if (this.#ended) return;
    mark("ticket");
    const ice = ticket.ice_servers ?? [];
    const up = (this.up = new UpPeer(ice, this.#parts.devices, this.#parts.screen));
    const down = (this.down = new DownPeer(ice));
    const channel = (this.#channel = new Channel(ticket.door ?? "/media", { token: ticket.token }, { stays: false }));
    for (const peer of [up, down]) this.#watch(peer.connection);
    this.#parts.devices.addEventListener("changed", this.#refresh);
    channel.addEventListener("lost", () => this.end("socket"));
    channel.on("gone", ({ reason }) => this.end(reason === "replaced" ? "replaced" : "gone"));
    channel.on("offered", (offer) => this.#offered(offer));
    channel.on("held", ({ tracks }) => this.#hold(tracks));
    channel.on("wanted", (wish) => this.#want(wish));
    const [offer] = await Promise.all([up.offer(), joined(channel)]);
    if (this.#ended) return;
    mark("entered");
    entering();
    const { sdp } = await channel.ask("publish", { sdp: offer });
    if (this.#ended) return;
    mark("published");
    await up.accept(sdp);
    this.#parts.screen.addEventListener("changed", this.#renew);
    this.#renew();
    this.#deadline = setTimeout(() => this.end("deadline"), DEADLINE);
    this.#judge();
  }

  /** @param {import("./counts.js").Counts} counts a report that does not arrive is followed by a newer one */
  tell(counts) {
    if (!this.#ended) this.#channel?.ask("report", counts).catch(() => undefined);
  }

  /**
   * Says that this link is over. Media may still flow until `close()`.
   * @param {string} reason "replaced" when another page took the seat: then no next link may be opened
   */
  end(reason) {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#deadline);
    for (const doubt of this.#doubts.values()) clearTimeout(doubt);
    this.#parts.devices.removeEventListener("changed", this.#refresh);
    this.#parts.screen.removeEventListener("changed", this.#renew);
    this.#channel?.close();
    this.dispatchEvent(new CustomEvent("ended", { detail: reason }));
  }

  /** Ends the link and its peer connections. */
  close() {
    this.end("closed");
    this.up?.connection.close();
    this.down?.connection.close();
  }

  /**
   * Says how large the pictures are seen, so that no more than that is sent.
   * @param {import("./engine.js").Sight[]} sights
   */
  look(sights) {
    if (this.connectedAt > 0 && !this.#ended) this.#channel?.ask("look", { sights }).catch(() => undefined);
  }

  /** @param {{seat: string, kind: import("./engine.js").MediaKind, why: import("./engine.js").Rest}[]} tracks */
  #hold(tracks) {
    this.held = new Map(tracks.map(({ seat, kind, why }) => [`${seat} ${kind}`, why]));
    this.dispatchEvent(new Event("rests"));
  }

  /** @param {{kind: import("./engine.js").MediaKind, layers: boolean[]}} wish which sizes somebody wants */
  #want({ kind, layers }) {
    if (kind === "video") this.seen = layers.some(Boolean);
    this.dispatchEvent(new Event("rests"));
    this.up?.want(kind, layers).catch(() => this.end("track"));
  }

  #refresh = () => {
    this.up?.refresh().catch(() => this.end("track"));
  };

  /** Offers anew when a screen comes or goes; camera and voice go on as they are. */
  #renew = () => {
    this.#renewals = this.#renewals.then(async () => {
      const up = this.up;
      if (this.#ended || up === null || !(await up.arrangeScreen())) return;
      const { sdp } = /** @type {{sdp: string}} */ (await this.#channel?.ask("publish", { sdp: await up.offer() }));
      if (!this.#ended) await up.accept(sdp);
    }).catch(() => this.end("track"));
  };

  /** @param {{version: number, sdp: string, tracks: {mid: string, seat: string, kind: import("./engine.js").MediaKind}[]}} offer */
  #offered(offer) {
    this.#offers = this.#offers.then(async () => {
      if (this.#ended || this.down === null) return;
      mark("offered");
      const sdp = await this.down.answer(offer.sdp);
      this.remote = this.down.tracks(offer.tracks);
      this.dispatchEvent(new Event("offered"));
      await this.#channel?.ask("answer", { version: offer.version, sdp });
      mark("answered");
    }).catch(() => this.end("offer"));
  }

  /** @param {RTCPeerConnection} connection */
  #watch(connection) {
    connection.addEventListener("connectionstatechange", () => {
      clearTimeout(this.#doubts.get(connection));
      if (connection.connectionState === "failed") this.end("failed");
      if (connection.connectionState === "disconnected") {
        this.#doubts.set(connection, setTimeout(() => this.end("disconnected"), PATIENCE));
      }
      this.#judge();
    });
  }

  /** Nobody else in the room means no offer, so the receiving connection may still be new. */
  #judge() {
    const up = this.up?.connection.connectionState;
    const down = this.down?.connection.connectionState;
    const stands = up === "connected" && (down === "connected" || down === "new");
    if (!stands || this.#ended) return;
    clearTimeout(this.#deadline);
    if (this.connectedAt === 0) mark("connected");
    this.connectedAt ||= performance.now();
    this.dispatchEvent(new Event("connected"));
  }
}

/** @param {string} step of the way in, for whoever measures it in the browser's timeline */
function mark(step) {
  performance.mark(`rounds-media-${step}`);
}

/** @param {Channel} channel @returns {Promise<void>} when the server let us in */
function joined(channel) {
  return new Promise((resolve, reject) => {
    channel.addEventListener("ready", () => resolve(), { once: true });
    channel.addEventListener("refused", (event) => {
      reject(/** @type {CustomEvent} */ (event).detail);
    }, { once: true });
    channel.addEventListener("lost", () => reject(new Error("lost")), { once: true });
    channel.open();
  });
}
