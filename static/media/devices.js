/**
 * Holds this device's camera and microphone: permission, tracks, mute state, choice of device.
 *
 * Choice and mute state are kept in this browser, so that a reload changes nothing. Turning the camera
 * off stops its track (the light goes out); muting keeps the microphone open but silent, so that the
 * first word after "Unmute" is not cut.
 */
import { ask } from "./asking.js";
import { Camera } from "./camera.js";
import { choose, noiseIsUnwanted, remembered, wantNoiseOut } from "./choice.js";
import { allAllowed, permission } from "./permission.js";
import { cameBack, newcomer, Plugs } from "./plugs.js";
import { pictureWish, voiceWish } from "./wishes.js";

/** @typedef {import("./choice.js").DeviceKind} DeviceKind */

const KINDS = /** @type {const} */ (["microphone", "camera"]);

/** Fires `changed` whenever a track, a cause or a choice is another one. */
export class Devices extends EventTarget {
  /** @type {MediaStreamTrack | null} */
  audio = null;
  /** @type {Record<DeviceKind, import("./causes.js").Cause | null>} */
  causes = { microphone: null, camera: null };
  /** The open camera, and what is sent of it. */
  lens = new Camera();
  /** What is plugged in, and what became of it a moment ago. */
  plugs = new Plugs();

  #key;
  /** @type {Record<DeviceKind, import("./choice.js").DeviceChoice>} */
  #choice;
  /** Which way the next camera has to look. @type {"user" | "environment" | null} */
  #facing = null;
  /** @type {Promise<void>} */
  #queue = Promise.resolve();
  #closed = false;

  /** @param {string} key under which this browser keeps choice and mute state */
  constructor(key) {
    super();
    this.#key = `rounds.devices.${key}`;
    this.#choice = remembered(this.#key);
    this.plugs.addEventListener("moved", () => void this.#moved());
    this.plugs.addEventListener("changed", () => this.#changed());
  }

  /** What is sent of the camera. */
  get video() {
    return this.lens.track;
  }

  /** Whether the microphone is there and on; see `stopped`. */
  get microphone() {
    return this.audio !== null && this.#choice.microphone.on;
  }

  get camera() {
    return this.video !== null;
  }

  /** @returns {Record<DeviceKind, boolean>} whether system, headset or switch gives nothing, though it is on */
  get stopped() {
    return { microphone: this.audio?.muted ?? false, camera: this.lens.raw?.muted ?? false };
  }

  /** @returns {import("./choice.js").Look} how the picture is sent */
  get look() {
    return this.#choice.camera.look;
  }

  /** @returns {boolean} whether what is no voice is taken out, as the browser tells of the open microphone */
  get quiet() {
    return this.audio?.getSettings().noiseSuppression ?? noiseIsUnwanted();
  }

  /** @returns {boolean} whether this device has a camera for each side, as phones do */
  get turnable() {
    return this.lens.facing !== "" && this.plugs.there.camera.length > 1;
  }

  /** @param {DeviceKind} kind @returns {boolean} whether the person means to use it at all */
  wants(kind) {
    return this.#choice[kind].wanted;
  }

  /** @param {DeviceKind} kind @returns {boolean} whether the person's hand left it on, be it there or not */
  isOn(kind) {
    return this.#choice[kind].wanted && this.#choice[kind].on;
  }

  /** @param {DeviceKind} kind @returns {boolean} whether it is on or just being opened, so that a press turns it off */
  turnsOff(kind) {
    return this.isOn(kind) && this.causes[kind] === null;
  }

  /** @param {DeviceKind} kind @returns {string} id of the chosen device, empty for the browser's choice */
  chosen(kind) {
    return this.#source(kind)?.getSettings().deviceId ?? this.#choice[kind].id;
  }

  /**
   * Says which devices the person means to use; those not wanted are let go.
   * @param {Partial<Record<DeviceKind, boolean>>} wanted
   */
  want(wanted) {
    for (const kind of /** @type {DeviceKind[]} */ (Object.keys(wanted))) {
      this.#choice[kind].wanted = wanted[kind] ?? true;
      this.#choice[kind].on = wanted[kind] ?? true;
      this.causes[kind] = null;
      if (!this.#choice[kind].wanted) this.#drop(kind);
    }
    this.#keep();
  }

  /** Opens what is wanted and missing; may make the browser ask. Never throws: see `causes`. */
  open() {
    this.#queue = this.#queue.then(() => this.#open()).catch(() => undefined);
    return this.#queue;
  }

  /** @param {boolean} on */
  async setMicrophone(on) {
    this.#choice.microphone.on = on;
    if (on) this.#choice.microphone.wanted = true;
    if (this.audio !== null) this.audio.enabled = on;
    this.#keep();
    if (on && this.audio === null) await this.open();
  }

  /** @param {boolean} on */
  async setCamera(on) {
    this.#choice.camera.on = on;
    if (on) this.#choice.camera.wanted = true;
    else this.#drop("camera");
    this.#keep();
    if (on) await this.open();
  }

  /**
   * Changes to another device of the same kind; nothing is told before it is open.
   * @param {DeviceKind} kind
   * @param {string} id from `list()`
   */
  async use(kind, id) {
    Object.assign(this.#choice[kind], { id, wanted: true });
    if (kind === "camera") this.#choice.camera.on = true;
    choose(kind, id);
    await this.#reopen(kind);
  }

  /** Takes the camera that looks the other way. */
  async turn() {
    this.#facing = this.lens.facing === "environment" ? "user" : "environment";
    await this.#reopen("camera");
    this.#facing = null;
    const id = this.chosen("camera");
    if (id !== "") choose("camera", (this.#choice.camera.id = id));
    this.#keep();
  }

  /**
   * Takes what is no voice out of the sound, or leaves it in for breathing exercises and music.
   * @param {boolean} on
   */
  async setQuiet(on) {
    wantNoiseOut(on);
    await this.audio?.applyConstraints({ ...this.audio.getConstraints(), noiseSuppression: on }).catch(() => undefined);
    // Most browsers decide it when the microphone is opened.
    if (this.audio !== null && this.audio.getSettings().noiseSuppression !== on) await this.#reopen("microphone");
    this.#changed();
  }

  /** @param {import("./choice.js").Look} look */
  async setLook(look) {
    this.#choice.camera.look = look;
    const { raw } = this.lens;
    if (raw !== null) {
      const { facingMode: _facing, ...wish } = pictureWish("", look);
      await raw.applyConstraints({ ...wish, backgroundBlur: look === "blur" }).catch(() => undefined);
      this.lens.show(raw, look);
    }
    this.#keep();
  }

  /** @returns {Promise<import("./plugs.js").Plugged>} what there is; labels only once allowed */
  list() {
    return this.plugs.list();
  }

  /** @returns {Promise<boolean>} whether opening what is wanted will not make the browser ask */
  allowed() {
    return allAllowed(KINDS.filter((kind) => this.#choice[kind].wanted));
  }

  /** This browser remembers nothing of choice and mute state any more. */
  forget() {
    localStorage.removeItem(this.#key);
  }

  /** Lets both devices go for good. */
  close() {
    this.#closed = true;
    this.plugs.stop();
    this.rest();
  }

  /** Lets both devices go until the next `open()`; choice and mute state stay. */
  rest() {
    this.#drop("microphone");
    this.#drop("camera");
    this.#changed();
  }

  /** @param {DeviceKind} kind with other settings, or another device of it */
  async #reopen(kind) {
    this.causes[kind] = null;
    this.#drop(kind); // most phones open one at a time
    await this.open();
    this.#keep();
  }

  async #open() {
    const audio = this.#choice.microphone.wanted && this.audio === null;
    const video = this.#choice.camera.wanted && this.#choice.camera.on && this.video === null;
    if (this.#closed || (!audio && !video)) return;
    const { microphone, camera } = this.#choice;
    const voice = audio ? voiceWish(microphone.id, noiseIsUnwanted()) : null;
    const { tracks, causes } = await ask(voice, video ? pictureWish(camera.id, camera.look, this.#facing) : null);
    Object.assign(this.causes, causes);
    for (const track of tracks) this.#take(track);
    await this.list();
    this.#changed();
  }

  /** @param {MediaStreamTrack} track */
  #take(track) {
    const kind = track.kind === "audio" ? "microphone" : "camera";
    if (this.#closed || !this.#choice[kind].wanted || (kind === "camera" && !this.#choice.camera.on)) {
      track.stop();
      return;
    }
    this.#drop(kind);
    if (kind === "microphone") {
      track.enabled = this.#choice.microphone.on;
      this.audio = track;
    } else {
      this.lens.show(track, this.look);
    }
    if (this.causes[kind] === "lost") this.plugs.tell({ kind, change: "instead", label: track.label });
    this.causes[kind] = null;
    track.addEventListener("ended", () => void this.#ended(kind, track));
    for (const event of ["mute", "unmute"]) track.addEventListener(event, () => this.#changed());
  }

  /** @param {DeviceKind} kind @param {MediaStreamTrack} track it stopped by itself: unplugged or withdrawn */
  async #ended(kind, track) {
    if (track !== this.#source(kind)) return;
    this.#drop(kind);
    this.causes[kind] = "lost";
    this.#changed();
    // Another one may be there; asking for it must not surprise who took the leave away.
    if ((await this.list())[kind].length > 0 && (await permission(kind)) !== "denied") await this.open();
  }

  /** A device was plugged in or out: what had gone away may be back. */
  async #moved() {
    const { before, there } = this.plugs;
    for (const kind of KINDS) {
      if (this.#source(kind) === null) continue;
      const come = newcomer(before[kind], there[kind]);
      if (cameBack(this.#choice[kind].id, this.chosen(kind), before[kind], there[kind])) {
        await this.#reopen(kind);
        this.plugs.tell({ kind, change: "back", label: this.#source(kind)?.label ?? "" });
      } else if (come !== null) {
        this.plugs.tell({ kind, change: "plugged", label: come.label });
      }
    }
    if (Object.values(this.causes).some((cause) => cause === "lost" || cause === "none")) void this.open();
    this.#changed();
  }

  /** @param {DeviceKind} kind @returns {MediaStreamTrack | null} what the device itself gives */
  #source(kind) {
    return kind === "microphone" ? this.audio : this.lens.raw;
  }

  /** @param {DeviceKind} kind */
  #drop(kind) {
    if (kind === "camera") return this.lens.drop();
    this.audio?.stop();
    this.audio = null;
  }

  #keep() {
    localStorage.setItem(this.#key, JSON.stringify(this.#choice));
    this.#changed();
  }

  #changed() {
    this.dispatchEvent(new Event("changed"));
  }
}
