/** Reads from the browser's statistics what the server keeps of a connection: sums, no address (pure). */

/**
 * Counters since the connections stand, of all streams together; times in milliseconds. `watched` is
 * how long pictures were to be seen, `frozen` how long of it they stood still, `heard` how much sound
 * was played, `concealed` how much of it was made up. `height` and `frames_per_second` are those of
 * the largest picture.
 * @typedef {{
 *   freezes: number, frozen: number, watched: number, heard: number, concealed: number,
 *   height: number, frames_per_second: number, codecs: string[],
 *   path: "" | "host" | "relay", protocol: "" | "udp" | "tcp" | "tls",
 * }} Counts
 */

/** What the server knows by name; the mime types of repair streams are no codecs. */
const CODECS = ["opus", "red", "VP8", "VP9", "H264", "AV1"];
/** Samples per millisecond that browsers decode sound to. */
const SAMPLES = 48;

/**
 * @param {import("./engine.js").MediaReports} reports
 * @returns {Counts}
 */
export function counts({ up, down }) {
  /** @type {Counts} */
  const told = {
    freezes: 0, frozen: 0, watched: 0, heard: 0, concealed: 0,
    height: 0, frames_per_second: 0, codecs: [], ...way(up ?? down),
  };
  const codecs = new Set();
  for (const reports of [up, down]) {
    reports?.forEach((report) => {
      if (report.type !== "inbound-rtp" && report.type !== "outbound-rtp") return;
      codecs.add(reports.get(report.codecId)?.mimeType?.split("/")[1]);
    });
  }
  down?.forEach((report) => {
    if (report.type !== "inbound-rtp") return;
    if (report.kind === "audio") hear(told, report);
    else watch(told, report);
  });
  told.codecs = CODECS.filter((name) => codecs.has(name));
  for (const name of /** @type {const} */ (["frozen", "watched", "heard", "concealed", "frames_per_second"])) {
    told[name] = Math.max(0, Math.round(told[name]));
  }
  return told;
}

/** @param {Counts} told @param {any} report */
function hear(told, report) {
  told.heard += (report.totalSamplesReceived ?? 0) / SAMPLES;
  // What stands for silence that was never sent is no loss.
  told.concealed += ((report.concealedSamples ?? 0) - (report.silentConcealedSamples ?? 0)) / SAMPLES;
}

/** @param {Counts} told @param {any} report */
function watch(told, report) {
  told.freezes += report.freezeCount ?? 0;
  told.frozen += (report.totalFreezesDuration ?? 0) * 1000;
  told.watched += (report.totalInterFrameDelay ?? 0) * 1000;
  if ((report.frameHeight ?? 0) <= told.height) return;
  told.height = report.frameHeight;
  told.frames_per_second = report.framesPerSecond ?? 0;
}

/**
 * @param {import("./engine.js").Reports | null} reports
 * @returns {{path: Counts["path"], protocol: Counts["protocol"]}} how the chosen way goes
 */
function way(reports) {
  /** @type {any} */
  let chosen = null;
  reports?.forEach((report) => {
    if (report.type === "transport" && report.selectedCandidatePairId) chosen = reports.get(report.selectedCandidatePairId);
    if (report.type === "candidate-pair" && report.selected) chosen ??= report; // Firefox names it there
  });
  const local = chosen === null ? undefined : reports?.get(chosen.localCandidateId);
  if (local === undefined) return { path: "", protocol: "" };
  if (local.candidateType === "relay") return { path: "relay", protocol: known(local.relayProtocol ?? local.protocol) };
  return { path: "host", protocol: known(local.protocol) };
}

/** @param {string | undefined} name @returns {Counts["protocol"]} */
function known(name) {
  return name === "udp" || name === "tcp" || name === "tls" ? name : "";
}
