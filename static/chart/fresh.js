/**
 * Brings parts of a page up to date in place: the same page is fetched, and what differs is replaced.
 *
 * A part in which somebody works (focus, an open menu, a field that was changed) is left alone and
 * brought up to date when they have gone on.
 */

/** The page is not there for this person any more. */
export class PageGone extends Error {}

/**
 * @param {string} address of a page of ours
 * @param {AbortSignal} [signal]
 * @returns {Promise<Document>}
 * @throws {PageGone} when it may not be seen any more; Error when it could not be had
 */
export function pageAt(address, signal) {
  return new Promise((resolve, reject) => {
    // This request parses the page itself; a parser for text would be a sink that our policy forbids.
    const asked = new XMLHttpRequest();
    asked.open("GET", address);
    asked.responseType = "document";
    asked.onload = () => {
      if (asked.status === 200 && asked.responseXML !== null) resolve(asked.responseXML);
      else if ([401, 403, 404].includes(asked.status)) reject(new PageGone());
      else reject(new Error(`status ${asked.status}`));
    };
    asked.onerror = () => reject(new Error("no line"));
    asked.onabort = () => reject(new DOMException("", "AbortError"));
    signal?.addEventListener("abort", () => asked.abort());
    asked.send();
  });
}

/**
 * Replaces the parts that differ; parts that are in use wait.
 * @param {ParentNode} root
 * @param {Document} fresh
 * @returns {boolean} whether a part is still the old one
 */
export function bring(root, fresh) {
  let waits = false;
  for (const part of root.querySelectorAll("[data-part]")) {
    const next = fresh.querySelector(`[data-part="${part.getAttribute("data-part")}"]`);
    if (!(part instanceof HTMLElement) || !(next instanceof HTMLElement)) continue;
    keepOpen(part, next);
    if (part.isEqualNode(next)) continue;
    if (inUse(part)) waits = true;
    else part.replaceWith(document.importNode(next, true));
  }
  return waits;
}

/** @param {HTMLElement} part */
function inUse(part) {
  if (part.contains(document.activeElement)) return true;
  return part.querySelector(":popover-open, dialog[open]") !== null;
}

/**
 * What somebody has unfolded stays unfolded.
 * @param {HTMLElement} part
 * @param {HTMLElement} next
 */
function keepOpen(part, next) {
  for (const details of part.querySelectorAll("details[id]")) {
    next.querySelector(`#${CSS.escape(details.id)}`)?.toggleAttribute("open", details.hasAttribute("open"));
  }
}
