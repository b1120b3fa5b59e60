/** Names why a camera or microphone is not there, from what the browser tells. */

/**
 * `denied` the person said no to this page · `dismissed` closed the question without an answer ·
 * `system` the device itself forbids the browser · `in_use` another program holds it ·
 * `none` nothing is connected · `insecure` the page is not served over HTTPS · `lost` it went away
 * while in use · `unknown` the browser gave no reason we know.
 * @typedef {"denied" | "dismissed" | "system" | "in_use" | "none" | "insecure" | "lost" | "unknown"} Cause
 */

/**
 * The cause behind an error of getUserMedia (Media Capture and Streams, §10.2; Chromium tells system
 * denial and dismissal only in the message).
 * @param {unknown} error
 * @returns {Cause}
 */
export function causeOf(error) {
  const { name, message } = /** @type {{name?: string, message?: string}} */ (error ?? {});
  const words = (message ?? "").toLowerCase();
  switch (name) {
    case "NotAllowedError":
    case "SecurityError":
      if (words.includes("system")) return "system";
      if (words.includes("dismissed")) return "dismissed";
      return "denied";
    case "NotReadableError":
    case "AbortError":
    case "TrackStartError":
      return "in_use";
    case "NotFoundError":
    case "DevicesNotFoundError":
    case "OverconstrainedError":
      return "none";
    case "TypeError":
      return "insecure";
    default:
      return "unknown";
  }
}
