/** What a summary says of itself: how it is saved, how it reads, what the patient has of it. */
import { dayAndTime } from "../live/when.js";
import { _ } from "words";

/** @typedef {"saved" | "saving" | "unsaved" | "offline"} Saving */

/** @param {Saving} state @returns {[string, string]} icon and words */
export function stateWords(state) {
  switch (state) {
    case "saved":
      return ["check", _("Saved")];
    case "saving":
      return ["refresh-cw", _("Saving…")];
    case "unsaved":
      return ["pencil", _("Not saved yet")];
    case "offline":
      return ["wifi-off", _("Offline")];
  }
}

/** @returns {string} */
export function offlineWords() {
  return _("That did not reach the server. Try again in a moment.");
}

/** @param {number | null} grade school grade from which the text is understood @returns {string} */
export function gradeWords(grade) {
  if (grade === null) return "";
  if (grade <= 6) return _("Reads easily: school grade {grade}.", { grade });
  return _("School grade {grade}. Shorter sentences and plainer words help.", { grade });
}

/**
 * @param {{at: string, by: string, version: number, stands: boolean} | null} published
 * @param {string} patient
 * @returns {string} since when the patient can read it, and whether it is what stands here
 */
export function publishedWords(published, patient) {
  if (published === null) return "";
  const values = { name: patient, when: dayAndTime(published.at), by: published.by };
  if (!published.stands) return _("{name} still reads what was published {when}. Publish again to correct it.", values);
  if (published.version > 1) return _("{name} can read it, corrected {when} by {by}.", values);
  return _("{name} can read it since {when}, published by {by}.", values);
}

/**
 * @param {import("./merge.js").Written} one
 * @param {(keyof import("./merge.js").Written)[]} clashes what both changed
 * @param {string} owner in words
 * @returns {string} what another host wrote
 */
export function theirWords({ next_step, due, nothing, reason, agreed }, clashes, owner) {
  const decision = nothing ? [_("Nothing further is planned now."), reason] : [next_step, owner, due];
  const told = clashes.includes("next_step") ? [decision.filter((word) => word !== "").join(", ")] : [];
  return [...told, ...(clashes.includes("agreed") ? [agreed] : [])].join("\n\n");
}

/** @param {{title: string, lines: string[]}} fact @returns {HTMLElement} a heading with its lines */
export function factRow({ title, lines }) {
  const row = document.createElement("div");
  const heading = document.createElement("dt");
  heading.textContent = title;
  row.append(heading, ...lines.map((line) => {
    const one = document.createElement("dd");
    one.textContent = line;
    return one;
  }));
  return row;
}
