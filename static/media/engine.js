/**
 * Chooses the media engine that a ticket names; what the call knows of media.
 *
 * An engine is started once per call. It asks for a ticket, publishes the devices' tracks, receives
 * the others', and comes back by itself after any loss, each time with a new ticket behind the same
 * seat. It fires `changed` when a remote track or its state is another one, and `replaced` when
 * another page of the same person took the seat; then it has stopped.
 */
import { EmbeddedMedia } from "./embedded.js";

/**
 * @typedef {{engine: string, token: string, ice_servers?: RTCIceServer[], door?: string}} Ticket `door` is the
 *   namespace that takes it, when it is not `/media`
 * @typedef {"audio" | "video" | "screen"} MediaKind
 * @typedef {{
 *   ticket: () => Promise<Ticket>, devices: import("./devices.js").Devices, screen: import("./screen.js").Screen,
 * }} Parts what of this page an engine sends, and its way in
 * @typedef {Partial<Record<MediaKind, MediaStreamTrack>>} SeatTracks
 * @typedef {"connecting" | "connected" | "reconnecting" | "busy"} MediaState `busy` the server carries all
 *   it can, and is asked again
 * @typedef {{up: Reports | null, down: Reports | null}} MediaReports without those of shared screens
 * @typedef {ReadonlyMap<string, any>} Reports
 * @typedef {"line" | "unseen" | "codec"} Rest why a picture rests: the line is too narrow, nobody looks at
 *   it, or this device does not know how it is coded
 * @typedef {{seat: string, kind: MediaKind, height: number}} Sight device pixels of the shorter side, 0 for unseen
 * @typedef {EventTarget & {
 *   state: MediaState,
 *   remote: ReadonlyMap<string, SeatTracks>,
 *   start(): void,
 *   stop(): void,
 *   readonly seen: boolean,
 *   readonly spares: boolean,
 *   readonly sounds: boolean,
 *   readonly tries: number,
 *   rests(seat: string, kind: MediaKind): Rest | null,
 *   look(sights: Sight[]): void,
 *   reports(): Promise<MediaReports>,
 *   adapt(reports: MediaReports): void,
 *   tell(counts: import("./counts.js").Counts): void,
 *   loudness(): Map<string, number>,
 * }} MediaEngine
 */

/** @type {Record<string, typeof EmbeddedMedia>} */
const ENGINES = { embedded: EmbeddedMedia };

/**
 * @param {string} name `engine` of the first ticket
 * @param {Parts} parts
 * @returns {MediaEngine} not started yet
 */
export function openEngine(name, parts) {
  const Engine = ENGINES[name];
  if (Engine === undefined) throw new RangeError(`unknown media engine: ${name}`);
  return new Engine(parts);
}
