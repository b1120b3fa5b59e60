/** Starts the module that each marked element of the page names. */

/**
 * @typedef {() => void} Stop
 * @typedef {{ start: (element: HTMLElement) => Stop | void | Promise<Stop | void> }} PageModule
 */

/** @param {HTMLElement} element */
async function boot(element) {
  const name = element.dataset.module;
  if (!name) return;
  /** @type {PageModule} */
  const page = await import(`./${name}.js`);
  const stop = await page.start(element);
  // A page kept for the back button is frozen with its sockets gone: it starts anew when it comes back.
  if (stop) addEventListener("pagehide", stop, { once: true });
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
}

for (const element of document.querySelectorAll("[data-module]")) {
  if (element instanceof HTMLElement) void boot(element);
}
