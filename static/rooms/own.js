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
    switch (causes.microphone) {
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
  if (causes.camera !== null && wants("camera")) {
    switch (causes.camera) {
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
  return "";
}
