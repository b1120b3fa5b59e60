/**
 * A plan as this page has it: its sections, who else is here, and the one channel to the server.
 *
 * Fires `opened` after each opening, `places` when somebody moved, `gone` (CustomEvent of the kind)
 * when a section may no longer be read, `kept` (CustomEvent of Kept and kind), `unsaved`, `refused`.
 */
import { Channel, Refused } from "../live/socket.js";
import { Section } from "./section.js";

/**
 * @typedef {{name: string, role_label: string}} Person
 * @typedef {{page: string, person: string, section: string, field: string, anchor: string | null, head: string | null}} Place
 */

const AGAIN = 1500;

export class Plan extends EventTarget {
  /** @type {Map<string, Section>} */
  sections = new Map();
  /** @type {Record<string, Person>} */
  people = {};
  /** @type {Map<string, Place>} */
  places = new Map();
  #channel;
  #opening = false;
  /** Kinds that asked to be opened while another opening was under way. @type {Set<string>} */
  #wanted = new Set();
  #stopped = false;

  /**
   * @param {string} patient
   * @param {readonly string[]} kinds those that the page shows
   * @param {Record<string, unknown>} door what else the server needs to know who asks
   * @param {Channel} [channel] of its own in tests
   */
  constructor(patient, kinds, door, channel = new Channel("/careplan", { patient, ...door })) {
    super();
    this.#channel = channel;
    const way = {
      get ready() {
        return channel.ready;
      },
      ask: (/** @type {string} */ event, /** @type {Record<string, unknown>} */ payload) => channel.ask(event, payload, 10_000),
    };
    for (const kind of kinds) this.#add(new Section(kind, way));
    channel.addEventListener("ready", () => void this.open([...this.sections.keys()]));
    channel.addEventListener("lost", () => this.#lost());
    channel.addEventListener("refused", (event) => {
      this.#lost();
      this.dispatchEvent(new CustomEvent("refused", { detail: /** @type {CustomEvent} */ (event).detail }));
    });
    this.#listen();
  }

  begin() {
    this.#channel.open();
  }

  stop() {
    this.#stopped = true;
    this.#channel.close();
    for (const section of this.sections.values()) section.stop();
  }

  /** Whether something of this page is not on the server's disk. */
  get unsaved() {
    return [...this.sections.values()].some((section) => section.unsaved.length > 0);
  }

  /** @param {{section: string, field: string, anchor: string, head: string}} place where this person is now */
  stand(place) {
    this.#channel.say("place", place);
  }

  /** @param {string} kind @param {boolean} lock @param {string} [reason] why it is locked */
  async lock(kind, lock, reason = "") {
    const why = reason === "" ? {} : { reason };
    await this.#channel.ask(lock ? "lock" : "unlock", { section: kind, ...why });
  }

  /** @returns {Promise<Record<string, import("./page.js").Came>>} where entries came from; nothing when it cannot be said now */
  async origins() {
    try {
      return (await this.#channel.ask("origins", {})).origins;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return {};
    }
  }

  /**
   * @param {string} kind @param {number} seq @param {string} hash
   * @returns {Promise<boolean | null>} whether the server has the same texts; null when it is further on or cannot say
   */
  async same(kind, seq, hash) {
    try {
      return (await this.#channel.ask("check", { section: kind, seq, hash })).same;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return null;
    }
  }

  /** @param {readonly string[]} kinds */
  async open(kinds) {
    for (const kind of kinds) this.#wanted.add(kind);
    if (this.#opening || this.#stopped || !this.#channel.ready) return;
    this.#opening = true;
    const now = [...this.#wanted].filter((kind) => this.sections.has(kind));
    this.#wanted.clear();
    try {
      if (now.length > 0) await this.#ask(now);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (error.fields["reason"] === "foreign_client") this.sections.get(String(error.fields["section"]))?.renew("epoch");
      if (this.#channel.ready) {
        for (const kind of now) this.#wanted.add(kind);
        await new Promise((resolve) => setTimeout(resolve, AGAIN));
      }
    } finally {
      this.#opening = false;
    }
    if (this.#wanted.size > 0) void this.open([]);
  }

  /** @param {string[]} kinds */
  async #ask(kinds) {
    const sections = kinds.map((kind) => this.sections.get(kind)?.asked);
    const told = await this.#channel.ask("open", { sections }, 10_000);
    this.people = { ...this.people, ...told.people };
    for (const place of told.places) this.#stands(place);
    for (const kind of kinds) {
      const opened = told.sections[kind];
      if (opened === undefined) this.#gone(kind);
      else this.sections.get(kind)?.opened(opened);
    }
    this.dispatchEvent(new Event("opened"));
    this.dispatchEvent(new Event("places"));
  }

  /** @param {Section} section */
  #add(section) {
    this.sections.set(section.kind, section);
    section.addEventListener("reopen", () => void this.open([section.kind]));
    section.addEventListener("unsaved", () => this.dispatchEvent(new Event("unsaved")));
    section.addEventListener("kept", (event) => {
      const detail = { ...(/** @type {CustomEvent} */ (event).detail), kind: section.kind };
      this.dispatchEvent(new CustomEvent("kept", { detail }));
    });
  }

  #listen() {
    const channel = this.#channel;
    /** @type {(kind: string) => Section | undefined} */
    const of = (kind) => this.sections.get(kind);
    channel.on("update", (told) => of(told.section)?.hear(told));
    channel.on("command", (told) => of(told.section)?.hearCommand(told));
    channel.on("right", (told) => of(told.section)?.allowed(told.right));
    channel.on("locked", (told) => of(told.section)?.hearLock(told));
    channel.on("people", (told) => {
      this.people = { ...this.people, ...told.people };
      this.dispatchEvent(new Event("places"));
    });
    channel.on("behind", (told) => void this.open([told.section]));
    channel.on("gone", (told) => this.#gone(told.section));
    channel.on("reset", (told) => {
      // With the same epoch only what was not on the disk is gone: this page still has its own of it.
      const section = of(told.section);
      if (section !== undefined && told.epoch !== section.epoch) section.renew("epoch");
      else section?.lost();
      void this.open([told.section]);
    });
    channel.on("places", (told) => {
      for (const place of told.places) this.#stands(place);
      this.dispatchEvent(new Event("places"));
    });
  }

  /** @param {Place & {gone?: boolean, people?: Record<string, Person>}} place */
  #stands(place) {
    if (place.gone) this.places.delete(place.page);
    else this.places.set(place.page, place);
  }

  /** @param {string} kind */
  #gone(kind) {
    const section = this.sections.get(kind);
    if (section === undefined) return;
    section.renew("gone");
    section.stop();
    this.sections.delete(kind);
    this.dispatchEvent(new CustomEvent("gone", { detail: kind }));
  }

  #lost() {
    for (const section of this.sections.values()) section.lost();
    this.places.clear();
    this.dispatchEvent(new Event("places"));
  }
}
