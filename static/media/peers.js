/**
 * Makes the two peer connections of a seat: one that sends, one that receives.
 *
 * On each the sender of the media makes the offer, so both sides never offer at once. The server is
 * ICE-lite with its address in its own description; our candidates are never used (RFC 8445 §2.5),
 * so an offer or answer leaves at once, without waiting for gathering.
 */

import { Cushion } from "./cushion.js";
import { encodingOf } from "./screen.js";
import { Sparing } from "./sparing.js";

/**
 * The sizes a picture is sent in, the smallest first, each with the bits per second it may take.
 * It begins with the largest alone; the server says when somebody's line, or tile, asks for another.
 * @type {RTCRtpEncodingParameters[]}
 */
const SIZES = [
  { rid: "q", scaleResolutionDownBy: 2, maxBitrate: 150_000, active: false },
  { rid: "f", maxBitrate: 1_200_000, active: true },
];

/** Bits per second of a voice on a line with little room: clear still, and said twice all the same. */
const LEAN_VOICE = 20_000;

/**
 * The codecs the engine forwards, the preferred first: each voice packet repeats the one before
 * (RFC 2198), and H.264 is for devices that cannot code their pictures otherwise.
 */
const CODECS = { audio: ["audio/red", "audio/opus"], video: ["video/vp8", "video/h264", "video/rtx"] };

/** @param {RTCIceServer[]} iceServers @returns {RTCPeerConnection} */
function connection(iceServers) {
  return new RTCPeerConnection({ bundlePolicy: "max-bundle", rtcpMuxPolicy: "require", iceServers });
}

/**
 * The sending connection. Both senders exist from the start, with or without a track, so that a
 * camera turned on later needs no new negotiation. A shared screen is seldom: its sender comes with the
 * first one, and the server hears of each that begins or ends by a new offer.
 */
export class UpPeer {
  #audio;
  #video;
  #shown;
  /** The third line, once a screen was shared. @type {RTCRtpTransceiver | null} */
  #screen = null;
  #sparing = new Sparing();
  /** Which sizes of the picture somebody wants, the smallest first; null before the server said. @type {boolean[] | null} */
  #wanted = null;

  /**
   * @param {RTCIceServer[]} iceServers
   * @param {import("./devices.js").Devices} devices
   * @param {import("./screen.js").Screen} screen
   */
  constructor(iceServers, devices, screen) {
    this.devices = devices;
    this.#shown = screen;
    this.connection = connection(iceServers);
    this.#audio = this.connection.addTransceiver(devices.audio ?? "audio", { direction: "sendonly" });
    this.#video = this.connection.addTransceiver(devices.video ?? "video", {
      direction: "sendonly",
      sendEncodings: SIZES,
    });
    prefer(this.#audio, "audio");
    prefer(this.#video, "video");
  }

  /** @returns {Promise<string>} our offer */
  async offer() {
    await this.connection.setLocalDescription();
    return this.connection.localDescription?.sdp ?? "";
  }

  /** @param {string} sdp the server's answer */
  async accept(sdp) {
    await this.connection.setRemoteDescription({ type: "answer", sdp });
    await this.refresh();
    if (this.#screen !== null) await keepSharp(this.#screen.sender, this.#shown.moves);
  }

  /**
   * Sends only what somebody wants.
   * @param {import("./engine.js").MediaKind} kind
   * @param {boolean[]} sizes the smallest first
   */
  async want(kind, sizes) {
    if (kind === "screen") {
      if (this.#screen !== null && this.connection.signalingState !== "closed") await send(this.#screen.sender, sizes);
      return;
    }
    this.#wanted = sizes;
    await this.#send();
  }

  /** @returns {boolean} whether the own line has no room for the own picture now */
  get rests() {
    return this.#sparing.share === "voice";
  }

  /**
   * Sends what the own line carries: all, a leaner voice, or that alone.
   * @param {import("./engine.js").Reports} report of this connection, now
   */
  async spare(report) {
    const before = this.#sparing.share;
    if (this.#sparing.hear(report) === before || this.connection.signalingState === "closed") return;
    await Promise.all([lean(this.#audio.sender, this.#sparing.share !== "all"), this.#send()]);
  }

  async #send() {
    if (this.connection.signalingState === "closed") return;
    const wanted = this.#wanted ?? SIZES.map(({ active }) => active ?? true);
    await send(this.#video.sender, wanted.map((one) => one && !this.rests));
  }

  /** Sends what the devices give now: another camera, or none. */
  async refresh() {
    const { audio, video } = this.devices;
    if (this.connection.signalingState === "closed") return;
    if (this.#audio.sender.track !== audio) await this.#audio.sender.replaceTrack(audio);
    if (this.#video.sender.track !== video) await this.#video.sender.replaceTrack(video);
  }

  /**
   * Takes up the screen that is shared now, or lays down the one that was.
   * @returns {Promise<boolean>} whether the server has to hear of it by a new offer
   */
  async arrangeScreen() {
    const { track, moves } = this.#shown;
    if (this.connection.signalingState !== "stable") return false;
    if (this.#screen === null) {
      if (track === null) return false;
      this.#screen = this.connection.addTransceiver(track, { direction: "sendonly", sendEncodings: [encodingOf(moves)] });
      prefer(this.#screen, "video");
      return true;
    }
    const { sender, direction } = this.#screen;
    if (sender.track !== track) await sender.replaceTrack(track);
    const wanted = track === null ? "inactive" : "sendonly";
    if (track !== null) await keepSharp(sender, moves);
    this.#screen.direction = wanted;
    return direction !== wanted;
  }
}

/**
 * @param {RTCRtpSender} sender
 * @param {boolean[]} sizes which of its pictures' sizes go out, the smallest first
 */
async function send(sender, sizes) {
  const parameters = sender.getParameters();
  // A browser that does not send several sizes has one, and it is the largest.
  const wanted = sizes.slice(-parameters.encodings.length);
  if (parameters.encodings.every((one, at) => one.active === wanted[at])) return;
  for (const [at, one] of parameters.encodings.entries()) one.active = wanted[at] ?? true;
  await sender.setParameters(parameters);
}

/** @param {RTCRtpSender} sender of a voice @param {boolean} saves whether it takes few bits */
async function lean(sender, saves) {
  const parameters = sender.getParameters();
  for (const one of parameters.encodings) {
    if (saves) one.maxBitrate = LEAN_VOICE;
    else delete one.maxBitrate;
  }
  await sender.setParameters(parameters);
}

/**
 * Holds frames back rather than sharpness, where the line or the machine is weak.
 * @param {RTCRtpSender} sender
 * @param {boolean} moves
 */
async function keepSharp(sender, moves) {
  const parameters = sender.getParameters();
  if (parameters.encodings.length === 0) return;
  for (const one of parameters.encodings) Object.assign(one, encodingOf(moves));
  parameters.degradationPreference = moves ? "balanced" : "maintain-resolution";
  await sender.setParameters(parameters);
}

/** The receiving connection: the server offers, we answer. */
export class DownPeer {
  #cushion = new Cushion();

  /** @param {RTCIceServer[]} iceServers */
  constructor(iceServers) {
    this.connection = connection(iceServers);
  }

  /**
   * @param {string} sdp the server's offer
   * @returns {Promise<string>} our answer
   */
  async answer(sdp) {
    await this.connection.setRemoteDescription({ type: "offer", sdp });
    await this.connection.setLocalDescription();
    return this.connection.localDescription?.sdp ?? "";
  }

  /**
   * @param {{mid: string, seat: string, kind: import("./engine.js").MediaKind}[]} tracks as offered
   * @returns {Map<string, import("./engine.js").SeatTracks>} by seat
   */
  tracks(tracks) {
    const receivers = new Map(this.connection.getTransceivers().map((one) => [one.mid, one.receiver]));
    /** @type {Map<string, import("./engine.js").SeatTracks>} */
    const seats = new Map();
    for (const { mid, seat, kind } of tracks) {
      const track = receivers.get(mid)?.track;
      if (track !== undefined) seats.set(seat, { ...seats.get(seat), [kind]: track });
    }
    return seats;
  }

  /**
   * Lets pictures wait for what is sent again, as long as their losses call for.
   * @param {RTCStatsReport} report of this connection, now
   */
  cushion(report) {
    const waits = this.#cushion.hear(report);
    for (const { receiver } of this.connection.getTransceivers()) {
      const wait = waits.get(receiver.track.id);
      if (wait !== undefined && wait !== receiver.jitterBufferTarget) receiver.jitterBufferTarget = wait;
    }
  }

  /** @returns {boolean} whether sound of somebody has come lately (WebRTC 1.0, getSynchronizationSources) */
  get sounds() {
    return this.connection.getReceivers().some(
      (receiver) => receiver.track.kind === "audio" && receiver.getSynchronizationSources().length > 0);
  }

  /** @returns {Map<MediaStreamTrack, number>} how loud each received voice is, 0 to 1 */
  loudness() {
    const levels = new Map();
    for (const { receiver } of this.connection.getTransceivers()) {
      if (receiver.track.kind !== "audio") continue;
      levels.set(receiver.track, receiver.getSynchronizationSources()[0]?.audioLevel ?? 0);
    }
    return levels;
  }
}

/** @param {RTCRtpTransceiver} transceiver @param {"audio" | "video"} kind */
function prefer(transceiver, kind) {
  const known = RTCRtpReceiver.getCapabilities(kind)?.codecs ?? [];
  const codecs = CODECS[kind].flatMap((type) => known.filter((codec) => codec.mimeType.toLowerCase() === type));
  if (codecs.length > 0) transceiver.setCodecPreferences(codecs);
}
