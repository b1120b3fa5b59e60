/** What a new item begins with: a name, and a key that puts it in order. */

const DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz";

/** @returns {string} 20 letters and digits by chance, about 100 bits: nobody asks the server for a name */
export function newId() {
  return [...crypto.getRandomValues(new Uint8Array(20))].map((one) => DIGITS[one % 36]).join("");
}

/** Longer ones the server does not take; then the items must be numbered anew. */
export const LONGEST = 32;

/**
 * Makes a key; one can always be made between two others.
 *
 * A key is a fraction written with the digits 0–9a–z after the point; it never ends in 0, so nothing
 * is between a key and itself with a zero behind.
 * @param {string} before the key it comes after, "" for the first place
 * @param {string} after the key it comes before, "" for the last place
 * @returns {string} a key between them
 */
export function between(before, after) {
  let key = "";
  // Two who added at once may have made equal keys: then nothing is between them.
  if (before >= after) after = "";
  let free = after === "";
  for (let at = 0; ; at += 1) {
    const low = DIGITS.indexOf(before[at] ?? "0");
    const high = free ? DIGITS.length : DIGITS.indexOf(after[at] ?? "0");
    if (high - low > 1) {
      // At the end a small step leaves room for many more behind it.
      const step = after === "" ? Math.min(2, high - low - 1) : Math.floor((high - low) / 2);
      return key + DIGITS[low + step];
    }
    key += DIGITS[low];
    if (high - low === 1) free = true;
  }
}
