/** An open camera, and what is sent of it: its picture as it is, or softened. */
import { Softened } from "./softened.js";

export class Camera {
  /** What the device gives. @type {MediaStreamTrack | null} */
  raw = null;
  /** While its picture is softened. @type {Softened | null} */
  softened = null;

  /** @returns {MediaStreamTrack | null} what is sent */
  get track() {
    return this.softened?.track ?? this.raw;
  }

  /** @returns {boolean} whether its driver can blur what is behind a person (Media Capture Extensions) */
  get blurs() {
    return (this.raw?.getCapabilities?.().backgroundBlur ?? []).includes(true);
  }

  /** @returns {string} which way it looks, on devices with one for each side; empty elsewhere */
  get facing() {
    return this.raw?.getSettings().facingMode ?? "";
  }

  /** @param {MediaStreamTrack} raw @param {import("./choice.js").Look} look how it is to be sent */
  show(raw, look) {
    this.softened?.stop();
    this.softened = look === "soft" ? new Softened(raw) : null;
    this.raw = raw;
  }

  drop() {
    this.softened?.stop();
    this.raw?.stop();
    this.softened = this.raw = null;
  }
}
