/** Brings two hosts' versions of one summary together: what only one of them changed is taken from them. */

/**
 * @typedef {{
 *   next_step: string, owner: string, due: string, nothing: boolean, reason: string, agreed: string,
 * }} Written
 */

/** A decision is one thing: nobody's step gets somebody else's date. @type {readonly (readonly (keyof Written)[])[]} */
const TOGETHER = [["next_step", "owner", "due", "nothing", "reason"], ["agreed"]];

/**
 * @param {Written} base what both began from
 * @param {Written} mine
 * @param {Written} theirs
 * @returns {{merged: Written, clashes: (keyof Written)[]}} mine where both changed it, which `clashes` names
 */
export function merge(base, mine, theirs) {
  const merged = { ...mine };
  /** @type {(keyof Written)[]} */
  const clashes = [];
  for (const fields of TOGETHER) {
    if (same(fields, mine, theirs) || same(fields, theirs, base)) continue;
    if (same(fields, mine, base)) Object.assign(merged, pick(fields, theirs));
    else clashes.push(...fields);
  }
  return { merged, clashes };
}

/** @param {readonly (keyof Written)[]} fields @param {Written} one @param {Written} other */
function same(fields, one, other) {
  return fields.every((field) => one[field] === other[field]);
}

/** @param {readonly (keyof Written)[]} fields @param {Written} from @returns {Partial<Written>} */
export function pick(fields, from) {
  return Object.fromEntries(fields.map((field) => [field, from[field]]));
}
