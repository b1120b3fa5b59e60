/** Says from what the browser counts whether a call goes the direct way (pure). */

/**
 * @param {import("./engine.js").MediaReports} reports
 * @returns {boolean} whether a connection goes through the relay or by TCP, because UDP is blocked
 */
export function relayed({ up, down }) {
  return [up, down].some((reports) => reports !== null && goesAround(reports));
}

/** @param {import("./engine.js").Reports} reports of one connection */
function goesAround(reports) {
  const all = /** @type {any[]} */ ([...reports.values()]);
  const chosen = new Set(all.map((one) => one.type === "transport" && one.selectedCandidatePairId));
  // Firefox marks the pair itself instead of naming it in the transport.
  const pairs = all.filter((one) => one.type === "candidate-pair" && (chosen.has(one.id) || one.selected));
  const ours = pairs.map((pair) => reports.get(pair.localCandidateId));
  return ours.some((one) => one?.candidateType === "relay" || one?.protocol === "tcp");
}
