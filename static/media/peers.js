/**
 * Makes the two peer connections of a seat: one that sends, one that receives.
 *
 * On each the sender of the media makes the offer, so both sides never offer at once. The server is
 * ICE-lite with its address in its own description; our candidates are never used (RFC 8445 §2.5),
 * so an offer or answer leaves at once, without waiting for gathering.
 */

/** Bits per second of the one video layer; what the forwarding unit was measured with. */
const PICTURE_BITRATE = 1_200_000;

/** The codecs the engine forwards, the preferred first: each voice packet repeats the one before (RFC 2198). */
const CODECS = { audio: ["audio/red", "audio/opus"], video: ["video/vp8", "video/rtx"] };

/** @param {RTCIceServer[]} iceServers @returns {RTCPeerConnection} */
function connection(iceServers) {
  return new RTCPeerConnection({ bundlePolicy: "max-bundle", rtcpMuxPolicy: "require", iceServers });
}

/**
 * The sending connection. Both senders exist from the start, with or without a track, so that a
 * camera turned on later needs no new negotiation.
 */
export class UpPeer {
  #audio;
  #video;

  /**
   * @param {RTCIceServer[]} iceServers
   * @param {import("./devices.js").Devices} devices
   */
  constructor(iceServers, devices) {
    this.devices = devices;
    this.connection = connection(iceServers);
    this.#audio = this.connection.addTransceiver(devices.audio ?? "audio", { direction: "sendonly" });
    this.#video = this.connection.addTransceiver(devices.video ?? "video", {
      direction: "sendonly",
      sendEncodings: [{ maxBitrate: PICTURE_BITRATE }],
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
  }

  /** Sends what the devices give now: another camera, or none. */
  async refresh() {
    const { audio, video } = this.devices;
    if (this.connection.signalingState === "closed") return;
    if (this.#audio.sender.track !== audio) await this.#audio.sender.replaceTrack(audio);
    if (this.#video.sender.track !== video) await this.#video.sender.replaceTrack(video);
  }
}

/** The receiving connection: the server offers, we answer. */
export class DownPeer {
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
