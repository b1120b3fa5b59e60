/** The tiles of a call: one per person, each playing what comes of that person, and how large it is seen. */
import { play } from "../live/sound.js";
import { _ } from "../live/words.js";
import { choose, chosenSpeaker } from "../media/choice.js";
import { noteFor } from "./others.js";
import { Tile } from "./tile.js";

/** Device pixels in which the height of a picture is told: a window that is drawn larger tells seldom. */
const STEP = 90;
/** Milliseconds without a change after which a tile has its size. */
const SETTLED = 200;
/** Milliseconds from the start of a call in which people are there already, and do not arrive. */
const BEGINNING = 3000;
/** Loudness from which a person counts as speaking. */
const VOICE = 0.02;

/**
 * Fires `sized` when something stands larger or smaller, `switched` when a tile plays other tracks, and
 * `silenced` when the browser waits for a touch before it plays sound.
 */
export class Tiles extends EventTarget {
  #root;
  #media;
  #devices;
  #began = performance.now();
  /** @type {Map<string, Tile>} */
  #tiles = new Map();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #settling;
  #sizes = new ResizeObserver(() => this.resized());

  /**
   * @param {HTMLElement} root the call's element
   * @param {import("../media/engine.js").MediaEngine} media
   * @param {import("../media/devices.js").Devices} devices
   */
  constructor(root, media, devices) {
    super();
    this.#root = root;
    this.#media = media;
    this.#devices = devices;
  }

  /** @param {import("./state.js").Person[]} people everybody who is in, oneself as well */
  layOut(people) {
    for (const [seat, tile] of this.#tiles) {
      if (people.some((person) => person.seat === seat)) continue;
      this.#sizes.unobserve(tile.element);
      tile.remove();
      this.#tiles.delete(seat);
    }
    for (const person of people) {
      const tile = this.#tiles.get(person.seat) ?? this.#newTile(person);
      const tracks = person.me
        ? { video: this.#devices.video ?? undefined }
        : (this.#media.remote.get(person.seat) ?? {});
      const rests = person.me ? null : this.#media.rests(person.seat, "video");
      tile.play("audio" in tracks ? tracks.audio : undefined, tracks.video);
      tile.show(person, person.me ? _("You") : _("{name}, {role}", { name: person.name, role: person.role_label }),
        person.me ? null : noteFor(person, this.#media.remote.has(person.seat), rests), rests !== null || person.resting);
    }
  }

  /**
   * @param {boolean} pictures whether they are wanted
   * @returns {import("../media/engine.js").Sight[]} how large each picture stands here
   */
  sights(pictures) {
    return [...this.#tiles].filter(([seat]) => this.#media.remote.get(seat)?.video !== undefined).map(([seat, tile]) => ({
      seat, kind: "video", height: pictures ? steps(tile.height) : 0,
    }));
  }

  /** Marks who speaks. */
  listen() {
    for (const [seat, loudness] of this.#media.loudness()) {
      this.#tiles.get(seat)?.hear(loudness > VOICE);
    }
  }

  /** @returns {boolean} whether this browser lets pages choose the loudspeaker */
  get canChooseSpeaker() {
    return "setSinkId" in HTMLMediaElement.prototype;
  }

  /** @param {string} id of the loudspeaker that everybody is heard through from now on, in other visits, too */
  async chooseSpeaker(id) {
    choose("speaker", id);
    await this.speakThrough(id);
  }

  /** @param {string} id of the loudspeaker to use for now, empty for the browser's choice */
  async speakThrough(id) {
    await Promise.all([...this.#tiles.values()].map((tile) => speakThrough(tile, id)));
  }

  /** @param {string} seat @returns {Tile | undefined} */
  of(seat) {
    return this.#tiles.get(seat);
  }

  /** Starts the sound that the browser held back; call it from a gesture. */
  unsilence() {
    for (const tile of this.#tiles.values()) void tile.unsilence();
  }

  /** Plays on what the browser stopped while nobody looked at the page. */
  goOn() {
    for (const tile of this.#tiles.values()) tile.goOn();
  }

  /** What stands larger or smaller is told when it has its size. */
  resized() {
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => this.dispatchEvent(new Event("sized")), SETTLED);
  }

  stop() {
    clearTimeout(this.#settling);
    this.#sizes.disconnect();
    for (const tile of this.#tiles.values()) tile.remove();
    this.#tiles.clear();
  }

  /** @param {import("./state.js").Person} person @returns {Tile} */
  #newTile(person) {
    const template = /** @type {HTMLTemplateElement} */ (this.#root.querySelector("template[data-part=tile]"));
    const tile = new Tile(/** @type {DocumentFragment} */ (template.content.cloneNode(true)), person.me);
    tile.addEventListener("first-frame", () => performance.mark("rounds-first-frame", { detail: person.seat }));
    for (const event of ["switched", "silenced"]) {
      tile.addEventListener(event, () => this.dispatchEvent(new Event(event)));
    }
    this.#root.querySelector(person.me ? "[data-part=stage]" : "[data-part=others]")?.append(tile.element);
    if (!person.me) this.#sizes.observe(tile.element);
    this.#tiles.set(person.seat, tile);
    if (!person.me && chosenSpeaker() !== "") void speakThrough(tile, chosenSpeaker());
    if (!person.me && performance.now() - this.#began > BEGINNING) play("arrived");
    return tile;
  }
}

/** @param {Tile} tile @param {string} id of a loudspeaker; one that is gone gives way to the browser's choice */
async function speakThrough({ video }, id) {
  if (!("setSinkId" in video)) return;
  await video.setSinkId(id).catch(() => video.setSinkId("").catch(() => undefined));
}

/** @param {number} height device pixels @returns {number} the same in whole steps */
export function steps(height) {
  return Math.ceil(height / STEP) * STEP;
}
