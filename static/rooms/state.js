/**
 * The personal view of a room as the server tells it, and which of two views counts (pure).
 *
 * @typedef {"invited" | "waiting" | "admitted" | "sent_back" | "denied" | "left"} Standing
 * @typedef {{name: string, role: string, role_label: string, face: string | null}} Named
 * @typedef {{
 *   place: string, phone: string, company: "" | "alone" | "others", companions: string,
 *   safe: "" | "yes" | "no" | "unsure", left_at: string | null,
 * }} CheckIn
 * @typedef {{result: "good" | "weak" | "bad", code: string, at: string}} SelfTest
 * @typedef {{check_in?: CheckIn | null, self_test?: SelfTest | null}} Arrival told to those who may admit
 * @typedef {{
 *   seat: string, name: string, role: string, role_label: string, standing: Standing,
 *   may_admit: boolean, share: "free" | "ask" | "asked" | "let", reason: string | null, since: string | null,
 *   until: string | null, phone: OwnPhone | null, check_in: CheckIn | null, quiet: {by: string, mark: string} | null,
 * }} Me
 * @typedef {{on_file: string | null, state: "" | "asked" | "speaking", number: string | null, since: string | null}} OwnPhone
 * @typedef {{state: "asked" | "speaking", number: string, since: string}} Call
 * @typedef {{agreed: boolean, way: "consent" | "visit" | "", since: string | null, until: string | null}} Consent
 * @typedef {{
 *   id: string, key: string, seat: string | null, name: string, role_label: string, text: string, at: string,
 *   mine: boolean, by_guest: boolean,
 * }} Note
 * @typedef {{preset: string, minutes: number | null, words: string}} Saying
 * @typedef {Named & {present: boolean}} Host
 * @typedef {{quality: "good" | "weak" | "lost", cause: "" | "sending" | "receiving" | "delay"}} Connection
 * @typedef {Named & Arrival & {
 *   seat: string, present: boolean, microphone: boolean, camera: boolean, resting: boolean, connection: Connection, me: boolean,
 *   hidden_since?: string | null,
 * }} Person `hidden_since`, told to those who may admit: since when nobody looks at this person's page
 * @typedef {Named & Arrival & {
 *   admission: string, seat: string, relationship: string | null, since: string, away: boolean,
 *   away_since: string | null, hidden: boolean, standing: Standing, device_ready: boolean,
 *   consent: Consent | null, call: Call | null,
 * }} Waiting
 * @typedef {Named & Arrival & {seat: string, relationship: string | null, call: Call}} Caller
 * @typedef {{seat: string, name: string, by: string, began_at: string, ended_at: string | null}} ByPhone
 * @typedef {Named & Arrival & {
 *   seat: string, invitation: string, link: "not_opened" | "opened" | "locked" | "revoked" | "left" | "denied",
 * }} Coming
 * @typedef {"everyone" | "team"} ChannelName who reads a line of the chat
 * @typedef {{
 *   id: string, key: string, seat: string, name: string, role: string, channel: ChannelName, text: string, at: string,
 *   mine: boolean,
 * }} Message
 * @typedef {{channels: ChannelName[], hours: number, until: string | null, on_hold: boolean}} Kept how long a chat is kept
 * @typedef {Named & {seat: string, since: string | null}} Hand `since` is told to those who may admit
 * @typedef {{
 *   version: number, room: string, visit: string, phase: "open" | "closed", now: string,
 *   started_at: string | null, ended_at: string | null, me: Me,
 *   place: {position: number, of: number, minutes: number | null} | null, hosts: Host[], people: Person[],
 *   waiting: Waiting[], coming: Coming[], calls: Caller[], by_phone: ByPhone[], notes: Note[], sayings: Saying[],
 *   sharing: (Named & {seat: string, since: string}) | null, asking: (Named & {seat: string})[],
 *   shared: (Named & {seat: string, began_at: string, ended_at: string | null})[], messages: Message[],
 *   hands: Hand[], chat: Kept,
 * }} RoomState
 */

/** @param {RoomState} state @returns {(Named & Arrival) | undefined} the patient, wherever they are, for those who may admit */
export function patientOf({ people, waiting, coming, calls }) {
  return [...people, ...waiting, ...coming, ...calls].find((one) => one.role === "patient");
}


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
 * Puts a message where it belongs: once per key of its writer, in order of time.
 * @param {Message[]} messages
 * @param {Message} said
 * @returns {Message[]}
 */
export function withMessage(messages, said) {
  const others = messages.filter((one) => one.id !== said.id && (one.key !== said.key || one.seat !== said.seat));
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
