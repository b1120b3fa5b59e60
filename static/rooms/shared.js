/** Says in words whose screen is shared, who will see it, and why it rests (pure). */
import { _ } from "../live/words.js";

/** @typedef {import("./state.js").RoomState} RoomState */

/**
 * What a preview says before anything is sent.
 * @param {import("../media/screen.js").Surface} surface
 * @param {string[]} names everybody else in the call
 * @param {string | undefined} [language]
 * @returns {{title: string, words: string, names: string, warning: string}}
 */
export function previewWords(surface, names, language) {
  const who = names.length === 0
    ? _("Nobody else is in the call yet. Whoever comes in sees it, too.")
    : _("In the room: {names}. Who waits outside does not see it.", { names: list(names, language) });
  switch (surface) {
    case "window":
      return { title: _("Share this window?"), words: _("Everybody in the room will see this window."), names: who, warning: "" };
    case "browser":
      return { title: _("Share this tab?"), words: _("Everybody in the room will see this tab."), names: who, warning: "" };
    default:
      return {
        title: _("Share your whole screen?"),
        words: _("Everybody in the room will see your whole screen."),
        names: who,
        warning: _("Messages that pop up are seen, too, and so is anything about other people. A single window is safer."),
      };
  }
}

/**
 * The lasting line of whoever shares, may share now, or waits for leave to.
 * @param {RoomState} state
 * @param {boolean} sends whether this page sends a screen now
 * @param {boolean} carried whether what it sends gets through
 * @param {string[]} names everybody else in the call
 * @param {string | undefined} [language]
 * @returns {string} empty for nothing to say
 */
export function ownShareWords(state, sends, carried, names, language) {
  if (sends && !carried) return _("You are sharing your screen. The others may not see it right now.");
  if (sends && names.length === 0) return _("You are sharing your screen. Nobody else is here yet.");
  if (sends) return _("You are sharing your screen. {names} can see it.", { names: list(names, language) });
  if (state.me.share === "asked") return _("You asked to share your screen. Please wait for the answer.");
  if (state.me.share === "let") return _("You may share your screen now.");
  return "";
}

/**
 * @param {RoomState} state
 * @returns {string} whose screen somebody else shares, for the eye and the ear; empty for nobody's
 */
export function othersShareWords({ sharing, me }) {
  return sharing === null || sharing.seat === me.seat ? "" : _("{name} shares a screen", { name: sharing.name });
}

/**
 * Why no picture of a shared screen is there.
 * @param {import("./state.js").Person | undefined} person who shares it
 * @param {import("../media/engine.js").Rest | null} rests
 * @param {boolean} arrived whether its picture has come
 * @returns {string} empty while it is there
 */
export function restWords(person, rests, arrived) {
  if (person?.present === false) return _("{name} is reconnecting. The screen comes back by itself.", { name: person.name });
  if (rests === "line") {
    return _("The screen rests, to keep the voices clear: the connection is too slow for it now. It comes back by itself.");
  }
  return arrived ? "" : _("The screen comes in a moment…");
}

/**
 * What to say where the browser gave no screen.
 * @param {import("../media/causes.js").Cause | null} cause
 * @returns {string} empty where the person thought better of it
 */
export function refusedWords(cause) {
  switch (cause) {
    case null:
    case "denied":
    case "dismissed":
      return "";
    case "system":
      return _("Your computer does not let this browser show its screen. Allow it in the computer’s privacy settings, then try again.");
    default:
      return _("The screen could not be shared. Please try again, or share another window.");
  }
}

/** @param {string[]} names @param {string | undefined} language @returns {string} */
function list(names, language) {
  return new Intl.ListFormat(language, { type: "conjunction" }).format(names);
}
