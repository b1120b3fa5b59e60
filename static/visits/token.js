/** Reads the token out of a personal link (pure). */

/**
 * @param {string} text a fragment such as "#t=…" or a whole link as copied from a message
 * @returns {string} the token (base64url, 20 to 100 characters), empty when there is none
 */
export function tokenOf(text) {
  const found = /(?:^|[#&])t=([A-Za-z0-9_-]{20,100})(?:&|$)/.exec(text.trim());
  return found?.[1] ?? "";
}
