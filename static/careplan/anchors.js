/**
 * The place of marked words in a text, as a comment keeps it: its ends move with the words.
 *
 * The server stores it unread. Beside both ends stands a check of the words, so that nobody accepts
 * a suggestion for words that have become others since.
 */
import {
  createAbsolutePositionFromRelativePosition, createRelativePositionFromTypeIndex, decodeRelativePosition, encodeRelativePosition,
} from "yjs";
import { bytesOf, textOf } from "./bytes.js";
import { cleaned } from "./edits.js";

/** @typedef {import("yjs").Text} Text */

const LONGEST_QUOTE = 200;
/** Bytes of the check at the end of an anchor. */
const CHECK = 4;

/** @param {Text} text @param {number} start @param {number} end @returns {string} base64, "" when nothing is marked */
export function anchorOf(text, start, end) {
  if (start >= end) return "";
  // Both ends hold on to a letter that is marked: what is written beside them stays outside.
  const first = encodeRelativePosition(createRelativePositionFromTypeIndex(text, start, 0));
  const last = encodeRelativePosition(createRelativePositionFromTypeIndex(text, end, -1));
  return textOf(Uint8Array.of(first.length, ...first, ...last, ...checkOf(text.toString().slice(start, end))));
}

/**
 * @param {Text} text
 * @param {string} anchor
 * @returns {{start: number, end: number, same: boolean} | null} null when the words were taken away; `same`: they are what they were
 */
export function placeAt(text, anchor) {
  const ends = read(anchor);
  if (ends === null) return null;
  const start = indexOf(text, ends.first);
  const end = indexOf(text, ends.last);
  if (start === null || end === null || start >= end) return null;
  const check = checkOf(text.toString().slice(start, end));
  return { start, end, same: check.every((one, at) => one === ends.check[at]) };
}

/** @param {Text} text @param {string} field its name @param {string} head a place as `presence.js` tells it @returns {number | null} */
export function caretAt(text, field, head) {
  try {
    const place = decodeRelativePosition(bytesOf(head));
    if (place.item) return indexOf(text, place);
    return place.tname === `t:${field}` ? text.length : null; // behind the last letter
  } catch {
    return null;
  }
}

/** @param {string} words @returns {string} as much of them as a comment holds, on one line; "" when there is nothing */
export function quoteOf(words) {
  // A character that the limit cuts in two is left out.
  return cleaned(words.replace(/\s+/g, " ").trim().slice(0, LONGEST_QUOTE)).trim();
}

/** @param {string} anchor @returns {{first: import("yjs").RelativePosition, last: import("yjs").RelativePosition, check: Uint8Array} | null} */
function read(anchor) {
  try {
    const bytes = bytesOf(anchor);
    const middle = 1 + (bytes[0] ?? 0);
    const end = bytes.length - CHECK;
    if (middle >= end) return null;
    return {
      first: decodeRelativePosition(bytes.subarray(1, middle)),
      last: decodeRelativePosition(bytes.subarray(middle, end)),
      check: bytes.subarray(end),
    };
  } catch {
    return null; // whoever may comment may have sent anything
  }
}

/** @param {Text} text @param {import("yjs").RelativePosition} end @returns {number | null} */
function indexOf(text, end) {
  // An end without a letter is not of this page's making; to look it up could make a text of that name.
  if (text.doc === null || !end.item) return null;
  const found = createAbsolutePositionFromRelativePosition(end, text.doc);
  return found !== null && found.type === text ? found.index : null;
}

/** @param {string} words @returns {Uint8Array} FNV-1a over their UTF-16 units: for changes by chance, not by intent */
function checkOf(words) {
  let sum = 0x811c9dc5;
  for (let at = 0; at < words.length; at += 1) sum = Math.imul(sum ^ words.charCodeAt(at), 0x01000193);
  return Uint8Array.of(sum >>> 24, sum >>> 16, sum >>> 8, sum);
}
