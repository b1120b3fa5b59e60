/** Says whose hands are up, and what changed, in words (pure). */
import { _, ngettext } from "../live/words.js";

/** @typedef {import("./state.js").Hand} Hand */

/**
 * @param {Hand[]} hands in order
 * @param {string} mine the own seat
 * @param {string | undefined} [language]
 * @returns {string} empty while none is up
 */
export function handsWords(hands, mine, language) {
  if (hands.length === 0) return "";
  const names = hands.map(({ seat, name }, at) => _("{place}. {name}", { place: at + 1, name: seat === mine ? _("you") : name }));
  return _("Hands up, in order: {names}", { names: new Intl.ListFormat(language, { type: "unit" }).format(names) });
}

/**
 * @param {Hand[]} before
 * @param {Hand[]} now
 * @param {string} mine the own seat
 * @param {boolean} lowered whether the person lowered the own hand
 * @returns {string} what is new for the ear, empty for nothing
 */
export function handsNews(before, now, mine, lowered) {
  const said = [];
  for (const hand of now.filter((one) => !before.some(({ seat }) => seat === one.seat))) {
    const place = now.indexOf(hand) + 1;
    said.push(hand.seat === mine
      ? _("Your hand is up. You are number {place}.", { place })
      : _("{name} raised a hand.", { name: hand.name }));
  }
  const down = before.some(({ seat }) => seat === mine) && !now.some(({ seat }) => seat === mine);
  if (down) said.push(lowered ? _("Your hand is down.") : _("Your hand was lowered."));
  return said.join(" ");
}

/** @param {string} since @param {number} now milliseconds @returns {string} for how long a hand has been up */
export function upForWords(since, now) {
  const minutes = Math.floor(Math.max(0, now - Date.parse(since)) / 60_000);
  if (minutes === 0) return _("for less than a minute");
  return ngettext("for {count} minute", "for {count} minutes", minutes);
}
