/** Says in words how the connection stands and what that means for the person (pure). */
import { wording } from "../media/quality.js";
import { _ } from "../live/words.js";

/**
 * `tone` is empty when all is well; `sign` names which of the bar's three icons shows.
 * @typedef {{tone: "" | "weak" | "lost", sign: "good" | "weak" | "lost", word: string, consequence: string}} ConnectionWords
 */

/**
 * @param {{
 *   line: "connecting" | "connected" | "reconnecting" | "lost",
 *   media: import("../media/engine.js").MediaState,
 *   quality: import("../media/quality.js").Quality,
 *   alone: boolean,
 *   told?: import("./state.js").Connection | undefined,
 *   relayed?: boolean,
 * }} state `alone` while nobody else is in, `told` what the server sees of this connection, `relayed`
 *   while the network blocks the direct way
 * @returns {ConnectionWords}
 */
export function connectionWords({ line, media, quality, alone, told: server, relayed = false }) {
  if (line === "lost") {
    return told("lost", "lost", _("We lost the connection."), _("We keep trying. Your place is kept."));
  }
  if (line === "reconnecting" || media === "reconnecting") {
    return told("weak", "lost", _("Reconnecting…"), _("This takes a few seconds. Your place is kept."));
  }
  if (media === "busy") {
    return told("weak", "lost", _("All our lines for sound and picture are in use."),
      _("Please stay on this page: it tries again by itself. If it takes long, please use the telephone."));
  }
  if (line === "connecting" || media === "connecting") {
    return told("", "weak", _("Connecting…"), _("Sound and picture come in a moment."));
  }
  if (alone) return told("", "good", _("Connected."), "");
  if (server?.quality === "lost") {
    return told("weak", "lost", _("Weak connection."), _("The others may not hear or see you right now."));
  }
  if (relayed && quality === "good" && server?.quality !== "weak") {
    return told("", "good", _("Limited network."), _("It blocks the direct way, so the call takes another one."));
  }
  const { word, consequence } = wording(quality === "good" ? seen(server) : quality);
  return quality === "good" && server?.quality !== "weak"
    ? told("", "good", word, consequence)
    : told("weak", "weak", word, consequence);
}

/**
 * What the server sees, in the page's own words.
 * @param {import("./state.js").Connection | undefined} server
 * @returns {import("../media/quality.js").Quality}
 */
function seen(server) {
  if (server?.quality !== "weak") return "good";
  switch (server.cause) {
    case "sending":
      return "broken";
    case "delay":
      return "late";
    default:
      return "choppy";
  }
}

/**
 * @param {ConnectionWords["tone"]} tone
 * @param {ConnectionWords["sign"]} sign
 * @param {string} word
 * @param {string} consequence
 * @returns {ConnectionWords}
 */
function told(tone, sign, word, consequence) {
  return { tone, sign, word, consequence };
}
