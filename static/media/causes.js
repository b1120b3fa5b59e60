/** Names why a camera or microphone is not there, from what the browser tells. */

/**
 * `denied` the person said no to this page for good · `once` said no this time · `dismissed` closed
 * the question without an answer ·
 * `system` the device itself forbids the browser · `in_use` another program holds it ·
 * `none` nothing is connected · `insecure` the page is not served over HTTPS · `unsupported` the
 * browser gives pages no devices, as those inside of messengers · `lost` it went away while in use · `unknown` the browser gave no reason we know.
 * @typedef {"denied" | "once" | "dismissed" | "system" | "in_use" | "none" | "insecure" | "unsupported" | "lost" | "unknown"} Cause
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

/**
 * Which "no" it was, from what the browser says afterwards: browsers refuse all kinds alike.
 * @param {Cause} cause of the refusal itself
 * @param {PermissionState | "unknown"} state of the permission right after it
 * @returns {Cause}
 */
export function refusedBy(cause, state) {
  if (cause !== "denied") return cause;
  // The page may, and still was refused: the phone or computer keeps it from the browser.
  if (state === "granted") return "system";
  return state === "prompt" ? "once" : "denied";
}
