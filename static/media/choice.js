/** Remembers in this browser which camera, microphone and loudspeaker were chosen, and how they are used. */

/**
 * @typedef {"microphone" | "camera"} DeviceKind
 * @typedef {"plain" | "blur" | "soft"} Look how the camera's picture is sent: as it is, with the room behind
 *   blurred by the browser, or softened as a whole
 * @typedef {{wanted: boolean, on: boolean, id: string, look: Look}} DeviceChoice `look` of cameras only
 * @typedef {Partial<Record<DeviceKind | "speaker", string>> & {noise?: "as it is"}} Chosen
 */

/** Where this browser keeps which camera and microphone were chosen, whatever the visit. */
const CHOSEN = "rounds.chosen";

/** @param {DeviceKind | "speaker"} kind @param {string} id to begin with at the next visit, too */
export function choose(kind, id) {
  keep({ [kind]: id });
}

/** @returns {string} id of the loudspeaker, empty for the browser's own choice */
export function chosenSpeaker() {
  return chosenBefore().speaker ?? "";
}

/** @returns {boolean} whether what is no voice is to be taken out of the sound; so unless somebody said otherwise */
export function noiseIsUnwanted() {
  return chosenBefore().noise !== "as it is";
}

/** @param {boolean} unwanted */
export function wantNoiseOut(unwanted) {
  const { noise: _before, ...rest } = chosenBefore();
  localStorage.setItem(CHOSEN, JSON.stringify(unwanted ? rest : { ...rest, noise: "as it is" }));
}

/** @param {string} key of one visit @returns {Record<DeviceKind, DeviceChoice>} */
export function remembered(key) {
  const before = chosenBefore();
  const fresh = (/** @type {DeviceKind} */ kind) =>
    /** @type {DeviceChoice} */ ({ wanted: true, on: true, id: before[kind] ?? "", look: "plain" });
  try {
    const kept = JSON.parse(localStorage.getItem(key) ?? "{}");
    return { microphone: { ...fresh("microphone"), ...kept.microphone }, camera: { ...fresh("camera"), ...kept.camera } };
  } catch {
    return { microphone: fresh("microphone"), camera: fresh("camera") };
  }
}

/** @param {Chosen} more */
function keep(more) {
  localStorage.setItem(CHOSEN, JSON.stringify({ ...chosenBefore(), ...more }));
}

/** @returns {Chosen} */
function chosenBefore() {
  try {
    return JSON.parse(localStorage.getItem(CHOSEN) ?? "{}") ?? {};
  } catch {
    return {};
  }
}
