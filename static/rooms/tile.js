/** One participant's tile: picture and sound in one video element, the face while there is no picture. */
import { hushed } from "../live/sound.js";
import { faceOf } from "./people.js";

/** Milliseconds a still picture may stand until new tracks bring their first packet. */
const PATIENCE = 4000;
/** Milliseconds of silence through which somebody still speaks. */
const PAUSE = 600;

/**
 * Fires `first-frame` with the first decoded frame and `silenced` when the browser will not play
 * sound before the page is touched.
 */
export class Tile extends EventTarget {
  element;
  #video;
  #off;
  #name;
  #note;
  #own;
  #muted;
  #face = "";
  /** When their voice last sounded. */
  #heard = -PAUSE;
  /** What the video element plays now. @type {(MediaStreamTrack | undefined)[]} */
  #shown = [];
  /** Tracks that wait for their first packet. @type {{tracks: (MediaStreamTrack | undefined)[], over: AbortController} | null} */
  #pending = null;

  /**
   * @param {DocumentFragment} fragment a clone of the tile's template
   * @param {boolean} own whether it is the person's own picture, which makes no sound
   */
  constructor(fragment, own) {
    super();
    const find = (/** @type {string} */ name) => /** @type {HTMLElement} */ (fragment.querySelector(name));
    this.element = find(".tile");
    this.#video = /** @type {HTMLVideoElement} */ (find("video"));
    this.#off = find(".tile__off");
    this.#name = find("[data-part=name]");
    this.#note = find(".tile__note");
    this.#muted = find("[data-part=muted]");
    this.#own = own;
    this.#video.muted = own || hushed();
    document.addEventListener("rounds-hush", this.#hush);
    this.element.classList.toggle("tile--self", own);
    this.#countFrames();
  }

  #hush = () => {
    if (!this.#own) this.#video.muted = hushed();
  };

  /**
   * @param {import("./state.js").Person} person
   * @param {string} caption what stands in the corner, "You" for the own tile
   * @param {import("./others.js").Note | null} note what is the matter with this person's media
   * @param {boolean} rests whether the picture is not sent to us now
   */
  show(person, caption, note, rests) {
    this.element.dataset["seat"] = person.seat;
    this.element.setAttribute("aria-label", person.name);
    const seen = person.camera && this.#shown[1] !== undefined && !rests;
    this.element.toggleAttribute("data-video", seen);
    this.#video.style.visibility = seen ? "" : "hidden"; // a last picture must not stay; the sound goes on
    this.element.toggleAttribute("data-away", !person.present && !this.#own);
    this.#muted.toggleAttribute("hidden", person.microphone);
    if (this.#name.textContent !== caption) this.#name.textContent = caption;
    this.#tell(note ?? { sign: "", words: "", consequence: "" });
    if (this.#face !== `${person.name}|${person.face}`) {
      this.#face = `${person.name}|${person.face}`;
      this.#off.replaceChildren(faceOf(person));
    }
  }

  /** @param {import("./others.js").Note} note */
  #tell({ sign, words, consequence }) {
    this.#note.hidden = words === "";
    for (const icon of this.#note.querySelectorAll("[data-note]")) {
      icon.toggleAttribute("hidden", icon.getAttribute("data-note") !== sign);
    }
    for (const [part, text] of [["said", words], ["consequence", consequence]]) {
      const element = this.#note.querySelector(`[data-part=${part}]`);
      if (element && element.textContent !== text) element.textContent = text ?? "";
    }
  }

  /**
   * Plays these tracks. Whatever plays now stays until the new tracks bring a packet.
   * @param {MediaStreamTrack | undefined} audio
   * @param {MediaStreamTrack | undefined} video
   */
  play(audio, video) {
    const wanted = [audio, video];
    if (same(wanted, this.#pending?.tracks ?? this.#shown)) return;
    this.#forget();
    const incoming = wanted.filter((track) => track?.muted && !this.#shown.includes(track));
    if (this.#own || this.#video.srcObject === null || incoming.length === 0) {
      this.#switch(wanted);
      return;
    }
    const over = new AbortController();
    this.#pending = { tracks: wanted, over };
    const arrived = () => {
      this.#forget();
      this.#switch(wanted);
    };
    const timer = setTimeout(arrived, PATIENCE);
    over.signal.addEventListener("abort", () => clearTimeout(timer));
    for (const track of incoming) track?.addEventListener("unmute", arrived, { signal: over.signal });
  }

  /** @returns {MediaStreamTrack | null} the picture that is to be seen now */
  get picture() {
    return this.element.hasAttribute("data-video") ? (this.#shown[1] ?? null) : null;
  }

  /** @returns {HTMLVideoElement} */
  get video() {
    return this.#video;
  }

  /** @returns {number} device pixels that the shorter side of a 16:9 picture has here */
  get height() {
    const { clientWidth, clientHeight } = this.#video;
    return Math.round(Math.max(clientHeight, (clientWidth * 9) / 16) * devicePixelRatio);
  }

  /** Starts the sound that the browser held back; call it from a gesture. */
  async unsilence() {
    this.#video.muted = this.#own;
    await this.#start();
  }

  /** Plays on what the browser stopped while nobody looked at the page. */
  goOn() {
    if (this.#video.paused && this.#video.srcObject !== null) void this.#start();
  }

  /** Marks the tile while a voice sounds and through the pauses between words. @param {boolean} voice */
  hear(voice) {
    const now = performance.now();
    if (voice) this.#heard = now;
    this.element.toggleAttribute("data-speaks", now - this.#heard < PAUSE);
  }

  remove() {
    this.#forget();
    this.#video.srcObject = null;
    this.element.remove();
  }

  #forget() {
    this.#pending?.over.abort();
    this.#pending = null;
  }

  /** @param {(MediaStreamTrack | undefined)[]} tracks */
  #switch(tracks) {
    this.#shown = tracks;
    const present = tracks.filter((track) => track !== undefined);
    this.#video.srcObject = present.length === 0 ? null : new MediaStream(present);
    if (present.length > 0) void this.#start();
    this.dispatchEvent(new Event("switched"));
  }

  async #start() {
    try {
      await this.#video.play();
    } catch (error) {
      if (/** @type {Error} */ (error).name !== "NotAllowedError" || this.#own) return;
      this.#video.muted = true; // the picture at least; the sound waits for a touch
      this.dispatchEvent(new Event("silenced"));
      await this.#video.play().catch(() => undefined);
    }
  }

  #countFrames() {
    if (!("requestVideoFrameCallback" in this.#video) || this.#own) return;
    this.#video.requestVideoFrameCallback(() => this.dispatchEvent(new Event("first-frame")));
  }
}

/** @param {unknown[]} one @param {unknown[]} other */
function same(one, other) {
  return one.length === other.length && one.every((part, at) => part === other[at]);
}
