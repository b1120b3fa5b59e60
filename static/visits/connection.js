/** Shows after a visit how everybody's connection was, in a sentence each and in numbers. */
import { _, ngettext } from "../live/words.js";

/**
 * Shares are 0 to 1, `median` and `p95` milliseconds there and back.
 * @typedef {{
 *   seat: string, name: string, role_label: string, minutes: number, reconnections: number, weak: number, lost: number,
 *   median: number | null, p95: number | null, up_loss: number, down_loss: number, freezes: number,
 *   frozen: number, concealed: number, height: number, codecs: string, path: string, protocol: string,
 *   browser: string,
 * }} Told
 */

/** Milliseconds until the records are asked for once more: the last of them are being written. */
const AGAIN = 1500;

/**
 * @param {HTMLElement} list of those who were there, each row with its seat
 * @param {string} visit
 */
export async function showConnections(list, visit) {
  let people = await ask(visit);
  if (people.length === 0) {
    await new Promise((resolve) => setTimeout(resolve, AGAIN));
    people = await ask(visit);
  }
  const bySeat = new Map(people.map((told) => [told.seat, told]));
  for (const row of /** @type {NodeListOf<HTMLElement>} */ (list.querySelectorAll("[data-seat]"))) {
    const told = bySeat.get(row.dataset["seat"] ?? "");
    if (told !== undefined) row.append(...wordsOf(told));
  }
}

/** @param {string} visit @returns {Promise<Told[]>} empty when it cannot be had */
async function ask(visit) {
  try {
    const answer = await fetch(`/visits/${visit}/connection.json`, { credentials: "same-origin", cache: "no-store" });
    return answer.ok ? (await answer.json()).people : [];
  } catch {
    return [];
  }
}

/** @param {Told} told @returns {HTMLElement[]} a sentence, and the numbers behind a word */
function wordsOf(told) {
  const sentence = document.createElement("p");
  sentence.className = "small";
  sentence.textContent = sentenceOf(told);
  const more = document.createElement("details");
  const summary = document.createElement("summary");
  summary.className = "small";
  summary.textContent = _("Connection of {name} in numbers", { name: told.name });
  const list = document.createElement("dl");
  list.className = "ended__numbers small num";
  for (const [word, value] of numbersOf(told)) {
    const [term, text] = [document.createElement("dt"), document.createElement("dd")];
    term.textContent = word;
    text.textContent = value;
    list.append(term, text);
  }
  more.append(summary, list);
  return [sentence, more];
}

/**
 * @param {Told} told
 * @returns {string} such as "24 min in the call · weak connection for 5% of the time"
 */
export function sentenceOf({ minutes, weak, lost, reconnections }) {
  const parts = [_("{minutes} min in the call", { minutes: Math.max(1, minutes) })];
  if (weak + lost < 0.005) parts.push(_("good connection"));
  if (weak >= 0.005) parts.push(_("weak connection for {share} of the time", { share: percent(weak) }));
  if (lost >= 0.005) parts.push(_("gone for {share} of it", { share: percent(lost) }));
  if (reconnections > 0) {
    parts.push(ngettext("reconnected {count} time", "reconnected {count} times", reconnections));
  }
  return parts.join(" · ");
}

/** @param {Told} told @returns {[string, string][]} word and value of each number there is */
export function numbersOf(told) {
  /** @type {[string, string][]} */
  const found = [];
  if (told.median !== null && told.p95 !== null) {
    found.push([_("There and back"), _("{median} ms, at worst {worst} ms", { median: told.median, worst: told.p95 })]);
  }
  found.push([_("Lost on the way to us"), percent(told.up_loss)], [_("Lost on the way back"), percent(told.down_loss)]);
  found.push([_("Sound filled in"), percent(told.concealed)], [_("Picture stood still"), percent(told.frozen)]);
  if (told.height > 0) found.push([_("Largest picture"), _("{height} lines", { height: told.height })]);
  const way = wayOf(told);
  if (way !== "") found.push([_("Way"), way]);
  if (told.codecs !== "") found.push([_("Coding"), told.codecs]);
  if (told.browser !== "") found.push([_("Browser"), told.browser]);
  return found;
}

/** @param {Told} told @returns {string} */
function wayOf({ path, protocol }) {
  const by = protocol.toUpperCase();
  if (path === "relay") return by === "" ? _("Through a relay") : _("Through a relay, by {protocol}", { protocol: by });
  if (path === "host") return by === "" ? _("Direct") : _("Direct, by {protocol}", { protocol: by });
  return "";
}

/** @param {number} share @returns {string} */
function percent(share) {
  const digits = share > 0 && share < 0.01 ? 1 : 0;
  return new Intl.NumberFormat(globalThis.document?.documentElement.lang || undefined, {
    style: "percent", maximumFractionDigits: digits,
  }).format(share);
}
