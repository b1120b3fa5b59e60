/** Counts which rows of a section this page has, and notices when one is missing (pure). */

export class Seen {
  /** Every row up to this number is here. */
  seq;
  /** @type {[number, number][]} */
  #ahead = [];

  /** @param {number} seq */
  constructor(seq) {
    this.seq = seq;
  }

  /** @param {number} from @param {number} to both included */
  add(from, to) {
    this.#ahead.push([from, to]);
    this.#ahead.sort(([one], [other]) => one - other);
    while (this.#ahead[0] !== undefined && this.#ahead[0][0] <= this.seq + 1) {
      this.seq = Math.max(this.seq, this.#ahead[0][1]);
      this.#ahead.shift();
    }
  }

  /** Whether a later row is here and one before it is not. */
  get gap() {
    return this.#ahead.length > 0;
  }
}
