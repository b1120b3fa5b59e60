/** Seals what is kept in this browser with a key that only the server can give back to this person. */

const SALT = 16;
const NONCE = 12;

/** @returns {Uint8Array<ArrayBuffer>} what makes the key this device's */
export function newSalt() {
  return crypto.getRandomValues(new Uint8Array(SALT));
}

/**
 * @param {Uint8Array<ArrayBuffer>} secret of this person, from the server
 * @param {Uint8Array<ArrayBuffer>} salt of this device
 * @returns {Promise<CryptoKey>} for AES-GCM; it cannot be read out of the browser
 */
export async function keyOf(secret, salt) {
  const base = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveKey"]);
  const info = new TextEncoder().encode("rounds plan outbox");
  return crypto.subtle.deriveKey(
    { name: "HKDF", hash: "SHA-256", salt, info }, base, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"],
  );
}

/** @param {CryptoKey} key @param {unknown} value @returns {Promise<Uint8Array<ArrayBuffer>>} nonce and sealed JSON */
export async function seal(key, value) {
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE));
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce }, key, new TextEncoder().encode(JSON.stringify(value)));
  const whole = new Uint8Array(NONCE + sealed.byteLength);
  whole.set(nonce);
  whole.set(new Uint8Array(sealed), NONCE);
  return whole;
}

/** @param {CryptoKey} key @param {Uint8Array<ArrayBuffer>} whole @returns {Promise<any>} null when it is another's or damaged */
export async function unseal(key, whole) {
  try {
    const clear = await crypto.subtle.decrypt({ name: "AES-GCM", iv: whole.slice(0, NONCE) }, key, whole.slice(NONCE));
    return JSON.parse(new TextDecoder().decode(clear));
  } catch {
    return null;
  }
}
