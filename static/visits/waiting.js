/**
 * The waiting room of a guest: where one stands, who will be there, and something calm to do.
 *
 * Nothing is sent from here: the picture is the device's own, there is no media connection.
 */
import { clockTime } from "../live/when.js";
import { _, ngettext } from "../live/words.js";
import { preview } from "../media/mirror.js";
import { personOf } from "../rooms/people.js";
import { onPress, part, write } from "./views.js";

/** Milliseconds of one breath in and out; the same as the circle's in the style sheet. */
const IN = 4000;
const BREATH = 10000;

export class Waiting {
  #root;
  #devices;
  /** @type {(() => void) | null} */
  #preview = null;
  /** @type {ReturnType<typeof setTimeout>[]} */
  #breath = [];
  #listening = new AbortController();

  /**
   * @param {HTMLElement} root
   * @param {{devices: import("../media/devices.js").Devices, onLeave: () => Promise<void>}} parts
   */
  constructor(root, { devices, onLeave }) {
    this.#root = root;
    this.#devices = devices;
    onPress(root, {
      leave: onLeave,
      breathe: (button) => this.#breathe(button),
      microphone: () => devices.setMicrophone(!devices.microphone),
      camera: () => devices.setCamera(!devices.camera),
    }, this.#listening.signal);
    devices.addEventListener("changed", () => this.#showDevices(), { signal: this.#listening.signal });
  }

  /** @param {import("../rooms/state.js").RoomState} state */
  show(state) {
    this.#preview ??= preview(/** @type {HTMLVideoElement} */ (part(this.#root, "own")), this.#devices);
    this.#showDevices();
    write(part(this.#root, "place"), placeWords(state.place));
    write(part(this.#root, "wait"), waitWords(state.place));
    write(part(this.#root, "knows"), knowsWords(state.hosts));
    part(this.#root, "hosts").replaceChildren(...state.hosts.map((one) => personOf(one, one.role_label)));
    const back = part(this.#root, "sent-back");
    const { standing, reason, since, until } = state.me;
    write(part(this.#root, "sent-back-title"), since === null || standing !== "sent_back" ? "" :
      _("Since {time} you are in the waiting room again", { time: clockTime(since) }));
    write(part(this.#root, "sent-back-reason"), reason || _("You are let in again in a moment."));
    write(part(this.#root, "sent-back-until"), until === null ? "" : _("You are let in again at about {time}.", { time: clockTime(until) }));
    back.hidden = standing !== "sent_back";
  }

  /** Ends what runs while the waiting room is in sight. */
  rest() {
    this.#preview?.();
    this.#preview = null;
    this.#exhale();
  }

  stop() {
    this.rest();
    this.#listening.abort();
  }

  #showDevices() {
    const { microphone, camera } = this.#devices;
    const ready = part(this.#root, "ready");
    ready.classList.toggle("state--good", microphone);
    write(ready, readyWords(microphone, camera, this.#devices.wants("microphone")));
    part(this.#root, "own").closest(".tile")?.toggleAttribute("data-video", camera);
    part(this.#root, "own").toggleAttribute("hidden", !camera);
    write(part(this.#root, "own-name"), camera ? _("Only you see this") : _("Your camera is off"));
    const [mute, picture] = ["microphone", "camera"].map((act) => this.#root.querySelector(`[data-act=${act}]`));
    if (mute) write(/** @type {HTMLElement} */ (mute), microphone ? _("Mute") : _("Unmute"));
    if (picture) write(/** @type {HTMLElement} */ (picture), camera ? _("Turn camera off") : _("Turn camera on"));
  }

  /** @param {HTMLElement} button */
  #breathe(button) {
    const on = button.getAttribute("aria-pressed") !== "true";
    if (!on) {
      this.#exhale();
      return;
    }
    button.setAttribute("aria-pressed", "true");
    write(part(this.#root, "breathe-word"), _("Stop"));
    part(this.#root, "breath").toggleAttribute("data-on", true);
    const word = part(this.#root, "breath-word");
    word.hidden = false;
    const breathe = () => {
      word.textContent = _("Breathe in");
      this.#breath = [
        setTimeout(() => { word.textContent = _("Breathe out"); }, IN),
        setTimeout(breathe, BREATH),
      ];
    };
    breathe();
  }

  #exhale() {
    for (const timer of this.#breath.splice(0)) clearTimeout(timer);
    part(this.#root, "breath").removeAttribute("data-on");
    part(this.#root, "breath-word").hidden = true;
    this.#root.querySelector("[data-act=breathe]")?.setAttribute("aria-pressed", "false");
    write(part(this.#root, "breathe-word"), _("Breathe with the circle"));
  }
}

/** Minutes of waiting from which a call may suit people better. */
const LONG = 40;

/** @param {{minutes: number | null} | null} place @returns {string} nothing where nobody can tell */
export function waitWords(place) {
  if (place === null || place.minutes === null) return "";
  if (place.minutes > LONG) return _("It takes longer than {minutes} minutes. You can also ask us to call you.", { minutes: LONG });
  return _("In about {minutes} minutes", { minutes: place.minutes });
}

/** @param {import("../rooms/state.js").Host[]} hosts @returns {string} who knows that one waits */
function knowsWords(hosts) {
  const here = hosts.find((host) => host.present);
  if (here) return _("{name} is here and knows that you wait.", { name: here.name });
  return hosts[0] ? _("{name} will see that you are here.", { name: hosts[0].name }) : "";
}

/** @param {{position: number, of: number} | null} place @returns {string} */
export function placeWords(place) {
  if (place === null) return _("You are in line");
  if (place.position <= 1) return _("You are next");
  const ahead = place.position - 1;
  return ngettext("{count} person is before you", "{count} people are before you", ahead);
}

/** @param {boolean} microphone @param {boolean} camera @param {boolean} wanted whether the microphone is meant to be used */
function readyWords(microphone, camera, wanted) {
  if (microphone && camera) return _("Camera and microphone are ready");
  if (microphone) return _("Your microphone is ready. Your camera is off.");
  if (camera) return _("Your camera is ready. Your microphone is off.");
  return wanted
    ? _("Your browser may ask for camera and microphone when the call opens.")
    : _("Camera and microphone are off. You can listen and write.");
}
