/**
 * Turns what the server answers into a value or a typed refusal.
 *
 * Every acknowledgement is `{ok: …}` or `{error: {code, message, fields?}}` with the six codes of the
 * server; two codes are the browser's own: `timeout` (no answer) and `disconnected` (no line).
 */

/** @typedef {"invalid" | "forbidden" | "not_found" | "conflict" | "gone" | "unavailable" | "timeout" | "disconnected"} RefusalCode */

/** @type {readonly string[]} */
const CODES = ["invalid", "forbidden", "not_found", "conflict", "gone", "unavailable", "timeout", "disconnected"];

/** The server said no, or could not be asked. */
export class Refused extends Error {
  /**
   * @param {RefusalCode} code
   * @param {string} [message] in the person's language, as the server wrote it
   * @param {Record<string, unknown>} [fields] what is wrong where, or more facts (tries left)
   */
  constructor(code, message = "", fields = {}) {
    super(message);
    this.name = "Refused";
    this.code = code;
    this.fields = fields;
  }

  /** Whether asking the same again later can help. */
  get passing() {
    return this.code === "unavailable" || this.code === "timeout" || this.code === "disconnected";
  }
}

/**
 * @param {unknown} error `{code, message, fields}` as the server wrote it, or anything else
 * @returns {Refused}
 */
export function refusal(error) {
  if (error instanceof Refused) return error;
  const told = /** @type {Record<string, unknown>} */ (typeof error === "object" && error !== null ? error : {});
  const code = CODES.includes(String(told["code"])) ? /** @type {RefusalCode} */ (told["code"]) : "unavailable";
  const message = typeof told["message"] === "string" ? told["message"] : "";
  const { code: _code, message: _message, fields, ...facts } = told;
  return new Refused(code, message, { ...facts, .../** @type {Record<string, unknown>} */ (fields ?? {}) });
}

/**
 * The value of an acknowledgement.
 * @param {unknown} answer
 * @returns {any} what stands under `ok`
 * @throws {Refused} when the server refused or the answer cannot be read
 */
export function acknowledged(answer) {
  if (typeof answer === "object" && answer !== null) {
    if ("ok" in answer) return answer.ok;
    if ("error" in answer) throw refusal(answer.error);
  }
  throw new Refused("unavailable");
}
