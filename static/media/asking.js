/** Asks the browser for a microphone and a camera, together where it can be, and says why one is not there. */
import { causeOf, refusedBy } from "./causes.js";
import { bothDenied, permission } from "./permission.js";

/**
 * @typedef {{tracks: MediaStreamTrack[], causes: Partial<Record<import("./choice.js").DeviceKind, import("./causes.js").Cause>>}} Given
 *   `causes` names those that were asked for in vain
 */

/**
 * @param {MediaTrackConstraints | null} audio null where no microphone is asked for
 * @param {MediaTrackConstraints | null} video
 * @returns {Promise<Given>} it may have made the browser ask; never throws
 */
export async function ask(audio, video) {
  if (!navigator.mediaDevices) {
    return { tracks: [], causes: causesOf(audio, video, globalThis.isSecureContext ? "unsupported" : "insecure") };
  }
  const { settled, ...given } = await attempt(audio, video);
  if (settled || audio === null || video === null) return given;
  const [voice, picture] = [await attempt(audio, null), await attempt(null, video)];
  return { tracks: [...voice.tracks, ...picture.tracks], causes: { ...voice.causes, ...picture.causes } };
}

/**
 * @param {MediaTrackConstraints | null} audio
 * @param {MediaTrackConstraints | null} video
 * @returns {Promise<Given & {settled: boolean}>} whether no part needs to be asked for alone
 */
async function attempt(audio, video) {
  try {
    const stream = await given(audio, video);
    return { tracks: stream.getTracks(), causes: {}, settled: true };
  } catch (error) {
    const cause = causeOf(error);
    const causes = causesOf(audio, video, cause);
    for (const kind of /** @type {("microphone" | "camera")[]} */ (Object.keys(causes))) {
      causes[kind] = refusedBy(cause, await permission(kind));
    }
    // Asking for one alone would only repeat a question that was closed, or one that both lost.
    const passing = Object.values(causes).every((one) => one === "once" || one === "dismissed");
    return { tracks: [], causes, settled: passing || cause === "dismissed" || (await bothDenied()) };
  }
}

/**
 * The chosen devices and no others, which some browsers take for a mere wish; others where they are gone.
 * @param {MediaTrackConstraints | null} audio
 * @param {MediaTrackConstraints | null} video
 */
async function given(audio, video) {
  try {
    return await navigator.mediaDevices.getUserMedia({ audio: firm(audio), video: firm(video) });
  } catch (error) {
    if (/** @type {Error} */ (error).name !== "OverconstrainedError") throw error;
    return navigator.mediaDevices.getUserMedia({ audio: audio ?? false, video: video ?? false });
  }
}

/** @param {MediaTrackConstraints | null} wish @returns {MediaTrackConstraints | false} */
function firm(wish) {
  const { ideal } = /** @type {{ideal?: string}} */ (wish?.deviceId ?? {});
  return wish === null ? false : { ...wish, ...(ideal === undefined ? {} : { deviceId: { exact: ideal } }) };
}

/**
 * @param {unknown} audio
 * @param {unknown} video
 * @param {import("./causes.js").Cause} cause
 * @returns {Given["causes"]}
 */
function causesOf(audio, video, cause) {
  return { ...(audio === null ? {} : { microphone: cause }), ...(video === null ? {} : { camera: cause }) };
}
