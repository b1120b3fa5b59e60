/** Remembers when a visit's link was tapped, so that the way from there to the first voice can be measured. */

const PLACE = "rounds.tapped";

/**
 * Called on the link's page, before it leads on.
 * @param {string} path of the visit's page
 */
export function rememberTap(path) {
  try {
    sessionStorage.setItem(PLACE, JSON.stringify({ path, at: Math.round(performance.timeOrigin) }));
  } catch {
    // a browser that keeps nothing for pages: then it is not measured
  }
}

/** @returns {number | null} milliseconds since the link to this page was tapped; told once */
export function takeTap() {
  try {
    const { path, at } = JSON.parse(sessionStorage.getItem(PLACE) ?? "{}");
    sessionStorage.removeItem(PLACE);
    const since = Date.now() - at;
    return path === location.pathname && Number.isFinite(since) && since >= 0 ? Math.round(since) : null;
  } catch {
    return null;
  }
}
