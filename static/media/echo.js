/**
 * Sends one's own voice and picture to the forwarding unit and back, and says what came.
 *
 * The same link as in a call, to a room of one: what works here works there.
 */
import { counts } from "./counts.js";
import { Link } from "./link.js";
import { Screen } from "./screen.js";

/** Milliseconds between two looks at what came back. */
const GLANCE = 250;
/** Packets of sound (20 ms each) and decoded pictures after which it is certain. */
const PACKETS = 50;
const FRAMES = 5;

/**
 * `path` and `protocol` as in counts, empty when no connection stood; null where nothing was sent.
 * @typedef {{
 *   path: "" | "host" | "relay" | "untried", protocol: "" | "udp" | "tcp" | "tls",
 *   voice: boolean | null, picture: boolean | null, round_trip: number | null, lost: number | null,
 * }} Echo
 */

/**
 * @param {import("./engine.js").Ticket} pass for one test
 * @param {import("./devices.js").Devices} devices
 * @param {AbortSignal} signal ends it; what came until then counts
 * @param {(stage: "connected" | "voice" | "picture") => void} onStage told once each
 * @returns {Promise<Echo>}
 */
export async function hearEcho(pass, devices, signal, onStage) {
  const link = new Link({ ticket: async () => pass, devices, screen: new Screen() });
  /** @type {Echo} */
  const echo = { path: "", protocol: "", voice: null, picture: null, round_trip: null, lost: null };
  const over = new AbortController();
  const end = () => over.abort();
  signal.addEventListener("abort", end, { once: true });
  link.addEventListener("ended", end, { once: true });
  link.addEventListener("connected", () => onStage("connected"), { once: true });
  try {
    await link.open(() => undefined);
    while (!over.signal.aborted && !enough(echo, devices)) {
      await look(link, echo, devices, onStage);
      await pause(GLANCE, over.signal);
    }
  } catch (error) {
    const fields = /** @type {{fields?: Record<string, unknown>}} */ (error).fields ?? {};
    if (fields["busy"] === true || fields["throttled"] === true) echo.path = "untried";
  } finally {
    signal.removeEventListener("abort", end);
    link.close();
  }
  return echo;
}

/** @param {Echo} echo @param {import("./devices.js").Devices} devices @returns {boolean} */
function enough(echo, devices) {
  return echo.path !== "" && (echo.voice === true || devices.audio === null)
    && (echo.picture === true || devices.video === null);
}

/**
 * @param {Link} link
 * @param {Echo} echo changed in place
 * @param {import("./devices.js").Devices} devices
 * @param {(stage: "voice" | "picture") => void} onStage
 */
async function look(link, echo, devices, onStage) {
  const [up, down] = await Promise.all([link.up, link.down].map((peer) => reports(peer?.connection)));
  if (up === null || up === undefined) return;
  const { path, protocol } = counts({ up, down: null });
  if (link.connectedAt > 0) Object.assign(echo, { path, protocol });
  up.forEach((report) => {
    if (report.type === "candidate-pair" && report.currentRoundTripTime !== undefined && (report.nominated || report.selected)) {
      echo.round_trip = Math.round(report.currentRoundTripTime * 1000);
    }
  });
  if (echo.path === "") return;
  if (devices.audio !== null) echo.voice ??= false;
  if (devices.video !== null) echo.picture ??= false;
  down?.forEach((report) => {
    if (report.type !== "inbound-rtp") return;
    if (report.kind === "audio") {
      const came = report.packetsReceived ?? 0;
      const lost = Math.max(0, report.packetsLost ?? 0);
      if (came + lost > 0) echo.lost = Math.round((1000 * lost) / (came + lost));
      if (came >= PACKETS && echo.voice !== true) {
        echo.voice = true;
        onStage("voice");
      }
    } else if ((report.framesDecoded ?? 0) >= FRAMES && echo.picture !== true) {
      echo.picture = true;
      onStage("picture");
    }
  });
}

/** @param {RTCPeerConnection | undefined} connection @returns {Promise<RTCStatsReport | null>} */
async function reports(connection) {
  return connection === undefined || connection.connectionState === "closed" ? null : connection.getStats();
}

/** @param {number} milliseconds @param {AbortSignal} signal @returns {Promise<void>} */
function pause(milliseconds, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    }, { once: true });
  });
}

/**
 * Asks the relay for an address, without sending anything through it.
 * @param {RTCIceServer[]} iceServers
 * @param {AbortSignal} signal
 * @returns {Promise<boolean>} whether it gave one
 */
export async function askRelay(iceServers, signal) {
  const connection = new RTCPeerConnection({ iceServers, iceTransportPolicy: "relay" });
  try {
    connection.addTransceiver("audio");
    /** @type {Promise<boolean>} */
    const found = new Promise((resolve) => {
      connection.addEventListener("icecandidate", ({ candidate }) => {
        if (candidate === null) resolve(false);
        else if (candidate.candidate.includes(" typ relay")) resolve(true);
      });
      signal.addEventListener("abort", () => resolve(false), { once: true });
    });
    await connection.setLocalDescription();
    return await found;
  } finally {
    connection.close();
  }
}
