/** The words for what somebody answered on arriving (pure). */
import { _ } from "../live/words.js";

/**
 * @typedef {import("../rooms/state.js").CheckIn} CheckIn
 * @typedef {"safe" | "place" | "phone" | "company"} Question
 */

/** @param {CheckIn | null} told @returns {Record<Question, string>} */
export function toldWords(told) {
  const none = _("Not answered");
  const safe = { yes: _("Yes"), no: _("No"), unsure: _("Not sure"), "": none };
  const company = {
    alone: _("Alone"),
    others: told?.companions || _("Somebody is there"),
    "": none,
  };
  return {
    safe: safe[told?.safe ?? ""],
    place: told?.place || none,
    phone: told?.phone || none,
    company: company[told?.company ?? ""],
  };
}
