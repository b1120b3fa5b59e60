/**
 * The personal view of a room as the server tells it, and which of two views counts (pure).
 *
 * @typedef {"invited" | "waiting" | "admitted" | "sent_back" | "denied" | "left"} Standing
 * @typedef {{name: string, role: string, role_label: string, face: string | null}} Named
 * @typedef {{
 *   seat: string, name: string, role: string, role_label: string, standing: Standing,
 *   may_admit: boolean, share: "free" | "ask" | "asked" | "let", reason: string | null, since: string | null,
 * }} Me
 * @typedef {Named & {present: boolean}} Host
 * @typedef {{quality: "good" | "weak" | "lost", cause: "" | "sending" | "receiving" | "delay"}} Connection
 * @typedef {Named & {
 *   seat: string, present: boolean, microphone: boolean, camera: boolean, resting: boolean, connection: Connection, me: boolean,
 * }} Person
 * @typedef {Named & {
 *   admission: string, seat: string, relationship: string | null, since: string, away: boolean,
 *   standing: Standing, device_ready: boolean,
 * }} Waiting
 * @typedef {Named & {
 *   seat: string, invitation: string, link: "not_opened" | "opened" | "locked" | "revoked" | "left" | "denied",
 * }} Coming
 * @typedef {{id: string, key: string, seat: string, name: string, role: string, text: string, at: string, mine: boolean}} Message
 * @typedef {{
 *   version: number, room: string, visit: string, phase: "open" | "closed", now: string,
 *   started_at: string | null, ended_at: string | null, me: Me,
 *   place: {position: number, of: number} | null, hosts: Host[], people: Person[],
 *   waiting: Waiting[], coming: Coming[], messages: Message[],
 *   sharing: (Named & {seat: string, since: string}) | null, asking: (Named & {seat: string})[],
 *   shared: (Named & {seat: string, began_at: string, ended_at: string | null})[],
 * }} RoomState
 */

/**
 * @param {RoomState | null} current
 * @param {RoomState} next
 * @param {boolean} fresh whether `next` is the first answer on a new connection: after a restart the
 *   server counts anew, so its first word always counts
 * @returns {RoomState} the one to show
 */
export function later(current, next, fresh) {
  if (current === null || fresh || next.version >= current.version) return next;
  return current;
}

/**
 * Puts a message where it belongs: once per key, in order of time.
 * @param {Message[]} messages
 * @param {Message} said
 * @returns {Message[]}
 */
export function withMessage(messages, said) {
  const others = messages.filter((one) => one.id !== said.id && one.key !== said.key);
  return [...others, said].sort((one, other) => one.at.localeCompare(other.at));
}

/**
 * Messages known here that an older view of the server does not hold yet.
 * @param {Message[]} known
 * @param {Message[]} told
 * @returns {Message[]}
 */
export function mergedMessages(known, told) {
  return told.reduce(withMessage, known);
}

/** @param {RoomState} state @returns {Person[]} the others who are in, clinicians first */
export function others(state) {
  const staff = new Set(state.hosts.map((host) => host.name));
  const rank = (/** @type {Person} */ person) => (staff.has(person.name) ? 0 : 1);
  return state.people.filter((person) => !person.me).sort((one, other) => rank(one) - rank(other));
}
