/**
 * Keeps a seat in our own forwarding unit: opens a link, and the next one whenever it is lost.
 *
 * The old link's tracks stay on screen until the new one brings its own, so that a lost server shows
 * a still picture, not an empty tile.
 */
import { about, delay, pause } from "../live/backoff.js";
import { refusal } from "../live/refusal.js";
import { Link } from "./link.js";
import { withoutScreens } from "./reports.js";

/** A link that stood this many milliseconds was a good one: the pauses begin small again. */
const GOOD = 5000;

/** Implements MediaEngine of `engine.js` against namespace `/media`. */
export class EmbeddedMedia extends EventTarget {
  /** @type {import("./engine.js").MediaState} */
  state = "connecting";
  /** @type {ReadonlyMap<string, import("./engine.js").SeatTracks>} */
  remote = new Map();
  /** Why each link ended, oldest first; kept short, read by tests and by the connection report. */
  /** @type {string[]} */
  endings = [];

  #parts;
  /** How large the pictures are seen, as it was told last. @type {import("./engine.js").Sight[]} */
  #sights = [];
  /** @type {Link | null} */
  #link = null;
  /** Milliseconds after which a server that carries all it can wants to be asked again, else 0. */
  #busy = 0;
  #tries = 0;
  #over = new AbortController();

  /** @param {import("./engine.js").Parts} parts */
  constructor(parts) {
    super();
    this.#parts = parts;
  }

  start() {
    void this.#keep();
  }

  stop() {
    this.#over.abort();
    this.#link?.close();
    this.#link = null;
    this.remote = new Map();
  }

  /**
   * @param {string} seat
   * @param {import("./engine.js").MediaKind} kind
   * @returns {import("./engine.js").Rest | null} why this picture rests, null while it is sent
   */
  rests(seat, kind) {
    return this.#link?.held.get(`${seat} ${kind}`) ?? null;
  }

  /** @returns {boolean} whether somebody gets our picture */
  get seen() {
    return this.#link?.seen ?? true;
  }

  /** @param {import("./engine.js").Sight[]} sights a picture that is not named comes as large as it is */
  look(sights) {
    if (JSON.stringify(sights) === JSON.stringify(this.#sights)) return;
    this.#sights = sights;
    this.#link?.look(sights);
  }

  /** @returns {Promise<import("./engine.js").MediaReports>} what the browser counts now */
  async reports() {
    const tracks = [...this.remote.values()].map(({ screen }) => screen).concat(this.#parts.screen.track ?? []);
    const screens = new Set(tracks.flatMap((track) => track?.id ?? []));
    const report = async (/** @type {RTCPeerConnection | undefined} */ connection) =>
      connection === undefined || connection.connectionState === "closed"
        ? null
        : withoutScreens(await connection.getStats(), screens);
    const [up, down] = await Promise.all([
      report(this.#link?.up?.connection),
      report(this.#link?.down?.connection),
    ]);
    return { up, down };
  }

  /** @param {import("./engine.js").MediaReports} reports what the browser counts now, to go by from now on */
  adapt({ up, down }) {
    if (down !== null) this.#link?.down?.cushion(down);
    if (up !== null) this.#link?.up?.spare(up).catch(() => this.#link?.end("track"));
  }

  /** @returns {boolean} whether our picture rests, as our own line has no room for it */
  get spares() {
    return this.#link?.up?.rests ?? false;
  }

  /** @param {import("./counts.js").Counts} counts for the server's record of this connection */
  tell(counts) {
    this.#link?.tell(counts);
  }

  /** @returns {boolean} whether somebody else's sound comes */
  get sounds() {
    return this.#link?.down?.sounds ?? false;
  }

  /** @returns {number} how many links were opened, the present one among them */
  get tries() {
    return this.#tries;
  }

  /** @returns {Map<string, number>} by seat, 0 to 1 */
  loudness() {
    const levels = this.#link?.down?.loudness() ?? new Map();
    const seats = new Map();
    for (const [seat, { audio }] of this.remote) seats.set(seat, audio ? (levels.get(audio) ?? 0) : 0);
    return seats;
  }

  async #keep() {
    let failures = 0;
    while (!this.#over.signal.aborted) {
      const link = await this.#attempt();
      if (this.#over.signal.aborted) return;
      if (this.endings.at(-1) === "replaced") {
        this.stop(); // two pages that took the seat from each other would do so for ever
        this.dispatchEvent(new Event("replaced"));
        return;
      }
      const stood = link.connectedAt > 0 ? performance.now() - link.connectedAt : 0;
      failures = stood > GOOD ? 1 : failures + 1;
      this.#become(this.#busy > 0 ? "busy" : "reconnecting");
      await pause(this.#busy > 0 ? about(this.#busy) : delay(failures), this.#over.signal);
    }
  }

  /** @returns {Promise<Link>} when it has ended */
  async #attempt() {
    this.#tries += 1;
    const link = new Link(this.#parts);
    const before = this.#link;
    const ended = /** @type {Promise<void>} */ (new Promise((resolve) => {
      link.addEventListener("ended", (event) => {
        this.endings = [...this.endings, String(/** @type {CustomEvent} */ (event).detail)].slice(-20);
        resolve();
      });
    }));
    this.#over.signal.addEventListener("abort", () => link.close(), { once: true });
    link.addEventListener("connected", () => {
      if (this.#sights.length > 0) link.look(this.#sights);
      this.#become("connected");
    });
    link.addEventListener("rests", () => this.dispatchEvent(new Event("changed")));
    link.addEventListener("offered", () => {
      this.remote = link.remote;
      this.dispatchEvent(new Event("changed"));
    });
    this.#busy = 0;
    try {
      await link.open(() => {
        before?.close();
        this.#link = link;
      });
    } catch (error) {
      const { fields } = refusal(error);
      if (fields["busy"] === true) this.#busy = 1000 * Number(fields["retry_after"]);
      link.end("refused");
    }
    await ended;
    if (this.#link !== link) link.close();
    return link;
  }

  /** @param {import("./engine.js").MediaState} state */
  #become(state) {
    if (state === "reconnecting" && this.state === "connecting") return;
    if (state === this.state) return;
    this.state = state;
    this.dispatchEvent(new Event("changed"));
  }
}
