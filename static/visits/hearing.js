/** The card "Say something": shows how loud a person is, and helps when their microphone is silent. */
import { play } from "../live/sound.js";
import { _ } from "../live/words.js";
import { measure } from "../media/meter.js";
import { Silence } from "../media/silence.js";
import { part, write } from "./views.js";

/** Milliseconds between "We hear you" and going on, long enough to read it. */
const READ = 1800;

/**
 * @param {HTMLElement} root `templates/visits/checkin.html`
 * @param {import("../media/devices.js").Devices} devices
 * @param {() => void} onHeard called once, a little after a word was heard
 * @returns {() => void} ends it
 */
export function hearVoice(root, devices, onHeard) {
  const { audio } = devices;
  const level = part(root, "level");
  const bar = part(root, "level-bar");
  const heard = part(root, "heard");
  const others = /** @type {HTMLDetailsElement} */ (part(root, "microphones"));
  heard.classList.remove("state--good");
  write(heard, _("Listening…"));
  const listening = new AbortController();
  part(root, "sound").addEventListener("click", () => play("arrived"), { signal: listening.signal });
  if (audio === null) return () => listening.abort();
  const silence = new Silence();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let onward;
  const end = measure(audio, (loudness) => {
    const percent = Math.round((loudness ?? 0) * 100);
    bar.style.inlineSize = `${percent}%`;
    level.setAttribute("aria-valuenow", String(percent));
    if (onward !== undefined) return;
    const now = silence.hear(loudness, audio.muted);
    write(heard, wordsOf(now));
    if (now === "dead" || now === "quiet") others.open = true;
    if (now !== "heard") return;
    heard.classList.add("state--good");
    onward = setTimeout(onHeard, READ);
  });
  return () => {
    end();
    clearTimeout(onward);
    listening.abort();
  };
}

/** @param {import("../media/silence.js").Hearing} hearing @returns {string} */
function wordsOf(hearing) {
  switch (hearing) {
    case "deaf":
      return _("Tap this page once, then say something.");
    case "dead":
      return _("We can’t hear you yet: this microphone gives no sound. Is a mute switch on? You can use another one below.");
    case "quiet":
      return _("We can’t hear you yet. Come closer, or uncover the microphone. You can use another one below.");
    case "heard":
      return _("We can hear you. You go on by yourself.");
    default:
      return _("Listening…");
  }
}
