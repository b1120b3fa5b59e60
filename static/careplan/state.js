/** Says in exact words how safe what is written is. */
import { _ } from "words";

/** @param {Exclude<import("./section.js").Standing, "">} standing @returns {string} */
export function stateWords(standing) {
  switch (standing) {
    case "saved":
      return _("Saved");
    case "saving":
      return _("Saving…");
    case "unsaved":
      return _("Not saved yet");
    case "offline":
      return _("Offline");
  }
}

/** @param {string} reason @returns {string} why words of this person were not taken */
export function reasonWords(reason) {
  switch (reason) {
    case "forbidden":
      return _("You may no longer write in this part.");
    case "gone":
      return _("This part is no longer open to you.");
    case "locked":
      return _("This part was closed for changes.");
    case "too_large":
      return _("This is too long to be saved in one piece.");
    case "epoch":
    case "stale_epoch":
      return _("This part was begun anew while you were away.");
    default:
      return _("The plan has changed in a way that these words do not fit into any more.");
  }
}
