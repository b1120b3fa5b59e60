/** Says in a call what is the matter with the own camera or microphone, and what to do (pure). */
import { _ } from "../live/words.js";

/**
 * @param {{
 *   causes: Record<"microphone" | "camera", import("../media/causes.js").Cause | null>,
 *   wants: (kind: "microphone" | "camera") => boolean,
 * }} devices
 * @returns {string} empty when both are as the person wants them
 */
export function ownWords({ causes, wants }) {
  if (causes.microphone !== null && wants("microphone")) {
    return causes.microphone === "in_use"
      ? _("We can’t hear you yet. Another app may be using the microphone. Close it, then press “Unmute”.")
      : _("We can’t hear you yet. Allow the microphone in your browser, then press “Unmute”.");
  }
  if (causes.camera !== null && wants("camera")) {
    return causes.camera === "in_use"
      ? _("We can’t see you yet. Another app may be using the camera. Close it, then turn the camera on.")
      : _("We can’t see you yet. You can talk. To be seen, allow the camera in your browser and turn it on.");
  }
  return "";
}
