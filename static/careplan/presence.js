/** Says where this person writes, and shows who else is here and where. */
import { createRelativePositionFromTypeIndex, encodeRelativePosition } from "yjs";
import { textOf } from "./bytes.js";
import { Carets } from "./carets.js";
import { caretsIn } from "./carettags.js";
import { make, write } from "./parts.js";
import { _ } from "words";

/** Milliseconds between two messages about the caret; the server takes ten a second. */
const PACE = 250;
/** What is not said again for so long is forgotten by the server after twice as long. */
const STILL_HERE = 12_000;
/** One person in one section is read out once in so long. */
const AGAIN = 20_000;

export class Presence {
  #plan;
  #root;
  #around;
  /** @type {(() => {section: string, field: string, anchor: string, head: string}) | null} where the caret is */
  #now = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #soon;
  #beat;
  /** Of each text that is shown, written or read. @type {Map<Carets, {section: string, field: string}>} */
  #carets = new Map();
  /** @type {Map<string, number>} */
  #said = new Map();

  /** @param {import("./plan.js").Plan} plan @param {HTMLElement} root @param {import("./page.js").Around} around */
  constructor(plan, root, around) {
    this.#plan = plan;
    this.#root = root;
    this.#around = around;
    plan.addEventListener("places", () => this.show());
    this.#beat = setInterval(() => this.#send(), STILL_HERE);
  }

  stop() {
    clearInterval(this.#beat);
    clearTimeout(this.#soon);
  }

  /**
   * @param {HTMLTextAreaElement} box @param {string} section @param {string} field @param {import("yjs").Text} text
   * @returns {{element: HTMLElement, stop: () => void}} the box with others' carets
   */
  watch(box, section, field, text) {
    const place = () => ({
      section, field,
      anchor: placeOf(text, box.selectionStart),
      head: placeOf(text, box.selectionEnd),
    });
    for (const event of ["focus", "input", "keyup", "pointerup"]) {
      box.addEventListener(event, () => {
        this.#now = place;
        this.#soon ??= setTimeout(() => this.#send(), PACE);
      });
    }
    box.addEventListener("blur", () => {
      if (this.#now !== place) return;
      this.#now = null;
      this.#send();
    });
    return this.look(box, section, field, text);
  }

  /**
   * @param {HTMLElement} words written here or only read @param {string} section @param {string} field @param {import("yjs").Text} text
   * @returns {{element: HTMLElement, stop: () => void}} the words with others' carets
   */
  look(words, section, field, text) {
    const carets = new Carets(words, field, text);
    this.#carets.set(carets, { section, field });
    this.#mark(carets, section, field);
    const stop = () => {
      carets.stop();
      this.#carets.delete(carets);
    };
    return { element: carets.element, stop };
  }

  /** @param {Carets} carets @param {string} section @param {string} field */
  #mark(carets, section, field) {
    const { me, nameOf } = this.#around;
    carets.show(caretsIn(this.#plan.places.values(), me, section, field, nameOf));
  }

  /** Tells the others that this person is here, before anything is written. */
  arrive() {
    this.#send();
  }

  #send() {
    clearTimeout(this.#soon);
    this.#soon = undefined;
    const [first] = this.#plan.sections.keys();
    if (this.#now !== null) this.#plan.stand(this.#now());
    else if (first !== undefined) this.#plan.stand({ section: first, field: "", anchor: "", head: "" });
  }

  show() {
    for (const [carets, { section, field }] of this.#carets) this.#mark(carets, section, field);
    const here = [...this.#plan.places.values()].filter((one) => one.person !== this.#around.me);
    const people = [...new Set(here.map((one) => one.person))];
    const list = /** @type {HTMLElement} */ (this.#root.querySelector("[data-presence]"));
    list.replaceChildren(...people.map((id) => {
      const role = this.#plan.people[id]?.role_label ?? "";
      return make("li", { class: "presence__who" }, make("bdi", { text: this.#around.nameOf(id) }), make("span", { text: role }));
    }));
    list.hidden = people.length === 0;
    for (const element of this.#root.querySelectorAll("[data-section]")) {
      if (element instanceof HTMLElement) this.#busy(element, here.filter((one) => one.section === element.dataset["section"] && one.field));
    }
  }

  /** @param {HTMLElement} element @param {import("./plan.js").Place[]} writing */
  #busy(element, writing) {
    const names = [...new Set(writing.map((one) => this.#around.nameOf(one.person)))];
    const words = names.length === 0 ? "" : _("{names} is writing here", { names: names.join(", ") });
    element.toggleAttribute("data-busy-now", names.length > 0);
    const busy = element.querySelector("[data-busy]");
    if (busy !== null) write(busy, words);
    const key = `${element.dataset["section"]} ${names.join()}`;
    if (words === "" || performance.now() - (this.#said.get(key) ?? -AGAIN) < AGAIN) return;
    this.#said.set(key, performance.now());
    this.#around.tell(`${element.querySelector("h2, h3")?.textContent ?? ""}: ${words}`);
  }
}

/** @param {import("yjs").Text} text @param {number} at @returns {string} a place that moves with the words, in base64 */
function placeOf(text, at) {
  return textOf(encodeRelativePosition(createRelativePositionFromTypeIndex(text, Math.min(at, text.length))));
}
