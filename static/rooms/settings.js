/** The dialog of camera, microphone and sound inside a call: what is chosen acts at once, and nobody has to rejoin. */
import { play } from "../live/sound.js";
import { _ } from "../live/words.js";
import { chosenSpeaker } from "../media/choice.js";
import { measure } from "../media/meter.js";
import { Backdrop } from "./backdrop.js";

/** @typedef {import("../media/choice.js").DeviceKind} DeviceKind */

export class Settings {
  #dialog;
  #devices;
  #tiles;
  #backdrop;
  /** What is measured now. @type {MediaStreamTrack | null} */
  #measured = null;
  #endMeter = () => {};
  #listening = new AbortController();

  /**
   * @param {HTMLElement} root the call's element
   * @param {import("../media/devices.js").Devices} devices
   * @param {import("../media/engine.js").MediaEngine} media
   * @param {import("./tiles.js").Tiles} tiles that play through the loudspeaker
   */
  constructor(root, devices, media, tiles) {
    this.#dialog = /** @type {HTMLDialogElement} */ (root.querySelector("dialog[data-part=settings]"));
    this.#devices = devices;
    this.#tiles = tiles;
    this.#backdrop = new Backdrop(devices, media);
    const { signal } = this.#listening;
    root.querySelector("[data-control=settings]")?.addEventListener("click", () => this.#open(), { signal });
    this.#dialog.addEventListener("close", () => {
      this.#measure(null);
      /** @type {HTMLElement | null} */ (root.querySelector("[data-control=more]"))?.focus(); // its panel is closed
    }, { signal });
    this.#press("settings-close", () => this.#dialog.close());
    this.#press("turn", () => void devices.turn());
    this.#press("test-sound", () => play("arrived"));
    for (const kind of /** @type {const} */ (["camera", "microphone"])) {
      this.#on(this.#select(kind), () => void devices.use(kind, this.#select(kind).value));
    }
    this.#on(this.#select("speaker"), () => void tiles.chooseSpeaker(this.#select("speaker").value));
    this.#on(this.#noise, () => void devices.setQuiet(this.#noise.checked));
    for (const choice of this.#looks) {
      this.#on(choice, () => void this.#backdrop.choose(/** @type {import("./backdrop.js").Shown} */ (choice.value)));
    }
    devices.addEventListener("changed", () => void this.#show(), { signal });
    this.#backdrop.addEventListener("changed", () => void this.#show(), { signal });
    devices.plugs.addEventListener("moved", () => this.#followSpeaker(), { signal });
  }

  stop() {
    this.#listening.abort();
    this.#backdrop.stop();
    this.#dialog.close();
    this.#measure(null);
  }

  #open() {
    if (!this.#dialog.open) this.#dialog.showModal();
    void this.#show();
  }

  /** A loudspeaker that was unplugged gives way to another one, and is taken up again when it is back. */
  #followSpeaker() {
    const { before, there } = this.#devices.plugs;
    const id = chosenSpeaker();
    const label = (/** @type {MediaDeviceInfo[]} */ list) => list.find((one) => one.deviceId === id)?.label;
    const [was, is] = [label(before.speaker), label(there.speaker)];
    if (id === "" || (was === undefined) === (is === undefined)) return;
    void this.#tiles.speakThrough(is === undefined ? "" : id);
    this.#devices.plugs.tell({ kind: "speaker", change: is === undefined ? "instead" : "back", label: is ?? "" });
  }

  async #show() {
    this.#write("backdrop-words", this.#backdrop.words);
    if (!this.#dialog.open) return;
    const found = await this.#devices.list();
    if (!this.#dialog.open) return;
    for (const kind of /** @type {const} */ (["camera", "microphone"])) {
      this.#fill(kind, found[kind], this.#devices.chosen(kind));
    }
    const speakers = this.#tiles.canChooseSpeaker ? found.speaker : [];
    this.#fill("speaker", speakers, chosenSpeaker() || (speakers[0]?.deviceId ?? ""));
    this.#part("speakers").hidden = speakers.length === 0;
    this.#find("[data-control=turn]").hidden = !this.#devices.turnable;
    this.#noise.checked = this.#devices.quiet;
    const { shown } = this.#backdrop;
    for (const choice of this.#looks) choice.checked = choice.value === shown;
    const blur = this.#looks.find((one) => one.value === "blur")?.closest("label");
    if (blur) blur.hidden = !this.#devices.lens.blurs && shown !== "blur";
    this.#measure(this.#devices.microphone ? this.#devices.audio : null);
    this.#write("level-words", this.#devices.microphone ? "" : _("You are muted: nothing is measured."));
  }

  /**
   * @param {DeviceKind | "speaker"} kind
   * @param {MediaDeviceInfo[]} found
   * @param {string} used id of the one in use
   */
  #fill(kind, found, used) {
    const select = this.#select(kind);
    const now = JSON.stringify([found.map((one) => [one.deviceId, one.label]), used]);
    if (select.dataset["now"] === now) return; // an open list must not be taken away from under the finger
    select.dataset["now"] = now;
    select.disabled = found.length === 0;
    select.replaceChildren(...found.map((device, at) => {
      const option = document.createElement("option");
      option.value = device.deviceId;
      option.textContent = device.label || _("Device {number}", { number: at + 1 });
      option.selected = device.deviceId === used;
      return option;
    }));
    if (found.length > 0) return;
    const none = document.createElement("option");
    none.textContent = _("None found");
    select.append(none);
  }

  /** @param {MediaStreamTrack | null} track */
  #measure(track) {
    if (track === this.#measured) return;
    this.#endMeter();
    this.#measured = track;
    const [level, bar] = [this.#part("level"), this.#part("level-bar")];
    const show = (/** @type {number} */ percent) => {
      bar.style.inlineSize = `${percent}%`;
      level.setAttribute("aria-valuenow", String(percent));
    };
    this.#endMeter = track === null ? () => {} : measure(track, (loudness) => show(Math.round((loudness ?? 0) * 100)));
    if (track === null) show(0);
  }

  /** @returns {HTMLInputElement} the switch of noise suppression */
  get #noise() {
    return /** @type {HTMLInputElement} */ (this.#find("[name=call-noise]"));
  }

  /** @returns {HTMLInputElement[]} the choices of how the picture is seen */
  get #looks() {
    return [.../** @type {NodeListOf<HTMLInputElement>} */ (this.#dialog.querySelectorAll("[name=call-look]"))];
  }

  /** @param {DeviceKind | "speaker"} kind @returns {HTMLSelectElement} */
  #select(kind) {
    return /** @type {HTMLSelectElement} */ (this.#find(`[data-choose=${kind}]`));
  }

  /** @param {HTMLElement} field @param {() => void} deed */
  #on(field, deed) {
    field.addEventListener("change", deed, { signal: this.#listening.signal });
  }

  /** @param {string} control @param {() => void} deed */
  #press(control, deed) {
    this.#find(`[data-control=${control}]`).addEventListener("click", deed, { signal: this.#listening.signal });
  }

  /** @param {string} name @returns {HTMLElement} */
  #part(name) {
    return this.#find(`[data-part=${name}]`);
  }

  /** @param {string} selector @returns {HTMLElement} */
  #find(selector) {
    return /** @type {HTMLElement} */ (this.#dialog.querySelector(selector));
  }

  /** @param {string} part @param {string} words */
  #write(part, words) {
    const element = this.#part(part);
    if (element.textContent !== words) element.textContent = words;
  }
}
