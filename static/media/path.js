/** Says from what the browser counts whether a call goes the direct way (pure). */

/**
 * @param {import("./engine.js").MediaReports} reports
 * @returns {boolean} whether a connection goes through the relay, because the network blocks UDP
 */
export function relayed({ up, down }) {
  return [up, down].some((reports) => reports !== null && throughRelay(reports));
}

/** @param {RTCStatsReport} reports of one connection */
function throughRelay(reports) {
  const all = /** @type {any[]} */ ([...reports.values()]);
  const chosen = new Set(all.map((one) => one.type === "transport" && one.selectedCandidatePairId));
  // Firefox marks the pair itself instead of naming it in the transport.
  const pairs = all.filter((one) => one.type === "candidate-pair" && (chosen.has(one.id) || one.selected));
  return pairs.some((pair) => reports.get(pair.localCandidateId)?.candidateType === "relay");
}
