/**
 * The quick way out of a patient's page: at once, to a page that tells nothing, with no way back.
 *
 * The page's entry in the history is replaced, so that "back" does not return to it. What this browser
 * keeps of the visit is taken away. A browser's own list of visited pages is out of a page's reach.
 */

/** Presses of Escape that leave, and the milliseconds within which they count. */
const PRESSES = 3;
const WITHIN = 2000;
/** What must stay for the link to work again later: everything else of ours is taken away. */
const KEPT = /^rounds\.chosen$/;

/**
 * @param {HTMLElement} root holds the links marked `exit`; their address is where they lead
 * @param {() => void} [before] lets devices go and tells the clinic; must not wait for anything
 * @param {AbortSignal} [signal] ends listening
 */
export function offerExit(root, before = () => undefined, signal = new AbortController().signal) {
  const links = /** @type {NodeListOf<HTMLAnchorElement>} */ (root.querySelectorAll("[data-part=exit]"));
  const leave = () => {
    document.documentElement.hidden = true; // gone from sight before the other page has come
    document.title = "";
    before();
    forget();
    location.replace(links[0]?.href ?? "about:blank");
  };
  for (const link of links) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      leave();
    }, { signal });
  }
  /** @type {number[]} */
  let pressed = [];
  document.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape") return;
    const now = performance.now();
    pressed = [...pressed, now].filter((one) => now - one < WITHIN);
    if (pressed.length >= PRESSES) leave();
  }, { signal });
}

function forget() {
  sessionStorage.clear();
  for (const key of Object.keys(localStorage)) {
    if (key.startsWith("rounds.") && !KEPT.test(key)) localStorage.removeItem(key);
  }
}
