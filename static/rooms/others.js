/** Says how the others' connections are, in the tile and once for the ear (pure). */
import { clockTime } from "../live/when.js";
import { _ } from "../live/words.js";

/** @typedef {{sign: "" | "weak" | "lost" | "away", words: string, consequence: string}} Note */

const NOTHING = /** @type {const} */ ({ sign: "", words: "", consequence: "" });

/**
 * What is the matter with a person's media.
 * @param {import("./state.js").Person} person
 * @param {boolean} arrived whether any media of this person has come
 * @param {import("../media/engine.js").Rest | null} rests why the picture is not sent to us, null while it is
 * @returns {Note} empty for nothing
 */
export function noteFor(person, arrived, rests) {
  if (person.hidden_since) {
    return {
      sign: "away",
      words: _("{name} has put this page in the background at {time}.", { name: person.name, time: clockTime(person.hidden_since) }),
      consequence: _("The phone may be locked. They come back by themselves."),
    };
  }
  if (!person.present) return { ...NOTHING, words: _("Reconnecting…") };
  if (!arrived && (person.camera || person.microphone)) return { ...NOTHING, words: _("Connecting…") };
  const { name, connection } = person;
  if (connection.quality === "lost") {
    return {
      sign: "lost",
      words: _("No connection to {name} right now.", { name }),
      consequence: _("Please wait a moment, it often comes back by itself."),
    };
  }
  if (rests === "codec" && person.camera) {
    return {
      ...NOTHING,
      words: _("This device cannot show {name}’s picture.", { name }),
      consequence: _("The voice goes on."),
    };
  }
  if (rests === "line" && person.camera) {
    return { ...NOTHING, words: _("Picture paused, to keep the voice clear") };
  }
  if (person.resting && person.camera) {
    return { ...NOTHING, words: _("{name}’s picture is paused: the line is too narrow", { name }), consequence: _("The voice goes on.") };
  }
  if (connection.quality !== "weak") return NOTHING;
  return { sign: "weak", words: _("{name}’s connection is weak.", { name }), consequence: consequenceOf(connection.cause) };
}

/** @param {import("./state.js").Connection["cause"]} cause @returns {string} */
function consequenceOf(cause) {
  switch (cause) {
    case "sending":
      return _("Voice and picture may break up.");
    case "receiving":
      return _("Not every word of yours may arrive.");
    case "delay":
      return _("Leave a short pause after you speak.");
    default:
      return "";
  }
}

/**
 * What to say of the own connection: broken sound is not its fault while somebody else's is weak.
 * @param {import("../media/quality.js").Quality} quality as the browser counts it
 * @param {import("./state.js").Connection | undefined} own as the server sees it
 * @param {import("./state.js").Person[]} people the others
 * @returns {import("../media/quality.js").Quality}
 */
export function ownQuality(quality, own, people) {
  const broken = people.some(({ connection }) => connection.quality === "lost" || connection.cause === "sending");
  const theirs = broken && own?.quality === "good" && (quality === "choppy" || quality === "still");
  return theirs ? "good" : quality;
}

/** Milliseconds until the same person's connection is spoken of again. */
const QUIET = 60_000;

/** Remembers what was said for the ear, so that a poor line does not talk all the time. */
export class Ear {
  /** @type {Map<string, {sign: Note["sign"], spoken: Note["sign"], at: number}>} */
  #known = new Map();

  /**
   * @param {{seat: string, note: Note}[]} notes
   * @param {number} now milliseconds
   * @returns {string} what to say now, empty for nothing new
   */
  news(notes, now) {
    const said = [];
    for (const { seat, note } of notes) {
      const before = this.#known.get(seat) ?? { sign: "", spoken: "", at: -Infinity };
      const turned = note.sign !== "" && note.sign !== before.sign;
      const due = now - before.at >= QUIET || (note.sign === "lost" && before.spoken !== "lost");
      if (turned && due) {
        this.#known.set(seat, { sign: note.sign, spoken: note.sign, at: now });
        said.push(`${note.words} ${note.consequence}`.trim());
      } else {
        this.#known.set(seat, { ...before, sign: note.sign });
      }
    }
    return said.join(" ");
  }
}
