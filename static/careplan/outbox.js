/**
 * Keeps, sealed in this browser, what of this person's writing the server has not acknowledged.
 *
 * One row per open page and section, gone with the acknowledgement. A page holds a lock as long as it
 * lives; rows of a page without one are what a closed or broken tab left behind, and the next page of
 * the same person takes them over. Idle and a lost line wipe nothing.
 */
import { bytesOf, textOf } from "./bytes.js";
import { keyOf, newSalt, seal, unseal } from "./sealed.js";

/**
 * @typedef {{kind: string, epoch: number, updates: string[], commands: import("./items.js").Command[],
 *   texts: string[]}} Left
 * @typedef {{id: string, page: string, plan: string, sealed: Uint8Array<ArrayBuffer>}} Row
 */

const DATABASE = "rounds.plan";
const NAME = (/** @type {string} */ page) => `rounds.plan.${page}`;

export class Outbox {
  #plan;
  #database;
  #key;
  #page = crypto.randomUUID();
  /** Lets go of this page's lock. */
  #end = () => {};
  /** Rows that wait to be written, by section; one is under way at a time. @type {Map<string, Left | null>} */
  #waiting = new Map();
  #writing = false;
  /** Told with the number of sections of which something is kept. @type {(count: number) => void} */
  onKept = () => {};
  /** @type {Set<string>} */
  #holds = new Set();

  /** @param {string} plan whose and of whom @param {IDBDatabase} database @param {CryptoKey} key */
  constructor(plan, database, key) {
    this.#plan = plan;
    this.#database = database;
    this.#key = key;
    const ended = new Promise((resolve) => {
      this.#end = () => resolve(undefined);
    });
    void navigator.locks.request(NAME(this.#page), () => ended);
  }

  /**
   * @param {string} plan names person and patient; rows of other plans are not looked at
   * @param {string} secret base64, of this person; "" when nothing may be kept on devices
   * @returns {Promise<Outbox | null>} null where this browser cannot keep anything
   */
  static async begin(plan, secret) {
    if (secret === "" || !("indexedDB" in globalThis) || !navigator.locks || !crypto.subtle) return null;
    try {
      const database = await opened();
      /** @type {Uint8Array<ArrayBuffer>} */
      const salt = (await done(database.transaction("salt").objectStore("salt").get("salt"))) ?? newSalt();
      await done(database.transaction("salt", "readwrite").objectStore("salt").put(salt, "salt"));
      return new Outbox(plan, database, await keyOf(bytesOf(secret), salt));
    } catch {
      return null; // a private window, or the disk is full
    }
  }

  /** @param {string} kind @param {Left | null} left null when all is acknowledged */
  keep(kind, left) {
    this.#waiting.set(kind, left);
    if (!this.#writing) void this.#write();
  }

  /** Hands over what pages that are gone have left; it is this page's from now on. @param {(left: Left) => void} take */
  async takeOver(take) {
    const store = this.#database.transaction("rows").objectStore("rows");
    /** @type {Row[]} */
    const rows = await done(store.index("plan").getAll(this.#plan));
    for (const row of rows) {
      if (row.page === this.#page || !(await isFree(row.page))) continue;
      const left = await unseal(this.#key, row.sealed);
      if (left !== null) take(left);
      await done(this.#rows().delete(row.id));
    }
  }

  /** Forgets all of this person's rows of this plan: they signed out, and know it. */
  async wipe() {
    const keys = await done(this.#database.transaction("rows").objectStore("rows").index("plan").getAllKeys(this.#plan));
    for (const key of keys) await done(this.#rows().delete(key));
  }

  stop() {
    this.#end();
  }

  async #write() {
    this.#writing = true;
    for (let next = this.#next(); next !== null; next = this.#next()) {
      const [kind, left] = next;
      const id = `${this.#page} ${kind}`;
      try {
        if (left === null) await done(this.#rows().delete(id));
        else {
          const sealed = await seal(this.#key, left);
          await done(this.#rows().put({ id, page: this.#page, plan: this.#plan, sealed }));
        }
        if (left === null) this.#holds.delete(kind);
        else this.#holds.add(kind);
        this.onKept(this.#holds.size);
      } catch {
        break; // what is on the screen still is; the next change tries again
      }
    }
    this.#writing = false;
  }

  /** @returns {[string, Left | null] | null} */
  #next() {
    const [first] = this.#waiting;
    if (first === undefined) return null;
    this.#waiting.delete(first[0]);
    return first;
  }

  #rows() {
    return this.#database.transaction("rows", "readwrite").objectStore("rows");
  }
}

/**
 * @param {import("./section.js").Section} section
 * @returns {Left | null} what of it is not acknowledged
 */
export function leftOf(section) {
  const { unsaved } = section;
  if (unsaved.length === 0) return null;
  return {
    kind: section.kind,
    epoch: section.epoch,
    updates: unsaved.flatMap((step) => ("updates" in step ? step.updates.map(textOf) : [])),
    commands: section.commands,
    texts: Object.values(section.touched()),
  };
}

/** @param {string} page @returns {Promise<boolean>} whether no open page has this name */
async function isFree(page) {
  return navigator.locks.request(NAME(page), { ifAvailable: true }, (lock) => lock !== null);
}

/** @returns {Promise<IDBDatabase>} */
function opened() {
  const request = indexedDB.open(DATABASE, 1);
  request.addEventListener("upgradeneeded", () => {
    request.result.createObjectStore("rows", { keyPath: "id" }).createIndex("plan", "plan");
    request.result.createObjectStore("salt");
  });
  return done(request);
}

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
function done(request) {
  return new Promise((resolve, reject) => {
    request.addEventListener("success", () => resolve(request.result));
    request.addEventListener("error", () => reject(request.error ?? new Error("The browser could not keep it")));
  });
}
