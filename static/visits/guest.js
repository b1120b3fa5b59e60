/**
 * A guest's page: decides from the server's view which of its views is in sight.
 *
 * The server knows where a person stands; this device only knows whether its check-in was done. So a
 * reload at any point comes back to the same view.
 */
import { Refused } from "../live/socket.js";
import { post } from "../live/http.js";
import { hush, hushed, play, unlockSound } from "../live/sound.js";
import { dayAndTime } from "../live/when.js";
import { _ } from "../live/words.js";
import { Devices } from "../media/devices.js";
import { watchCauses } from "../rooms/joining.js";
import { RoomConnection } from "../rooms/room.js";
import { takeTap } from "../rooms/tapped.js";
import { showDenied, showEnded } from "./after.js";
import { agreedPage } from "./agreed.js";
import { CheckIn } from "./checkin.js";
import { Doorstep } from "./doorstep.js";
import { offerExit } from "./exit.js";
import { InCall } from "./incall.js";
import { LostNotice } from "./lostnotice.js";
import { Questions } from "./questions.js";
import { onPress, part, Views, write } from "./views.js";
import { Waiting } from "./waiting.js";

/** Views in which camera and microphone are let go. */
const RESTING = new Set(["denied", "left", "ended", "revoked", "replaced", "invited"]);

class GuestVisit {
  #body;
  #settings;
  #views;
  #devices;
  #room;
  #waiting;
  #questions;
  #doorstep;
  /** @type {CheckIn | null} */
  #checkin = null;
  /** @type {InCall | null} */
  #call = null;
  #agreed;
  /** @type {(() => void) | null} */
  #denied = null;
  #knocking = false;
  /** The device state that staff were told of while this person waits. */
  #told = "";
  /** Whether the person is looking: nobody's camera opens behind their back. */
  #entered = !document.hidden;
  #lost;
  #listening = new AbortController();

  /** @param {HTMLElement} body @param {{invitation: string, over: boolean}} settings */
  constructor(body, settings) {
    this.#body = body;
    this.#settings = settings;
    this.#views = new Views(body);
    this.#devices = new Devices(settings.invitation);
    this.#room = new RoomConnection({ door: "guest", invitation: settings.invitation });
    this.#lost = new LostNotice(body, this.#room);
    this.#doorstep = new Doorstep(body, this.#room);
    this.#waiting = new Waiting(this.#views.element("waiting"), {
      devices: this.#devices,
      onLeave: () => this.#room.leave().catch(() => undefined),
    });
    this.#agreed = agreedPage(this.#views.element("ended"), settings.invitation);
    this.#questions = new Questions(part(body, "questions"), {
      invitation: settings.invitation,
      onSafe: (safe) => this.#hush(safe === "no"),
    });
  }

  open() {
    const { signal } = this.#listening;
    unlockSound();
    for (const moment of /** @type {NodeListOf<HTMLElement>} */ (this.#body.querySelectorAll("[data-moment]"))) {
      moment.textContent = dayAndTime(moment.dataset["moment"] ?? "");
    }
    for (const event of ["changed", "closed"]) {
      this.#room.addEventListener(event, () => this.#decide(), { signal });
    }
    this.#room.addEventListener("line", () => this.#lineChanged(), { signal });
    this.#devices.addEventListener("changed", () => this.#views.current === "waiting" && void this.#tellReady(), { signal });
    document.addEventListener("visibilitychange", () => this.#looked(), { signal });
    onPress(this.#body, {
      "try-now": () => this.#room.tryNow(),
      "join-again": () => this.#again(),
      "ask-again": () => this.#again(),
      enter: () => this.#enter(),
      "use-here": () => location.reload(),
      print: () => window.print(),
      "sound-on": () => this.#questions.give({ safe: "yes" }),
    }, signal);
    offerExit(this.#body, () => this.#vanish(), signal);
    watchCauses(this.#room, this.#devices, signal);
    this.#showHushed();
    this.#room.open();
  }

  stop() {
    this.#listening.abort();
    this.#lost.stop();
    this.#call?.stop();
    this.#checkin?.stop();
    this.#waiting.stop();
    this.#questions.stop();
    this.#doorstep.stop();
    this.#denied?.();
    this.#agreed?.stop();
    this.#room.close();
    this.#devices.close();
  }

  /** @returns {string} where this browser remembers that check-in was done for this invitation */
  get #memory() {
    return `rounds.checkin.${this.#settings.invitation}`;
  }

  #decide() {
    const view = this.#wanted();
    if (view === "ended" && !this.#settings.over && !this.#room.state?.started_at) {
      location.reload(); // closed before anybody came in: the page says whether it was called off
      return;
    }
    if (view !== "call") this.#endCall();
    if (view !== "waiting") this.#waiting.rest();
    if (view !== "checkin") this.#endCheckIn();
    if (RESTING.has(view) && (this.#devices.audio || this.#devices.video)) this.#devices.rest();
    const before = this.#views.current;
    const fresh = this.#views.show(view);
    this.#frame(view === "call");
    this.#fill(view, fresh, before);
  }

  /** @returns {string} the view that tells the truth now */
  #wanted() {
    const { closed, state } = this.#room;
    if (closed === "ended" || state?.phase === "closed") return "ended";
    if (closed === "replaced") return "replaced";
    if (closed !== null) return "revoked";
    if (state === null) return "opening";
    const { standing } = state.me;
    if (standing === "left" || standing === "denied") return standing;
    if (standing === "admitted") return this.#entered ? "call" : "invited";
    return localStorage.getItem(this.#memory) === "done" ? "waiting" : "checkin";
  }

  /** @param {string} view @param {boolean} fresh whether it has just come into sight @param {string} before */
  #fill(view, fresh, before) {
    const { state } = this.#room;
    if (view === "checkin" && this.#checkin === null) this.#checkIn();
    if (view === "ended") {
      showEnded(this.#views.element(view), state);
      this.#agreed?.start();
      if (fresh && before === "call") play("ended");
      // The link is used up: nothing of the visit stays in this browser.
      localStorage.removeItem(this.#memory);
      this.#devices.forget();
      takeTap();
    }
    if (state === null) return;
    this.#questions.show(state.me.check_in);
    this.#doorstep.show(state, view);
    if (view === "waiting") {
      if (state.me.standing === "invited") void this.#knock();
      if (fresh) void this.#showOwnPicture();
      this.#waiting.show(state);
      void this.#tellReady();
    }
    if (view === "denied" && (fresh || this.#denied === null)) {
      this.#denied?.();
      this.#denied = showDenied(this.#views.element(view), state);
    }
    if (fresh && view === "invited") play("admitted");
    if (view === "call" && this.#call === null) {
      if (before === "waiting") play("admitted");
      this.#call = new InCall(this.#views.element("call"), {
        room: this.#room,
        devices: this.#devices,
        onLeft: () => undefined, // the server's next view says "left"
        invitation: this.#settings.invitation,
      });
    }
  }

  #checkIn() {
    this.#checkin = new CheckIn(part(this.#views.element("checkin"), "checkin"), {
      devices: this.#devices,
      key: this.#settings.invitation,
      begin: () => post(`/j/${this.#settings.invitation}/test`, {}),
      onHushed: () => this.#questions.give({ safe: "no" }),
      onDone: () => {
        localStorage.setItem(this.#memory, "done");
        this.#decide();
      },
    });
    void this.#checkin.start();
  }

  /** No sound leaves or reaches somebody who cannot talk freely. @param {boolean} on */
  #hush(on) {
    hush(on);
    if (on) this.#devices.want({ microphone: false });
    this.#showHushed();
  }

  #showHushed() {
    for (const place of ["hushed", "hushed-call"]) part(this.#body, place).hidden = !hushed();
  }

  /** Leaves at once; the clinic is told, as far as the page still can. */
  #vanish() {
    this.#devices.close();
    void fetch(`/j/${this.#settings.invitation}/quick-exit`, {
      method: "POST", keepalive: true, credentials: "same-origin",
    }).catch(() => undefined);
  }

  #endCheckIn() {
    this.#checkin?.stop();
    this.#checkin = null;
  }

  #endCall() {
    this.#call?.stop();
    this.#call = null;
  }

  /** Takes the place in the queue; the server keeps one that was taken before. */
  async #knock() {
    if (this.#knocking) return;
    this.#knocking = true;
    try {
      await this.#room.knock();
    } catch (error) {
      if (!(error instanceof Refused)) throw error; // tried again with the next view or connection
    } finally {
      this.#knocking = false;
    }
  }

  async #showOwnPicture() {
    if (await this.#devices.allowed()) await this.#devices.open();
  }

  /** Lets staff see that camera and microphone were checked; nothing of them is sent. */
  async #tellReady() {
    const ready = JSON.stringify([this.#devices.microphone, this.#devices.camera]);
    if (!this.#devices.microphone || ready === this.#told || this.#room.line !== "connected") return;
    this.#told = ready;
    const { microphone, camera } = this.#devices;
    await this.#room.announce({ microphone, camera }).catch(() => {
      this.#told = "";
    });
  }

  /** Back in after leaving, or asking once more after a denial. */
  async #again() {
    performance.mark("rounds-join-pressed");
    this.#entered = true;
    const words = part(this.#views.element("left"), "join-again-words");
    write(words, _("Opening…"));
    try {
      await this.#room.knock();
      write(words, "");
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      write(words, error.message || _("This did not work. Please try again, or call us."));
    }
  }

  #enter() {
    performance.mark("rounds-join-pressed");
    this.#entered = true;
    this.#decide();
  }

  /** Who comes back to the page while let in goes in; who waits out of sight is not filmed. */
  #looked() {
    const inCall = this.#call !== null;
    this.#entered = inCall || !document.hidden;
    this.#decide();
  }

  #lineChanged() {
    if (this.#room.line === "reconnecting" || this.#room.line === "lost") this.#told = "";
    this.#lost.show(this.#views.current);
    if (this.#room.line === "connected") this.#decide();
  }

  /** The call fills the screen, so the page's own head and foot are out of reach. @param {boolean} whole */
  #frame(whole) {
    for (const edge of this.#body.querySelectorAll(".skip, .patient__top, .patient__foot")) {
      edge.toggleAttribute("inert", whole);
    }
  }
}

/** @param {HTMLElement} element the page's body */
export function start(element) {
  const visit = new GuestVisit(element, JSON.parse(element.dataset["settings"] ?? "{}"));
  visit.open();
  return () => visit.stop();
}
