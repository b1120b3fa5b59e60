/** Says in a call what is the matter with the own camera or microphone, and what to do (pure). */
import { _ } from "../live/words.js";

/**
 * @typedef {"microphone" | "camera"} Kind
 * @typedef {{
 *   causes: Record<Kind, import("../media/causes.js").Cause | null>,
 *   wants: (kind: Kind) => boolean,
 *   stopped: Record<Kind, boolean>,
 *   talking: boolean,
 *   news: import("../media/plugs.js").PlugNews | null,
 * }} Own `stopped` by device or system though it is on, `talking` while muted, `news` of what was plugged in or out
 */

/**
 * @param {Own} own
 * @returns {string} the most urgent matter; empty when all is as the person wants it
 */
export function ownWords({ causes, wants, stopped, talking, news }) {
  if (causes.microphone !== null && wants("microphone")) return unheard(causes.microphone);
  if (stopped.microphone) return _("Your device or your headset has muted the microphone. Turn it on there to be heard.");
  if (talking) return _("You are muted. Press “Unmute” to be heard.");
  if (causes.camera !== null && wants("camera")) return unseen(causes.camera);
  if (stopped.camera) return _("Your device gives no picture now. Is the camera covered or switched off? You can go on talking.");
  return news === null ? "" : plugged(news);
}

/** @param {import("../media/causes.js").Cause} cause @returns {string} */
function unheard(cause) {
  switch (cause) {
    case "in_use":
      return _("We can’t hear you yet. Another app may be using the microphone. Close it, then press “Unmute”.");
    case "lost":
      return _("Your microphone went away. Plug it in again, or press “Unmute” to use another one.");
    case "none":
      return _("We don’t find a microphone. You can listen and write in the chat.");
    default:
      return _("We can’t hear you yet. Allow the microphone in your browser, then press “Unmute”.");
  }
}

/** @param {import("../media/causes.js").Cause} cause @returns {string} */
function unseen(cause) {
  switch (cause) {
    case "in_use":
      return _("We can’t see you yet. Another app may be using the camera. Close it, then turn the camera on.");
    case "lost":
      return _("Your camera went away. Plug it in again, or turn on another one. You can go on talking.");
    case "none":
      return _("We don’t find a camera. You can talk, and see the others.");
    default:
      return _("We can’t see you yet. You can talk. To be seen, allow the camera in your browser and turn it on.");
  }
}

/** @param {import("../media/plugs.js").PlugNews} news @returns {string} */
function plugged({ kind, change, label }) {
  if (kind === "speaker") {
    return change === "back"
      ? _("Your loudspeaker is back: {label}.", { label })
      : _("Your loudspeaker went away. You hear the others through another one now.");
  }
  const heard = kind === "microphone";
  switch (change) {
    case "instead":
      return heard
        ? _("Your microphone went away. You are heard through another one now: {label}.", { label })
        : _("Your camera went away. You are seen through another one now: {label}.", { label });
    case "back":
      return heard
        ? _("Your microphone is back: {label}.", { label })
        : _("Your camera is back: {label}.", { label });
    default:
      return heard
        ? _("A microphone was plugged in: {label}. To use it, choose it under “More”, “Settings”.", { label })
        : _("A camera was plugged in: {label}. To use it, choose it under “More”, “Settings”.", { label });
  }
}
