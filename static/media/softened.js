/**
 * Softens a camera's whole picture until only shapes and movement are left, without a model of people.
 *
 * Each frame is drawn very small and then large again. The browser's smoothing does the rest, so it
 * costs little on every device, and nothing of the room or of the face comes out of it.
 */

/** Frames per second that are drawn; a picture without detail needs no more. */
export const SOFT_RATE = 15;
/** Pixels of the small picture, of which nobody is known again. */
const SMALL = { width: 32, height: 18 };

export class Softened {
  /** What is sent in place of the camera. @type {MediaStreamTrack} */
  track;
  /** Frames drawn so far, and milliseconds they took together. */
  drawn = { frames: 0, time: 0 };
  #video = document.createElement("video");
  #small = document.createElement("canvas");
  #large = document.createElement("canvas");
  #clock;

  /** @param {MediaStreamTrack} camera stays the caller's to stop */
  constructor(camera) {
    const { width = 640, height = 360 } = camera.getSettings();
    Object.assign(this.#small, SMALL);
    Object.assign(this.#large, { width, height });
    this.#video.muted = true;
    this.#video.playsInline = true;
    this.#video.srcObject = new MediaStream([camera]);
    void this.#video.play().catch(() => undefined);
    brushOf(this.#large); // a canvas without one gives no track in Firefox
    this.track = /** @type {MediaStreamTrack} */ (this.#large.captureStream(SOFT_RATE).getVideoTracks()[0]);
    this.#clock = setInterval(() => this.#draw(), 1000 / SOFT_RATE);
  }

  stop() {
    clearInterval(this.#clock);
    this.#video.srcObject = null;
    this.track.stop();
  }

  #draw() {
    if (this.#video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return;
    const began = performance.now();
    brushOf(this.#small).drawImage(this.#video, 0, 0, SMALL.width, SMALL.height);
    brushOf(this.#large).drawImage(this.#small, 0, 0, this.#large.width, this.#large.height);
    this.drawn = { frames: this.drawn.frames + 1, time: this.drawn.time + performance.now() - began };
  }
}

/** @param {HTMLCanvasElement} canvas @returns {CanvasRenderingContext2D} */
function brushOf(canvas) {
  const brush = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { alpha: false }));
  brush.imageSmoothingEnabled = true;
  brush.imageSmoothingQuality = "high";
  return brush;
}
