/** Says how long to wait before the next try, so that many browsers do not return in one wave. */

/**
 * Milliseconds after the first, second, … failure; the last holds for all later ones. A server that is
 * started again at once is back within seconds: until then a try each second, then fewer.
 */
export const STEPS = [200, 500, 1000, 1000, 1000, 1000, 1000, 1000, 2000, 4000];

/**
 * @param {number} failures how many tries in a row have failed, 1 for the first
 * @param {() => number} [random] from 0 to below 1
 * @returns {number} milliseconds, 75 % to 125 % of the step
 */
export function delay(failures, random = Math.random) {
  return about(STEPS[Math.min(Math.max(failures, 1), STEPS.length) - 1] ?? 0, random);
}

/**
 * @param {number} milliseconds
 * @param {() => number} [random] from 0 to below 1
 * @returns {number} 75 % to 125 % of it
 */
export function about(milliseconds, random = Math.random) {
  return Math.round(milliseconds * (0.75 + random() / 2));
}

/**
 * @param {number} milliseconds
 * @param {AbortSignal} [signal] ends the pause early
 * @returns {Promise<void>}
 */
export function pause(milliseconds, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    }, { once: true });
  });
}
