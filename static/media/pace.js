/** Measures how fast bytes come and go over HTTPS, with pieces that grow while there is time. */

/** Bytes of the pieces: the first tells a very slow line, the last is enough for a fast one. */
const PIECES = [8, 24, 64, 160, 256].map((kilo) => kilo * 1024);
/** Milliseconds one direction may take, and a piece so slow that a larger one would tell no more. */
const LONGEST = 2000;
const SLOW = 500;
const HEADER = "X-Rounds-Pass";

/**
 * @param {string} pass of the self-test
 * @param {"up" | "down"} way
 * @param {AbortSignal} signal
 * @returns {Promise<number | null>} kilobits a second, 0 when not even the first piece came through in
 *   time; null when the server would not measure
 */
export async function measurePace(pass, way, signal) {
  const began = performance.now();
  /** @type {number | null} */
  let best = null;
  for (const size of PIECES) {
    const left = LONGEST - (performance.now() - began);
    if (left <= 0 || signal.aborted) break;
    const piece = await send(pass, way, size, within(signal, left));
    if (piece === "refused") return best;
    if (piece === "late") return best ?? (signal.aborted ? null : 0);
    best = Math.max(best ?? 0, kilobits(size, piece));
    if (piece > SLOW) break;
  }
  return best;
}

/** @param {number} bytes @param {number} milliseconds @returns {number} a second, at most what a report may say */
export function kilobits(bytes, milliseconds) {
  return Math.min(1_000_000, Math.round((bytes * 8) / Math.max(milliseconds, 1)));
}

/**
 * @param {string} pass
 * @param {"up" | "down"} way
 * @param {number} size
 * @param {AbortSignal} signal
 * @returns {Promise<number | "late" | "refused">} milliseconds it took
 */
async function send(pass, way, size, signal) {
  const began = performance.now();
  const body = way === "up" ? crypto.getRandomValues(new Uint8Array(Math.min(size, 65_536))) : null;
  const type = body === null ? "application/json" : "application/octet-stream";
  try {
    const response = await fetch(`/j/test/${way}`, {
      method: "POST",
      headers: { [HEADER]: pass, "Content-Type": type, Accept: "application/json" },
      body: body === null ? JSON.stringify({ size }) : new Blob(Array.from({ length: Math.ceil(size / body.length) }, () => body)).slice(0, size),
      credentials: "omit",
      cache: "no-store",
      signal,
    });
    if (!response.ok) return "refused";
    await response.arrayBuffer();
    return performance.now() - began;
  } catch {
    return "late";
  }
}

/** @param {AbortSignal} signal @param {number} milliseconds @returns {AbortSignal} aborted by either */
function within(signal, milliseconds) {
  const both = new AbortController(); // AbortSignal.any is younger than many phones
  const timer = setTimeout(() => both.abort(), milliseconds);
  signal.addEventListener("abort", () => {
    clearTimeout(timer);
    both.abort();
  }, { once: true });
  return both.signal;
}
