/**
 * Holds this device's camera and microphone: permission, tracks, mute state, choice of device.
 *
 * Choice and mute state are kept in localStorage under the given key, so that a reload changes
 * nothing. Turning the camera off stops its track (the light goes out); muting keeps the microphone
 * open but silent, so that the first word after "Unmute" is not cut.
 */
import { causeOf } from "./causes.js";

/**
 * @typedef {import("./causes.js").Cause} Cause
 * @typedef {"microphone" | "camera"} DeviceKind
 * @typedef {{wanted: boolean, on: boolean, id: string}} DeviceChoice
 */

/** The measured load of one publisher is 640x360; the browser shrinks it further when the line is weak. */
const PICTURE = { width: { ideal: 640 }, height: { ideal: 360 }, frameRate: { ideal: 30, max: 30 } };
const VOICE = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };

/** Fires `changed` whenever a track, a cause or a choice is another one. */
export class Devices extends EventTarget {
  /** @type {MediaStreamTrack | null} */
  audio = null;
  /** @type {MediaStreamTrack | null} */
  video = null;
  /** @type {Record<DeviceKind, Cause | null>} */
  causes = { microphone: null, camera: null };

  #key;
  /** @type {Record<DeviceKind, DeviceChoice>} */
  #choice;
  /** @type {Promise<void>} */
  #queue = Promise.resolve();
  #closed = false;

  /** @param {string} key under which this browser keeps choice and mute state */
  constructor(key) {
    super();
    this.#key = `rounds.devices.${key}`;
    this.#choice = remembered(this.#key);
    navigator.mediaDevices?.addEventListener("devicechange", this.#returned);
  }

  /** Whether the person can be heard now. */
  get microphone() {
    return this.audio !== null && this.#choice.microphone.on;
  }

  /** Whether the person can be seen now. */
  get camera() {
    return this.video !== null;
  }

  /** @param {DeviceKind} kind @returns {boolean} whether the person means to use it at all */
  wants(kind) {
    return this.#choice[kind].wanted;
  }

  /** @param {DeviceKind} kind @returns {string} id of the chosen device, empty for the browser's choice */
  chosen(kind) {
    const track = kind === "microphone" ? this.audio : this.video;
    return track?.getSettings().deviceId ?? this.#choice[kind].id;
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
   * Changes to another device of the same kind.
   * @param {DeviceKind} kind
   * @param {string} id from `list()`
   */
  async use(kind, id) {
    this.#choice[kind].id = id;
    this.#choice[kind].on = true;
    this.#drop(kind);
    this.#keep();
    await this.open();
  }

  /** @returns {Promise<Record<DeviceKind, MediaDeviceInfo[]>>} what there is; labels only once allowed */
  async list() {
    const all = (await navigator.mediaDevices?.enumerateDevices().catch(() => [])) ?? [];
    return {
      microphone: all.filter((device) => device.kind === "audioinput" && device.deviceId !== ""),
      camera: all.filter((device) => device.kind === "videoinput" && device.deviceId !== ""),
    };
  }

  /** @returns {Promise<boolean>} whether opening what is wanted will not make the browser ask */
  async allowed() {
    const kinds = /** @type {DeviceKind[]} */ (["microphone", "camera"]);
    const wanted = kinds.filter((kind) => this.#choice[kind].wanted);
    const states = await Promise.all(wanted.map(permission));
    return wanted.length > 0 && states.every((state) => state === "granted");
  }

  /** Takes what this browser remembers of choice and mute state away. */
  forget() {
    localStorage.removeItem(this.#key);
  }

  /** Lets both devices go for good. */
  close() {
    this.#closed = true;
    navigator.mediaDevices?.removeEventListener("devicechange", this.#returned);
    this.rest();
  }

  /** Lets both devices go until the next `open()`; choice and mute state stay. */
  rest() {
    this.#drop("microphone");
    this.#drop("camera");
    this.#changed();
  }

  async #open() {
    const audio = this.#choice.microphone.wanted && this.audio === null;
    const video = this.#choice.camera.wanted && this.#choice.camera.on && this.video === null;
    if (this.#closed || (!audio && !video)) return;
    if (!navigator.mediaDevices) {
      if (audio) this.causes.microphone = "insecure";
      if (video) this.causes.camera = "insecure";
    } else if (!(audio && video) || !(await this.#ask(true, true))) {
      if (audio && this.audio === null) await this.#ask(true, false);
      if (video && this.video === null) await this.#ask(false, true);
    }
    this.#changed();
  }

  /**
   * @param {boolean} audio
   * @param {boolean} video
   * @returns {Promise<boolean>} whether the matter is settled, so that no part is asked for alone
   */
  async #ask(audio, video) {
    try {
      const stream = await navigator.mediaDevices.getUserMedia({
        audio: audio && { ...VOICE, ...ideal(this.#choice.microphone.id) },
        video: video && { ...PICTURE, ...ideal(this.#choice.camera.id, { facingMode: "user" }) },
      });
      this.#take(stream);
      return true;
    } catch (error) {
      const cause = causeOf(error);
      if (audio) this.causes.microphone = cause;
      if (video) this.causes.camera = cause;
      // Asking for one alone would only repeat a question that was closed, or one that both lost.
      return cause === "dismissed" || (await bothDenied());
    }
  }

  /** @param {MediaStream} stream */
  #take(stream) {
    for (const track of stream.getTracks()) {
      const kind = track.kind === "audio" ? "microphone" : "camera";
      if (this.#closed || !this.#choice[kind].wanted || (kind === "camera" && !this.#choice.camera.on)) {
        track.stop();
        continue;
      }
      this.#drop(kind);
      if (kind === "microphone") {
        track.enabled = this.#choice.microphone.on;
        this.audio = track;
      } else {
        this.video = track;
      }
      this.causes[kind] = null;
      track.addEventListener("ended", () => this.#ended(kind, track));
    }
  }

  /** @param {DeviceKind} kind @param {MediaStreamTrack} track it stopped by itself: unplugged or withdrawn */
  #ended(kind, track) {
    if (track !== this.audio && track !== this.video) return;
    this.#drop(kind);
    this.causes[kind] = "lost";
    this.#changed();
  }

  /** A device was plugged in: what had gone away may be back. */
  #returned = () => {
    const lost = Object.values(this.causes).some((cause) => cause === "lost" || cause === "none");
    if (lost) void this.open();
    this.#changed();
  };

  /** @param {DeviceKind} kind */
  #drop(kind) {
    const track = kind === "microphone" ? this.audio : this.video;
    if (kind === "microphone") this.audio = null;
    else this.video = null;
    track?.stop();
  }

  #keep() {
    localStorage.setItem(this.#key, JSON.stringify(this.#choice));
    this.#changed();
  }

  #changed() {
    this.dispatchEvent(new Event("changed"));
  }
}

/**
 * Shows the own picture in a video element, and follows changes.
 * @param {HTMLVideoElement} element
 * @param {Devices} devices
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

/** @param {string} key @returns {Record<DeviceKind, DeviceChoice>} */
function remembered(key) {
  const fresh = () => ({ wanted: true, on: true, id: "" });
  try {
    const kept = JSON.parse(localStorage.getItem(key) ?? "{}");
    return { microphone: { ...fresh(), ...kept.microphone }, camera: { ...fresh(), ...kept.camera } };
  } catch {
    return { microphone: fresh(), camera: fresh() };
  }
}

/** @param {string} id @param {MediaTrackConstraints} [otherwise] @returns {MediaTrackConstraints} */
function ideal(id, otherwise = {}) {
  return id === "" ? otherwise : { deviceId: { ideal: id } };
}

/** @returns {Promise<boolean>} whether the browser says that both devices are denied to this page */
async function bothDenied() {
  const states = await Promise.all([permission("microphone"), permission("camera")]);
  return states.every((state) => state === "denied");
}

/** @param {DeviceKind} kind @returns {Promise<PermissionState | "unknown">} */
async function permission(kind) {
  try {
    const name = /** @type {PermissionName} */ (kind);
    return (await navigator.permissions.query({ name })).state;
  } catch {
    return "unknown"; // Firefox before 132 does not know these names
  }
}
