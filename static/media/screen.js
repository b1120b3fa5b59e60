/**
 * Holds what this device shares of its screen: asking the browser for it, and its end.
 *
 * The browser asks its owner what to share and shows that it is shared; its own stop button ends the
 * track. Text has to stay readable: few frames, each of them sharp; where something moves, the person
 * may choose the opposite.
 */
import { causeOf } from "./causes.js";

/** Frames per second: a page that is read, and a picture that moves. */
const CALM = 5;
const MOVING = 15;
/** The largest that is sent; what is larger is made smaller by the browser, keeping its shape. */
const LARGEST = { width: { max: 2560 }, height: { max: 1600 } };

/** @typedef {"monitor" | "window" | "browser"} Surface the whole screen, a window, or a tab */

/** Fires `changed` when another screen, or none, is shared, and `over` when the browser ended it. */
export class Screen extends EventTarget {
  /** What is sent now. @type {MediaStreamTrack | null} */
  track = null;
  /** Whether it moves, so that frames count more than sharpness. */
  moves = false;
  /** Why the browser gave nothing when it was asked last. @type {import("./causes.js").Cause | null} */
  cause = null;

  /** @returns {boolean} whether this browser can share a screen; those of phones cannot */
  static get able() {
    return typeof navigator.mediaDevices?.getDisplayMedia === "function";
  }

  /**
   * Asks what to share; call it from a press. Nothing is sent by it.
   * @returns {Promise<MediaStreamTrack | null>} null when the person thought better of it; see `cause`
   */
  async choose() {
    this.cause = null;
    try {
      const stream = await navigator.mediaDevices.getDisplayMedia(/** @type {DisplayMediaStreamOptions} */ ({
        video: { ...LARGEST, frameRate: { max: MOVING } },
        audio: false,
        // This page in itself would be seen as a tunnel of pictures.
        selfBrowserSurface: "exclude",
        surfaceSwitching: "include",
      }));
      return stream.getVideoTracks()[0] ?? null;
    } catch (error) {
      this.cause = causeOf(error);
      return null;
    }
  }

  /**
   * Sends what was chosen, from now on.
   * @param {MediaStreamTrack} track
   * @param {boolean} moves
   */
  async begin(track, moves) {
    await suit(track, moves);
    if (this.track !== track) this.#drop();
    this.track = track;
    this.moves = moves;
    track.addEventListener("ended", this.#ended);
    this.dispatchEvent(new Event("changed"));
    if (track.readyState === "ended") this.#ended();
  }

  /** Shares nothing any more. */
  stop() {
    if (this.track === null) return;
    this.#drop();
    this.dispatchEvent(new Event("changed"));
  }

  #ended = () => {
    this.stop();
    this.dispatchEvent(new Event("over"));
  };

  #drop() {
    this.track?.removeEventListener("ended", this.#ended);
    this.track?.stop();
    this.track = null;
  }
}

/** @param {MediaStreamTrack} track @returns {Surface} what it shows, as far as the browser tells */
export function surfaceOf(track) {
  const { displaySurface } = /** @type {{displaySurface?: Surface}} */ (track.getSettings());
  return displaySurface ?? "monitor";
}

/**
 * @param {MediaStreamTrack} track
 * @param {boolean} moves
 */
async function suit(track, moves) {
  track.contentHint = moves ? "motion" : "detail";
  // A browser that cannot is left as it is: the sender holds the frames back, too.
  await track.applyConstraints({ ...LARGEST, frameRate: { max: moves ? MOVING : CALM } }).catch(() => undefined);
}

/**
 * How a screen begins to be sent: in its own size always, at most so many frames and bits per second.
 * @param {boolean} moves
 * @returns {RTCRtpEncodingParameters}
 */
export function encodingOf(moves) {
  return { active: true, maxBitrate: 1_500_000, maxFramerate: moves ? MOVING : CALM, scaleResolutionDownBy: 1 };
}
