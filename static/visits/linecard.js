/** The card "Your connection": runs the self-test, says how far it is, and what it means in plain words. */
import { post } from "../live/http.js";
import { Refused } from "../live/refusal.js";
import { _ } from "../live/words.js";
import { part, write } from "./views.js";

/**
 * @typedef {import("./selftest.js").SelfTest} SelfTest
 * @typedef {import("./selftest.js").Report} Report
 * @typedef {{code: string, result: "good" | "weak" | "bad", voice: boolean | null, listens: boolean}} Tested `listens`
 *   says that its owner does without a microphone
 */

/** Milliseconds between a good result and going on, long enough to read it. */
const READ = 1800;
const TICK = 500;
/** Milliseconds a test takes at most, the report with it. */
const LONGEST = 15_000;
const HEADER = "X-Rounds-Pass";

export class LineCard {
  /** What the last test gave. @type {Tested | null} */
  tested = null;

  #root;
  #devices;
  #begin;
  #onGood;
  #shown = false;
  #stopped = false;
  /** @type {SelfTest | null} */
  #test = null;
  #running = false;
  #told = "";
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #clock;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #onward;

  /**
   * @param {HTMLElement} root `templates/visits/checkin.html`
   * @param {{
   *   devices: import("../media/devices.js").Devices, begin: () => Promise<import("../media/engine.js").Ticket>,
   *   onGood: () => void,
   * }} parts `begin` gives a pass for one test
   */
  constructor(root, { devices, begin, onGood }) {
    this.#root = root;
    this.#devices = devices;
    this.#begin = begin;
    this.#onGood = onGood;
  }

  /** Begins, if it has not; whoever is not at this card yet is not disturbed. */
  start() {
    if (!this.#running && this.tested === null) void this.#run();
  }

  /** Brings the card to life that has come into sight. */
  show() {
    this.#shown = true;
    this.start();
    this.#fill();
    this.#clock ??= setInterval(() => this.#fill(), TICK);
    if (this.tested !== null) this.#finish();
  }

  again() {
    if (this.#running) return;
    this.tested = null;
    this.#told = "";
    this.show();
  }

  stop() {
    this.#stopped = true;
    this.#shown = false;
    this.#test?.stop();
    clearInterval(this.#clock);
    clearTimeout(this.#onward);
  }

  /** Tells the clinic that somebody is stuck at their devices, without trying the rest. */
  tellDevices() {
    void this.#tellStuck();
  }

  async #tellStuck() {
    const { deviceCauses } = await import("./selftest.js");
    const causes = deviceCauses(this.#devices);
    const stuck = JSON.stringify(causes);
    // A camera alone is no reason to ring anybody; each cause is told once.
    if (stuck === this.#told || causes.microphone === "" || causes.microphone === "off") return;
    this.#told = stuck;
    try {
      const pass = await this.#begin();
      await send(pass.token, { ...causes, socket: "websocket", path: "untried" });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    }
  }

  async #run() {
    this.#running = true;
    try {
      const [{ SelfTest }, pass] = await Promise.all([import("./selftest.js"), this.#begin()]);
      if (this.#stopped) return;
      const test = (this.#test = new SelfTest(this.#devices, pass));
      test.addEventListener("changed", () => this.#fill());
      const report = await test.run();
      if (report === null || this.#stopped) return;
      const { code, result } = await send(pass.token, { ...report });
      this.tested = { code, result, voice: report.voice, listens: report.microphone === "off" };
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.tested = { code: "", result: "bad", voice: null, listens: false }; // not even the report got through
    } finally {
      this.#running = false;
    }
    this.#fill();
    this.#finish();
  }

  #finish() {
    if (!this.#shown || this.tested?.result !== "good") return;
    clearTimeout(this.#onward);
    this.#onward = setTimeout(() => this.#onGood(), READ);
  }

  #fill() {
    if (!this.#shown) return;
    const { steps, began } = this.#test ?? { steps: null, began: performance.now() };
    const left = Math.max(1, Math.ceil((LONGEST - (performance.now() - began)) / 1000));
    const meter = /** @type {HTMLProgressElement} */ (part(this.#root, "line-progress"));
    const done = this.tested !== null;
    meter.max = LONGEST;
    meter.value = done ? LONGEST : Math.min(LONGEST, performance.now() - began);
    meter.hidden = part(this.#root, "line-left").hidden = done;
    write(part(this.#root, "line-left"), _("At most {count} seconds more", { count: left }));
    for (const row of /** @type {NodeListOf<HTMLElement>} */ (this.#root.querySelectorAll("[data-line-step]"))) {
      fillStep(row, steps?.[/** @type {import("./selftest.js").Step} */ (row.dataset["lineStep"])] ?? "trying", done);
    }
    part(this.#root, "line-result").hidden = !done;
    part(this.#root, "line-again").hidden = !done || this.tested?.result === "good";
    if (this.tested === null) return;
    write(part(this.#root, "line-words"), resultWords(this.tested));
    part(this.#root, "line-code").hidden = this.tested.code === "";
    write(part(this.#root, "line-letters"), this.tested.code);
    write(part(this.#root, "line-spelled"), [...this.tested.code].join(", "));
  }
}

/** @param {HTMLElement} row @param {import("./selftest.js").Outcome} outcome @param {boolean} done */
function fillStep(row, outcome, done) {
  row.hidden = outcome === "left";
  row.toggleAttribute("data-wait", outcome === "trying");
  const state = /** @type {HTMLElement} */ (row.querySelector(".state"));
  state.classList.toggle("state--good", outcome === "good");
  state.classList.toggle("state--attention", outcome === "bad");
  const words = { trying: done ? _("Not tried") : _("Trying"), good: _("Good"), bad: _("Not yet"), left: "" };
  write(state, words[outcome]);
}

/** @param {Tested} tested @returns {string} */
export function resultWords({ result, code, voice, listens }) {
  if (result === "good") return _("Everything works.");
  if (code === "") return _("We could not try it out just now. You can go on all the same.");
  if (result === "weak" && listens) return _("You can hear us, and write to us.");
  if (result === "weak") return _("It works, and it may be slow. With audio only it runs better.");
  if (voice) return _("Your line is slow. Please go nearer to your router, or join with audio only. We can also phone you.");
  return _("Sound does not get through yet. Try again, or another network, such as mobile data. We see it too, and can phone you.");
}

/**
 * @param {string} pass
 * @param {Record<string, unknown>} report
 * @returns {Promise<{code: string, result: "good" | "weak" | "bad"}>}
 */
function send(pass, report) {
  return post("/j/test/report", report, { [HEADER]: pass });
}
