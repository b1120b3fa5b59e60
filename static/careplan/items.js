/** The items of a section as this page sees them: what the server has, and what was done since (pure). */

/** @typedef {string | number | boolean | null} Value */
/** @typedef {{id: string, kind: string, rank: string, values: Record<string, Value>, archived: boolean, seq: number, by?: string}} Item */
/**
 * @typedef {{id: string, op: "add" | "set" | "rank" | "archive" | "restore", item: string, kind?: string,
 *   rank?: string, values?: Record<string, Value>, if_seq?: number}} Command
 */

export class Items {
  /** @type {Map<string, Item>} */
  #stored = new Map();

  /** @param {readonly Item[]} items as the server told them */
  constructor(items = []) {
    for (const one of items) this.#stored.set(one.id, structuredClone(one));
  }

  /** Takes in a command that is on the disk. @param {Command} command @param {number} seq @param {string} [by] */
  apply(command, seq, by = "") {
    const before = this.#stored.get(command.item);
    if (before !== undefined && before.seq >= seq) return; // told twice
    const after = applied(before, command, by);
    if (after !== null) this.#stored.set(command.item, { ...after, seq });
  }

  /**
   * @param {readonly Command[]} [waiting] commands that are not on the disk yet
   * @param {string} [me] whose they are
   * @returns {Item[]} all items, put away or not, in order
   */
  seenWith(waiting = [], me = "") {
    const seen = new Map(this.#stored);
    for (const command of waiting) {
      const after = applied(seen.get(command.item), command, me);
      if (after !== null) seen.set(command.item, after);
    }
    return [...seen.values()].sort((one, other) => compare(one.rank, other.rank) || compare(one.id, other.id));
  }
}

/** @param {string} one @param {string} other by code unit: the server orders so */
function compare(one, other) {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** @param {Item | undefined} item @param {Command} command @param {string} by @returns {Item | null} null when there is nothing to change */
function applied(item, command, by) {
  if (command.op === "add") {
    if (item !== undefined) return null;
    item = { id: command.item, kind: command.kind ?? "", rank: command.rank ?? "", values: {}, archived: false, seq: 0, by };
  }
  if (item === undefined) return null;
  const values = { ...item.values };
  for (const [name, value] of Object.entries(command.values ?? {})) {
    if (value === null) delete values[name];
    else values[name] = value;
  }
  return {
    ...item,
    values,
    rank: command.op === "rank" ? (command.rank ?? item.rank) : item.rank,
    archived: command.op === "archive" || (command.op !== "restore" && item.archived),
  };
}
