/** The call in a small window over other work: the pictures and Mute where the browser allows it, else one picture. */
import { _ } from "../live/words.js";
import { faceOf } from "./people.js";

/**
 * @typedef {{requestWindow: (size: {width: number, height: number}) => Promise<Window>}} DocumentPictureInPicture
 *   Document Picture-in-Picture (WICG)
 * @typedef {{person: import("./state.js").Person, video: MediaStreamTrack | null}} Pictured `video` null while
 *   there is none to be seen
 */

const SIZE = { width: 360, height: 300 };

export class SmallWindow {
  #root;
  #devices;
  #large;
  #button;
  /** @type {Window | null} */
  #window = null;
  /** @type {Pictured[]} */
  #pictured = [];
  #listening = new AbortController();
  /** A locked screen shows nobody, in no window. */
  #locks = new MutationObserver(() => "locked" in document.documentElement.dataset && this.#close());

  /**
   * @param {HTMLElement} root the call's element
   * @param {import("../media/devices.js").Devices} devices
   * @param {() => HTMLVideoElement | null} large the largest picture of somebody else
   */
  constructor(root, devices, large) {
    this.#root = root;
    this.#devices = devices;
    this.#large = large;
    this.#button = /** @type {HTMLElement} */ (root.querySelector("[data-control=small-window]"));
    this.#button.hidden = documents() === null && !document.pictureInPictureEnabled;
    const { signal } = this.#listening;
    this.#button.addEventListener("click", () => void this.#toggle(), { signal });
    devices.addEventListener("changed", () => this.#showMute(), { signal });
    for (const event of ["enterpictureinpicture", "leavepictureinpicture"]) {
      root.addEventListener(event, () => this.#showButton(), { signal, capture: true });
    }
    this.#locks.observe(document.documentElement, { attributeFilter: ["data-locked"] });
    this.#showButton();
  }

  /** @param {Pictured[]} pictured everybody else, as the call shows them */
  show(pictured) {
    this.#pictured = pictured;
    const people = this.#window?.document.querySelector(".pip__people");
    if (people) this.#fill(people);
  }

  stop() {
    this.#listening.abort();
    this.#locks.disconnect();
    this.#close();
  }

  #close() {
    this.#window?.close();
    if (document.pictureInPictureElement) void document.exitPictureInPicture();
  }

  async #toggle() {
    const asked = documents();
    if (this.#window !== null || document.pictureInPictureElement) this.#close();
    else if (asked !== null) await this.#openDocument(asked);
    else await this.#large()?.requestPictureInPicture().catch(() => undefined);
    this.#showButton();
  }

  /** @param {DocumentPictureInPicture} asked */
  async #openDocument(asked) {
    const small = await asked.requestWindow(SIZE).catch(() => null);
    if (small === null) return;
    if (this.#listening.signal.aborted) {
      small.close();
      return;
    }
    this.#window = small;
    small.addEventListener("pagehide", () => {
      this.#window = null;
      this.#showButton();
    });
    this.#furnish(small.document);
  }

  /** @param {Document} page an empty one of the small window */
  #furnish(page) {
    const { documentElement } = document;
    page.title = _("Call");
    Object.assign(page.documentElement, { lang: documentElement.lang, dir: documentElement.dir });
    for (const sheet of document.querySelectorAll("link[rel=stylesheet]")) page.head.append(page.importNode(sheet));
    page.body.className = "pip";
    page.body.dataset["surface"] = "room";
    const people = page.createElement("div");
    people.className = "pip__people";
    const bar = page.createElement("div");
    bar.className = "pip__bar";
    const mute = page.createElement("button");
    mute.type = "button";
    mute.className = "btn";
    mute.dataset["control"] = "microphone";
    mute.addEventListener("click", () => void this.#devices.setMicrophone(!this.#devices.microphone));
    const back = page.createElement("button");
    back.type = "button";
    back.className = "btn btn--quiet";
    back.textContent = _("Back to the call");
    back.addEventListener("click", () => {
      window.focus();
      this.#window?.close();
    });
    bar.append(mute, back);
    page.body.append(people, bar);
    this.#fill(people);
    this.#showMute();
  }

  /** @param {Element} people */
  #fill(people) {
    const now = JSON.stringify(this.#pictured.map(({ person, video }) => [person.seat, person.name, person.microphone, video?.id]));
    if (people.getAttribute("data-now") === now) return;
    people.setAttribute("data-now", now);
    people.replaceChildren(...this.#pictured.map(({ person, video }) => pictureOf(people.ownerDocument, person, video)));
  }

  #showMute() {
    const mute = this.#window?.document.querySelector("[data-control=microphone]");
    if (mute) mute.textContent = this.#devices.microphone ? _("Mute") : _("Unmute");
  }

  #showButton() {
    const open = this.#window !== null || document.pictureInPictureElement !== null;
    const word = this.#button.querySelector("[data-part=word]");
    if (word) word.textContent = open ? _("Close the small window") : _("Show the call in a small window");
    this.#root.toggleAttribute("data-small", open);
  }
}

/**
 * @param {Document} page
 * @param {import("./state.js").Person} person
 * @param {MediaStreamTrack | null} video
 * @returns {HTMLElement} without sound: that goes on in the call's own page
 */
function pictureOf(page, person, video) {
  const one = page.createElement("figure");
  one.className = "pip__one";
  if (video === null) {
    one.append(page.adoptNode(faceOf(person)));
  } else {
    const shown = page.createElement("video");
    shown.muted = true;
    shown.autoplay = true;
    shown.playsInline = true;
    shown.srcObject = new MediaStream([video]);
    void shown.play().catch(() => undefined);
    one.append(shown);
  }
  const name = page.createElement("figcaption");
  name.dir = "auto";
  name.textContent = person.microphone ? person.name : _("{name}, muted", { name: person.name });
  one.append(name);
  return one;
}

/** @returns {DocumentPictureInPicture | null} where the browser has windows for more than one video */
function documents() {
  const { documentPictureInPicture } = /** @type {{documentPictureInPicture?: DocumentPictureInPicture}} */ (
    /** @type {unknown} */ (window)
  );
  return documentPictureInPicture ?? null;
}
