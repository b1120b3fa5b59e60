/** Saves the note of a visit by itself, says honestly how it stands, and loses no text of anyone. */
import { post } from "../live/http.js";
import { Refused } from "../live/refusal.js";
import { _ } from "words";
import { part, picture, write } from "./parts.js";

/** Milliseconds of silence after which the text is saved. */
const PAUSE = 800;
/** Milliseconds until a save that did not get through is tried again. */
const AGAIN = 5000;

/** @typedef {"saved" | "saving" | "unsaved" | "offline"} NoteState */

export class Note {
  #element;
  #visit;
  #text;
  #revision;
  #saved;
  #saving = false;
  /** Text and revision of someone else's version, while the writer has not decided. @type {{text: string, revision: number} | null} */
  #other = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {HTMLElement} element the section with the text
   * @param {string} visit
   */
  constructor(element, visit) {
    this.#element = element;
    this.#visit = visit;
    this.#text = /** @type {HTMLTextAreaElement} */ (part(element, "textarea"));
    this.#revision = Number(this.#text.dataset["revision"]);
    this.#saved = this.#text.value;
    this.#text.addEventListener("input", () => this.#changed());
    this.#text.addEventListener("blur", () => void this.save());
    addEventListener("online", () => void this.save());
    addEventListener("offline", () => this.#show(this.#unsaved ? "offline" : "saved"));
    addEventListener("pagehide", () => void this.save());
    addEventListener("beforeunload", (event) => {
      if (this.#unsaved) event.preventDefault();
    });
    part(element, "[data-note-both]").addEventListener("click", () => this.#settle((mine, theirs) => `${theirs}\n\n${mine}`));
    part(element, "[data-note-mine]").addEventListener("click", () => this.#settle((mine) => mine));
    part(element, "[data-note-theirs]").addEventListener("click", () => this.#settle((_mine, theirs) => theirs));
    this.#restore();
  }

  /** Sends the text if it is not saved yet. */
  async save() {
    clearTimeout(this.#timer);
    if (!this.#unsaved || this.#saving || this.#other !== null) return;
    this.#saving = true;
    this.#show("saving");
    const text = this.#text.value;
    try {
      const { revision } = await post(`/visits/${this.#visit}/note`, { text, revision: this.#revision });
      this.#revision = revision;
      this.#saved = text;
      this.#keep();
      this.#show(this.#unsaved ? "unsaved" : "saved");
      if (this.#unsaved) this.#later(PAUSE);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.#refused(error);
    } finally {
      this.#saving = false;
    }
  }

  get #unsaved() {
    return this.#text.value !== this.#saved;
  }

  #changed() {
    write(part(this.#element, "[data-note-paper]"), this.#text.value);
    this.#keep();
    if (!this.#unsaved) this.#show("saved");
    else this.#show(navigator.onLine ? "unsaved" : "offline");
    this.#later(PAUSE);
  }

  /** @param {Refused} error */
  #refused(error) {
    const { text, revision } = error.fields;
    if (error.code === "conflict" && typeof text === "string") {
      this.#other = { text, revision: Number(revision) };
      write(part(this.#element, "[data-note-other]"), text);
      part(this.#element, "[data-note-conflict]").hidden = false;
      this.#show("unsaved");
      return;
    }
    this.#show(error.code === "disconnected" ? "offline" : "unsaved");
    this.#later(AGAIN);
  }

  /** @param {(mine: string, theirs: string) => string} choose */
  #settle(choose) {
    if (this.#other === null) return;
    this.#text.value = choose(this.#text.value, this.#other.text);
    this.#saved = this.#other.text;
    this.#revision = this.#other.revision;
    this.#other = null;
    part(this.#element, "[data-note-conflict]").hidden = true;
    this.#text.focus();
    this.#changed();
    void this.save();
  }

  /** @param {number} milliseconds */
  #later(milliseconds) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.save(), milliseconds);
  }

  /** Unsaved text outlives a reload in this tab, and nothing else: the computer may be shared. */
  #keep() {
    const key = `rounds.note.${this.#visit}`;
    if (this.#unsaved) sessionStorage.setItem(key, JSON.stringify({ text: this.#text.value, revision: this.#revision }));
    else sessionStorage.removeItem(key);
  }

  #restore() {
    const kept = sessionStorage.getItem(`rounds.note.${this.#visit}`);
    if (kept === null) {
      this.#show("saved");
      return;
    }
    const { text, revision } = JSON.parse(kept);
    this.#text.value = text;
    this.#revision = Number(revision);
    this.#changed();
    void this.save();
  }

  /** @param {NoteState} state */
  #show(state) {
    const element = part(this.#element, "[data-note-state]");
    if (element.dataset["now"] === state) return;
    element.dataset["now"] = state;
    element.classList.toggle("state--good", state === "saved");
    element.classList.toggle("state--attention", state === "offline");
    element.replaceChildren(picture(PICTURES[state]), stateWords(state));
  }
}

/** @type {Record<NoteState, string>} */
const PICTURES = { saved: "check", saving: "refresh-cw", unsaved: "pencil", offline: "wifi-off" };

/** @param {NoteState} state @returns {string} */
function stateWords(state) {
  switch (state) {
    case "saved":
      return _("Saved");
    case "saving":
      return _("Saving…");
    case "unsaved":
      return _("Not saved yet");
    case "offline":
      return _("Offline");
  }
}
