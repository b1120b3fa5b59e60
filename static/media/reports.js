/** Reads what a browser counts of a connection, camera and voice apart from shared screens (pure). */

/**
 * Leaves out what tells of shared screens: they have few frames and stand still by nature, which in a
 * camera would be a fault. What tells of no track, as of the way itself, stays.
 * @param {RTCStatsReport} reports
 * @param {ReadonlySet<string>} screens identifiers of their tracks
 * @returns {import("./engine.js").Reports}
 */
export function withoutScreens(reports, screens) {
  const all = /** @type {Map<string, any>} */ (/** @type {unknown} */ (reports));
  const sources = new Set([...all.values()].filter((one) => screens.has(one.trackIdentifier)).map((one) => one.id));
  return new Map([...all].filter(([, one]) => !screens.has(one.trackIdentifier) && !sources.has(one.mediaSourceId)));
}
