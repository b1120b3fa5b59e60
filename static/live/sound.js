/**
 * Plays soft sounds, after the first gesture on the page and never as the only signal.
 *
 * Browsers keep an AudioContext silent until the person has touched the page, so it is made by the
 * first gesture. Quiet mode (`localStorage["rounds.quiet"] = "yes"`) silences all of them. A page that
 * is hushed, because somebody cannot talk freely where they are, plays no voices either.
 */

/** @typedef {"knock" | "admitted" | "arrived" | "message" | "lost" | "ended"} Sound */

/**
 * Notes as [frequency in Hz, start in s, length in s]; slow attack and low volume keep them soft.
 * @type {Record<Sound, [number, number, number][]>}
 */
const SOUNDS = {
  knock: [[392, 0, 0.28], [392, 0.24, 0.28], [523.25, 0.48, 0.6]],
  admitted: [[392, 0, 0.5], [523.25, 0.22, 0.5], [659.25, 0.44, 0.9]],
  arrived: [[523.25, 0, 0.35], [659.25, 0.16, 0.5]],
  message: [[659.25, 0, 0.3]],
  lost: [[392, 0, 0.4], [311.13, 0.24, 0.6]],
  ended: [[523.25, 0, 0.4], [392, 0.26, 0.7]],
};

const VOLUME = 0.12;
const HUSHED = "rounds.hushed";

/** @type {AudioContext | null} */
let context = null;

/** The page's one AudioContext, shared with the microphone meter; it may still be suspended. */
export function audioContext() {
  context ??= new AudioContext();
  return context;
}

/** Makes sound possible with the first gesture on this page. */
export function unlockSound() {
  const unlock = () => void audioContext().resume().catch(() => undefined);
  for (const gesture of ["pointerdown", "keydown"]) {
    document.addEventListener(gesture, unlock, { once: true, capture: true, passive: true });
  }
}

/** @returns {boolean} whether nothing may be heard from this page, voices neither */
export function hushed() {
  return sessionStorage.getItem(HUSHED) === "yes";
}

/** @param {boolean} on kept through a reload, not beyond this tab */
export function hush(on) {
  if (on) sessionStorage.setItem(HUSHED, "yes");
  else sessionStorage.removeItem(HUSHED);
  document.dispatchEvent(new Event("rounds-hush"));
}

/** @param {Sound} name */
export function play(name) {
  if (hushed()) return;
  if (localStorage.getItem("rounds.quiet") === "yes") return;
  if (context === null || context.state !== "running") return;
  for (const [frequency, start, length] of SOUNDS[name]) note(context, frequency, start, length);
}

/**
 * @param {AudioContext} audio
 * @param {number} frequency
 * @param {number} start
 * @param {number} length
 */
function note(audio, frequency, start, length) {
  const from = audio.currentTime + start;
  const tone = new OscillatorNode(audio, { type: "sine", frequency });
  const volume = new GainNode(audio, { gain: 0 });
  volume.gain.setValueAtTime(0, from);
  volume.gain.linearRampToValueAtTime(VOLUME, from + 0.03);
  volume.gain.exponentialRampToValueAtTime(0.0005, from + length);
  tone.connect(volume).connect(audio.destination);
  tone.start(from);
  tone.stop(from + length);
}
