/** Whose carets stand in a text, and which names share a tag because they would lie on each other (pure). */

/** @typedef {import("./plan.js").Place} Place */
/** @typedef {{name: string, head: string}} Caret whose it is, and where, as its page told it */

/** Pixels between two carets under which their names would lie on each other. */
export const NEAR = 110;

/**
 * @param {Iterable<Place>} places where everybody is
 * @param {string} me who looks: their own carets, of this page or another, are not among them
 * @param {string} section
 * @param {string} field of the section
 * @param {(person: string) => string} nameOf
 * @returns {Caret[]}
 */
export function caretsIn(places, me, section, field, nameOf) {
  return [...places]
    .filter((one) => one.person !== me && one.section === section && one.field === field)
    .map(({ person, head }) => ({ name: nameOf(person), head: head ?? "" }));
}

/**
 * @param {readonly {name: string, x: number}[]} carets with their pixels from the edge
 * @returns {{x: number, names: string}[]} the tags from the edge on: each at its first caret, everybody once
 */
export function tagsOf(carets) {
  /** @type {{x: number, names: Set<string>}[]} */
  const tags = [];
  for (const { name, x } of [...carets].sort((one, other) => one.x - other.x)) {
    const near = tags.at(-1);
    if (near !== undefined && x - near.x < NEAR) near.names.add(name);
    else tags.push({ x, names: new Set([name]) });
  }
  return tags.map(({ x, names }) => ({ x, names: [...names].join(", ") }));
}
