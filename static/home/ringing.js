/** The switch "Notify me when this page is closed": asks the browser for pushes and tells the server. */
import { post } from "../live/http.js";
import { Refused } from "../live/refusal.js";
import { _ } from "words";

const WORKER = "/worker.js";

export class Ringing {
  #root;
  #button;

  /** @param {HTMLElement} root holds the switch */
  constructor(root) {
    this.#root = root;
    this.#button = this.#part("[data-ring-switch]");
  }

  /** Shows how it stands; a browser that cannot do it shows nothing. */
  async open() {
    if (!("serviceWorker" in navigator) || !("PushManager" in window) || !("Notification" in window)) return;
    this.#part("[data-ring]").hidden = false;
    this.#button.addEventListener("click", () => void this.#toggle());
    const known = await (await navigator.serviceWorker.getRegistration("/"))?.pushManager.getSubscription();
    this.#show(known !== null && known !== undefined);
    // Whoever is signed in here now is whom it rings for.
    if (known) await this.#tell(known).catch(() => this.#show(false));
  }

  async #toggle() {
    const on = this.#button.getAttribute("aria-checked") === "true";
    this.#button.setAttribute("aria-disabled", "true");
    this.#say("");
    try {
      await (on ? this.#end() : this.#begin());
    } catch (error) {
      this.#show(on);
      if (error instanceof Refused) this.#say(error.message || _("The server did not answer. Please try again."));
      else this.#say(_("Your browser did not allow it. Look at its settings for this page."));
    } finally {
      this.#button.removeAttribute("aria-disabled");
    }
  }

  async #begin() {
    if ((await Notification.requestPermission()) !== "granted") throw new Error("not allowed");
    const url = /** @type {string} */ (/** @type {unknown} */ (trusted(WORKER)));
    const registration = await navigator.serviceWorker.register(url, { scope: "/", updateViaCache: "none" });
    await navigator.serviceWorker.ready;
    const key = this.#root.dataset["pushKey"] ?? "";
    await this.#tell(await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key }));
    this.#show(true);
  }

  async #end() {
    const registration = await navigator.serviceWorker.getRegistration("/");
    const known = await registration?.pushManager.getSubscription();
    if (known) {
      await known.unsubscribe();
      await post("/account/push/end", { endpoint: known.endpoint });
    }
    this.#show(false);
  }

  /** @param {PushSubscription} subscription */
  async #tell(subscription) {
    const { endpoint, keys } = subscription.toJSON();
    await post("/account/push", { endpoint, keys: { p256dh: keys?.["p256dh"], auth: keys?.["auth"] } });
  }

  /** @param {boolean} on */
  #show(on) {
    this.#button.setAttribute("aria-checked", String(on));
  }

  /** @param {string} words */
  #say(words) {
    this.#part("[data-ring-words]").textContent = words;
  }

  /** @param {string} selector @returns {HTMLElement} */
  #part(selector) {
    const found = this.#root.querySelector(selector);
    if (!(found instanceof HTMLElement)) throw new Error(`The page has no ${selector}`);
    return found;
  }
}

/**
 * The one policy by which this page loads code by name: our worker and nothing else.
 * @param {string} path
 */
function trusted(path) {
  /** @typedef {{createScriptURL: (path: string) => unknown}} Policy */
  const factory = /** @type {{createPolicy: (name: string, rules: object) => Policy} | undefined} */ (
    /** @type {any} */ (window)["trustedTypes"]
  );
  if (!factory) return path;
  policy ??= factory.createPolicy("rounds", {
    createScriptURL: (/** @type {string} */ wanted) => {
      if (wanted !== WORKER) throw new TypeError("not a worker of ours");
      return wanted;
    },
  });
  return policy.createScriptURL(path);
}

/** @type {{createScriptURL: (path: string) => unknown} | undefined} */
let policy;
