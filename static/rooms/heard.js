/** Decides whether the others can hear and see the person now, and if not, why: the one place that does (pure). */
import { _ } from "../live/words.js";

/**
 * Why a voice or a picture does not reach the others, the first that is so: `out` the person is not in the
 * call · `asleep` the page was stopped and nobody has answered it since · `line` no connection · `nobody`
 * is there · `cut` nobody who is there has a connection · `missing` no device, or it ended · `off` by hand ·
 * `system` device, headset or system give nothing · `narrow` the own line has no room for it · `unseen`
 * nobody has it on the screen. Empty when it reaches somebody.
 * @typedef {"" | "out" | "asleep" | "line" | "nobody" | "cut" | "missing" | "off" | "system" | "narrow" | "unseen"} Barrier
 * @typedef {{wanted: boolean, on: boolean, track: "live" | "ended" | null, stopped: boolean}} Source a camera or
 *   microphone: whether the person means to use it, has it on, what it gives, whether the system stopped it
 * @typedef {{
 *   admitted: boolean, asleep: boolean,
 *   line: "connecting" | "connected" | "reconnecting" | "lost",
 *   media: import("../media/engine.js").MediaState,
 *   present: number, reached: number, microphone: Source, camera: Source, narrow: boolean, seen: boolean,
 * }} Situation `present` how many others are there, `reached` how many of them have a connection
 */

/**
 * @param {Situation} now
 * @returns {{voice: Barrier, picture: Barrier}}
 */
export function barriers(now) {
  const both = common(now);
  return {
    voice: both || barrierOf(now.microphone),
    picture: both || barrierOf(now.camera) || (now.narrow ? "narrow" : "") || (now.seen ? "" : "unseen"),
  };
}

/** @param {Situation} now @returns {Barrier} what keeps voice and picture alike */
function common({ admitted, asleep, line, media, present, reached }) {
  if (!admitted) return "out";
  if (asleep) return "asleep";
  if (line !== "connected" || media !== "connected") return "line";
  if (present === 0) return "nobody";
  return reached === 0 ? "cut" : "";
}

/** @param {Source} source @returns {Barrier} */
function barrierOf({ wanted, on, track, stopped }) {
  if (!wanted || !on) return "off";
  if (track !== "live") return "missing";
  return stopped ? "system" : "";
}

/**
 * Who can hear and see the person now.
 * @param {string[]} names the others who are in, present and reached
 * @param {{voice: Barrier, picture: Barrier}} barriers
 * @param {string | undefined} [language]
 * @returns {string}
 */
export function hearsWords(names, { voice, picture }, language) {
  switch (voice) {
    case "out":
      return _("Nobody in the call can hear or see you now");
    case "asleep":
      return _("This page was asleep. The others may not hear or see you yet");
    case "line":
    case "cut":
      return _("The others may not hear or see you right now");
    case "nobody":
      return _("Nobody else is here yet");
    default:
      break;
  }
  if (voice !== "" && picture !== "") return _("Nobody can hear or see you now");
  const who = new Intl.ListFormat(language, { type: "conjunction" }).format(names);
  if (picture !== "") return _("{names} can hear you, not see you", { names: who });
  if (voice !== "") return _("{names} can see you, not hear you", { names: who });
  return _("{names} can hear and see you", { names: who });
}
