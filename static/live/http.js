/** Posts JSON to our own server and gives its answer or a typed refusal. */
import { refusal, Refused } from "./refusal.js";

/** @type {Record<number, import("./refusal.js").RefusalCode>} */
const BY_STATUS = { 403: "forbidden", 404: "not_found", 409: "conflict", 410: "gone", 422: "invalid", 423: "gone" };

/**
 * @param {string} path
 * @param {Record<string, unknown>} payload
 * @param {Record<string, string>} [headers] further ones
 * @returns {Promise<any>} the parsed answer
 * @throws {Refused} with the server's code; `disconnected` when it could not be reached
 */
export async function post(path, payload, headers = {}) {
  /** @type {Response} */
  let response;
  try {
    response = await fetch(path, {
      method: "POST",
      headers: { ...headers, "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify(payload),
      credentials: "same-origin",
      cache: "no-store",
    });
  } catch {
    throw new Refused("disconnected");
  }
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  throw refusal({ code: BY_STATUS[response.status] ?? "unavailable", ...answer.error });
}
