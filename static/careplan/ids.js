/** Makes names for what is new: nobody asks the server before writing the first word. */

const LETTERS = "0123456789abcdefghijklmnopqrstuvwxyz";

/** @returns {string} 20 letters and digits by chance: about 100 bits */
export function newId() {
  return [...crypto.getRandomValues(new Uint8Array(20))].map((one) => LETTERS[one % 36]).join("");
}
