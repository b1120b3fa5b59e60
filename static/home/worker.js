/** The service worker: rings while no page is open. It caches nothing and stands in no request's way. */

/**
 * What of a worker's world is used here; the types of a page know none of it.
 * @typedef {{
 *   addEventListener: (name: string, listener: (event: any) => void) => void,
 *   registration: {showNotification: (title: string, options: NotificationOptions) => Promise<void>},
 *   clients: {
 *     matchAll: (options: object) => Promise<{url: string, focus: () => Promise<unknown>}[]>,
 *     openWindow: (path: string) => Promise<unknown>,
 *   },
 * }} WorkersWorld
 */
const worker = /** @type {WorkersWorld} */ (/** @type {unknown} */ (self));

worker.addEventListener("push", (event) => {
  /** @type {{title?: unknown, body?: unknown, tag?: unknown}} */
  let told = {};
  try {
    told = event.data?.json() ?? {};
  } catch {
    // A browser that gets a push and shows nothing is shown a worse note by itself.
  }
  const note = { body: String(told.body ?? ""), tag: String(told.tag ?? "rounds"), renotify: true };
  event.waitUntil(worker.registration.showNotification(String(told.title ?? "rounds"), note));
});

worker.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(openDay());
});

/** Brings the page of the day to the front, or opens it; what to do there is the person's to press. */
async function openDay() {
  const open = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  const day = open.find((one) => new URL(one.url).pathname === "/today");
  await (day ? day.focus() : worker.clients.openWindow("/today"));
}
