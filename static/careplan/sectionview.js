/** Shows one section: how safe its words are, its items in order, and what can be added. */
import { Refused } from "../live/socket.js";
import { Closing } from "./closing.js";
import { Comments } from "./comments.js";
import { ItemView } from "./itemview.js";
import { cleaned } from "./edits.js";
import { arrange, make, part, write } from "./parts.js";
import { between, newId } from "./newitem.js";
import { stateWords } from "./state.js";
import { _ } from "words";

/** How often a state that grows old is looked at, in milliseconds. */
const LOOK = 1000;

export class SectionView {
  #element;
  #section;
  #shape;
  #around;
  /** @type {Map<string, ItemView>} */
  #items = new Map();
  /** An empty box that makes the first item as soon as something is written in it. @type {HTMLLIElement | null} */
  #blank = null;
  /** What the items were built for: another right or another copy builds them anew. */
  #built = "";
  /** The button that closes the section for changes, for those who may. @type {HTMLElement | null} */
  #lock;
  /** Asks why, before it is closed. @type {Closing | null} */
  #closing = null;
  /** Who had closed it, and why, when that was last told; null until it was first open. @type {string | null} */
  #closed = null;
  /** Why it could not be opened again, in words. */
  #refusal = "";
  /** Questions for this section, such as a template brings. */
  #asked;
  #clock;
  #done = new AbortController();

  /**
   * @param {HTMLElement} element
   * @param {import("./section.js").Section} section
   * @param {import("./page.js").Shape} shape
   * @param {import("./page.js").Around} around
   */
  constructor(element, section, shape, around) {
    this.#element = element;
    this.#section = section;
    this.#shape = shape;
    this.#around = around;
    const { signal } = this.#done;
    this.#asked = new Comments(section, "", around);
    part(element, "[data-items]").after(this.#asked.element);
    section.addEventListener("changed", () => this.#show(), { signal });
    section.addEventListener("renewed", () => this.#clear(), { signal });
    part(element, "[data-add]").addEventListener("click", () => this.#add(), { signal });
    part(element, "[data-undo]").addEventListener("click", () => this.#bringBack(), { signal });
    this.#lock = element.querySelector("[data-lock]");
    if (this.#lock !== null) {
      this.#closing = new Closing(this.#lock, shape, (reason) => around.lock(section.kind, true, reason));
      this.#lock.parentElement?.after(this.#closing.element);
      this.#lock.addEventListener("click", () => void this.#turn(), { signal });
    }
    this.#clock = setInterval(() => this.#state(), LOOK);
    this.#show();
  }

  /** The section may no longer be read: nothing of it stays in the page. */
  stop() {
    clearInterval(this.#clock);
    this.#done.abort();
    this.#clear();
    this.#element.remove();
  }

  /** Shows anew what is named by people's names. */
  refresh() {
    this.#show();
  }

  #all() {
    return this.#section.items.seenWith(this.#section.commands, this.#around.me).filter((one) => one.kind === this.#shape.main);
  }

  #show() {
    this.#state();
    const { writable, right, epoch, locked, quarantined } = this.#section;
    if (!this.#section.isOpen && this.#built === "") return;
    const built = `${writable} ${right === "none" ? "" : epoch}`;
    if (built !== this.#built && this.#section.isOpen) {
      if (this.#built === "") part(this.#element, "[data-items]").classList.remove("planitems--soon");
      this.#clear();
      this.#built = built;
    }
    const all = this.#all();
    const items = all.filter((one) => !one.archived);
    const list = part(this.#element, "[data-items]");
    for (const [id, view] of this.#items) {
      if (items.some((one) => one.id === id)) continue;
      view.stop();
      this.#items.delete(id);
    }
    items.forEach((one, at) => {
      const view = this.#items.get(one.id);
      if (view !== undefined) view.show(one);
      else this.#items.set(one.id, new ItemView(this.#section, this.#shape, one, at + 1, this.#around));
    });
    const rows = items.map((one) => /** @type {ItemView} */ (this.#items.get(one.id)).element);
    if (items.length > 0) this.#blank = null;
    else if (writable) rows.push((this.#blank ??= this.#makeBlank()));
    arrange(list, rows);
    list.hidden = rows.length === 0;
    this.#asked.show();
    part(this.#element, "[data-add]").hidden = !writable || items.length === 0;
    part(this.#element, "[data-undo]").hidden = !writable || all.length === items.length;
    const note = part(this.#element, "[data-note]");
    const nothing = items.length === 0 && !writable ? _("Nothing is written here yet.") : "";
    const closed = locked !== null ? this.#closedBy(locked) : nothing;
    write(note, quarantined ? _("This part can be read but not changed now. The clinic’s technicians are told.") : this.#refusal || closed);
    note.hidden = note.textContent === "";
    const reason = part(this.#element, "[data-reason]");
    write(reason, quarantined ? "" : reasonOf(locked));
    reason.hidden = reason.textContent === "";
    this.#showLock();
  }

  /** @param {{by: string, at: string}} locked @returns {string} who closed it, when, and how it is opened again */
  #closedBy({ by, at }) {
    const format = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
    const when = format.format(new Date(at));
    return _("Closed for changes by {name}, {when}. It can be read; whoever may sign the plan can open it again.", { name: this.#around.nameOf(by), when });
  }

  #showLock() {
    const { isOpen, locked, quarantined, right } = this.#section;
    if (this.#lock !== null) {
      this.#lock.hidden = !isOpen || right !== "edit" || quarantined;
      const words = locked === null ? _("Close for changes") : _("Open for changes");
      write(part(this.#lock, "[data-lock-words]"), words);
      this.#lock.setAttribute("aria-label", `${words}: ${this.#shape.title}`);
      this.#closing?.follow(!this.#lock.hidden && locked === null);
    }
    if (!isOpen) return;
    const closed = locked === null ? "" : `${locked.by} ${locked.reason}`;
    if (this.#closed !== null && this.#closed !== closed) {
      const now = locked === null ? _("open for changes again") : `${this.#closedBy(locked)} ${reasonOf(locked)}`;
      this.#around.tell(`${this.#shape.title}: ${now}`.trim());
    }
    this.#closed = closed;
  }

  /** Asks why the section is to be closed for changes, or opens it again. */
  async #turn() {
    this.#refusal = "";
    if (this.#section.locked === null) {
      this.#closing?.toggle();
      return;
    }
    try {
      await this.#around.lock(this.#section.kind, false);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.#refusal = error.message;
      this.#around.tell(error.message);
      this.#show();
    }
  }

  #state() {
    const { standing } = this.#section;
    const state = part(this.#element, "[data-state]");
    write(state, standing === "" || this.#section.right === "view" ? "" : stateWords(standing));
    state.dataset["standing"] = standing;
  }

  /** @returns {HTMLLIElement} */
  #makeBlank() {
    const box = make("textarea", { class: "part__text", rows: 1, "aria-label": this.#shape.title, spellcheck: "true", maxlength: 20000 });
    let composing = false;
    const begin = () => {
      const text = cleaned(box.value);
      if (composing || text === "") return;
      const caret = box.selectionStart;
      const first = this.#add(text);
      first?.setSelectionRange(caret, caret);
    };
    box.addEventListener("compositionstart", () => void (composing = true));
    box.addEventListener("compositionend", () => {
      composing = false;
      begin();
    });
    box.addEventListener("input", begin);
    return make("li", { class: "planitem" }, box);
  }

  /** @param {string} [words] @returns {HTMLTextAreaElement | null} the box of the new item */
  #add(words = "") {
    const item = newId();
    const rank = between(this.#all().at(-1)?.rank ?? "", "");
    this.#section.act({ op: "add", item, kind: this.#shape.main, rank });
    const name = this.#shape.texts[0]?.name;
    if (words !== "" && name !== undefined) {
      const text = this.#section.text(`${item}.${name}`);
      this.#section.touch(text);
      text.insert(0, words);
    }
    const first = this.#items.get(item)?.first ?? null;
    first?.focus();
    return first;
  }

  #bringBack() {
    const last = this.#all().filter((one) => one.archived).sort((one, other) => one.seq - other.seq).at(-1);
    if (last !== undefined) this.#section.act({ op: "restore", item: last.id });
  }

  #clear() {
    for (const view of this.#items.values()) view.stop();
    this.#items.clear();
    this.#blank = null;
    this.#built = "";
    part(this.#element, "[data-items]").replaceChildren();
  }
}

/** @param {import("./section.js").Locked} locked @returns {string} why it is closed, "" where that was not said */
function reasonOf(locked) {
  return locked === null || locked.reason === "" ? "" : _("Reason: {reason}", { reason: locked.reason });
}
