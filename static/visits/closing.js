/** The page of one visit's summary, to finish it after the visit. */
import { startSummary } from "./summary.js";

/** @param {HTMLElement} body */
export function start(body) {
  return startSummary(body)?.stop ?? (() => undefined);
}
