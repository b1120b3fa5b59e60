/** Shows the own picture in a video element, and follows changes of the camera. */

/**
 * @param {HTMLVideoElement} element
 * @param {import("./devices.js").Devices} devices
 * @returns {() => void} ends it
 */
export function preview(element, devices) {
  element.muted = true;
  const show = () => {
    const shown = /** @type {MediaStream | null} */ (element.srcObject)?.getVideoTracks()[0] ?? null;
    if (shown === devices.video) return;
    element.srcObject = devices.video === null ? null : new MediaStream([devices.video]);
  };
  devices.addEventListener("changed", show);
  show();
  return () => {
    devices.removeEventListener("changed", show);
    element.srcObject = null;
  };
}
