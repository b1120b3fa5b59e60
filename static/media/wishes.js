/** What the browser is asked for when a camera or microphone is opened (pure). */

/** The measured load of one publisher is 640x360; the browser shrinks it further when the line is weak. */
const PICTURE = { width: { ideal: 640 }, height: { ideal: 360 }, frameRate: { ideal: 30, max: 30 } };
const VOICE = { echoCancellation: true, autoGainControl: true };

/**
 * @param {string} id of the chosen microphone, empty for the browser's choice
 * @param {boolean} quiet whether what is no voice is taken out
 * @returns {MediaTrackConstraints}
 */
export function voiceWish(id, quiet) {
  return { ...VOICE, noiseSuppression: quiet, ...chosen(id) };
}

/**
 * @param {string} id of the chosen camera, empty for the one that looks at the person
 * @param {import("./choice.js").Look} look
 * @param {"user" | "environment" | null} [facing] which way another camera of this phone has to look
 * @returns {MediaTrackConstraints}
 */
export function pictureWish(id, look, facing = null) {
  const which = facing === null ? chosen(id, { facingMode: "user" }) : { facingMode: { ideal: facing } };
  return { ...PICTURE, ...(look === "blur" ? { backgroundBlur: true } : {}), ...which };
}

/** @param {string} id @param {MediaTrackConstraints} [otherwise] @returns {MediaTrackConstraints} */
function chosen(id, otherwise = {}) {
  return id === "" ? otherwise : { deviceId: { ideal: id } };
}
