/** Somebody else's shared screen: large, with the people beside it; it can be enlarged, or step back. */
import { _ } from "../live/words.js";
import { othersShareWords, restWords } from "./shared.js";

/** How large the screen stands in its pane, in percent. */
const SIZES = [100, 150, 200, 300];

export class SharedScreen {
  #root;
  #element;
  #video;
  #pane;
  /** @type {MediaStreamTrack | null} */
  #track = null;
  #arrived = false;
  /** What was shown last. @type {Parameters<SharedScreen["show"]> | null} */
  #last = null;
  #zoom = 0;
  #listening = new AbortController();
  #onSize;

  /**
   * @param {HTMLElement} root the call's element
   * @param {{onSize: () => void, onEnd: () => void}} news it stands larger or smaller; a host wants it to end
   */
  constructor(root, { onSize, onEnd }) {
    this.#root = root;
    this.#onSize = onSize;
    this.#element = this.#find("[data-part=screen]");
    this.#pane = this.#find("[data-part=screen-pane]");
    this.#video = /** @type {HTMLVideoElement} */ (this.#find("[data-part=screen-pane] video"));
    this.#video.muted = true;
    const { signal } = this.#listening;
    this.#press("zoom-in", () => this.#enlarge(1));
    this.#press("zoom-out", () => this.#enlarge(-1));
    this.#press("whole", () => void this.#whole());
    this.#press("pin", () => {
      this.#enlarge(-this.#zoom);
      this.#large(!this.large);
    });
    this.#press("screen-end", onEnd);
    for (const event of ["resize", "loadeddata"]) this.#video.addEventListener(event, () => this.#come(), { signal });
    this.#large(true);
    this.#enlarge(0);
  }

  /** @returns {boolean} whether it stands large, with the people beside it */
  get large() {
    return this.#find("[data-part=stage]").dataset["large"] === "screen";
  }

  /** @returns {number} device pixels of its height, 0 while it is not there */
  get height() {
    const { clientWidth, clientHeight } = this.#video;
    return this.#element.hidden ? 0 : Math.round(Math.max(clientHeight, (clientWidth * 9) / 16) * devicePixelRatio);
  }

  /**
   * @param {import("./state.js").RoomState} state
   * @param {MediaStreamTrack | undefined} track the screen as it comes
   * @param {import("../media/engine.js").Rest | null} rests why it is not sent to us, null while it is
   */
  show(state, track, rests) {
    this.#last = [state, track, rests];
    const words = othersShareWords(state);
    const there = words !== "";
    this.#find("[data-part=stage]").toggleAttribute("data-screen", there);
    if (this.#element.hidden === there) {
      this.#element.hidden = !there;
      this.#large(true);
      this.#enlarge(-this.#zoom);
    }
    this.#write("screen-name", words);
    this.#element.setAttribute("aria-label", words);
    this.#play(there ? (track ?? null) : null);
    const sharer = state.people.find((person) => person.seat === state.sharing?.seat);
    const note = there ? restWords(sharer, rests, this.#arrived) : "";
    const end = this.#find("[data-control=screen-end]");
    end.hidden = !(there && state.me.may_admit);
    end.setAttribute("aria-label", _("Stop it, the screen of {name}", { name: sharer?.name ?? "" }));
    this.#write("screen-note", note);
    this.#find("[data-part=screen-note]").hidden = note === "";
    this.#video.style.visibility = note === "" ? "" : "hidden"; // a last picture would pass for the newest
    this.#say(words);
  }

  stop() {
    this.#listening.abort();
    this.#last = null;
    this.#play(null);
    this.#element.hidden = true;
    this.#find("[data-part=stage]").removeAttribute("data-screen");
    this.#write("screen-said", "");
    if (document.fullscreenElement === this.#element) void document.exitFullscreen();
  }

  /** @param {MediaStreamTrack | null} track */
  #play(track) {
    if (track === this.#track) return;
    this.#track = track;
    this.#arrived = false;
    this.#video.srcObject = track === null ? null : new MediaStream([track]);
    if (track !== null) void this.#video.play().catch(() => undefined);
  }

  #come() {
    this.#arrived = this.#video.videoWidth > 0;
    if (this.#last !== null) this.show(...this.#last);
    this.#onSize();
  }

  /** For the ear: who shares, and that it is over. @param {string} words */
  #say(words) {
    const said = this.#find("[data-part=screen-said]");
    if (words !== "") this.#write("screen-said", `${words}.`);
    else if (said.textContent !== "") this.#write("screen-said", _("The screen is not shared any more."));
  }

  /** @param {number} steps */
  #enlarge(steps) {
    this.#zoom = Math.min(SIZES.length - 1, Math.max(0, this.#zoom + steps));
    this.#pane.dataset["zoom"] = String(SIZES[this.#zoom]);
    // Larger than its pane it is moved by finger, by wheel, or by the arrow keys.
    if (this.#zoom > 0) this.#pane.tabIndex = 0;
    else this.#pane.removeAttribute("tabindex");
    this.#find("[data-control=zoom-in]").setAttribute("aria-disabled", String(this.#zoom === SIZES.length - 1));
    this.#find("[data-control=zoom-out]").setAttribute("aria-disabled", String(this.#zoom === 0));
    this.#onSize();
  }

  /** @param {boolean} large */
  #large(large) {
    this.#find("[data-part=stage]").dataset["large"] = large ? "screen" : "people";
    const button = this.#find("[data-control=pin]");
    button.setAttribute("aria-label", large ? _("Make the people large") : _("Make the screen large"));
    button.title = button.getAttribute("aria-label") ?? "";
    this.#onSize();
  }

  /** Fills the whole screen of the device, or steps back. */
  async #whole() {
    const video = /** @type {HTMLVideoElement & {webkitEnterFullscreen?: () => void}} */ (this.#video);
    if (document.fullscreenElement) await document.exitFullscreen();
    else if (this.#element.requestFullscreen) await this.#element.requestFullscreen().catch(() => undefined);
    else video.webkitEnterFullscreen?.(); // iPhones fill the screen with a video alone
  }

  /** @param {string} control @param {() => void} deed */
  #press(control, deed) {
    this.#find(`[data-control=${control}]`).addEventListener("click", deed, { signal: this.#listening.signal });
  }

  /** @param {string} selector @returns {HTMLElement} */
  #find(selector) {
    return /** @type {HTMLElement} */ (this.#root.querySelector(selector));
  }

  /** @param {string} part @param {string} words written only when new */
  #write(part, words) {
    const element = this.#find(`[data-part=${part}]`);
    if (element.textContent !== words) element.textContent = words;
  }
}
