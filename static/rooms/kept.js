/** Says how long what is written in a visit is kept, as the server's rules have it (pure). */
import { dayAndTime } from "../live/when.js";
import { _, ngettext } from "../live/words.js";

/**
 * @param {import("./state.js").Kept} kept
 * @param {Date} [now]
 * @returns {string} a sentence or two
 */
export function keptWords({ hours, until, on_hold, channels }, now = new Date()) {
  // Whoever reads the care team's lines writes the note as well.
  const note = channels.includes("team") ? " " + _("What matters later belongs in the note.") : "";
  if (on_hold) return _("The clinic must delete nothing for now, so it is kept until that is over.");
  if (until !== null) return _("It is kept until {moment} and deleted in the night after.", { moment: dayAndTime(until, now) }) + note;
  return ngettext(
    "It is kept for {count} hour after the visit ends and deleted in the night after.",
    "It is kept for {count} hours after the visit ends and deleted in the night after.",
    hours,
  ) + note;
}
