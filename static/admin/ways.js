/**
 * Opens single ways to the media port and the relay, without camera, microphone or a call.
 *
 * The media port answers an ICE check (RFC 8445) under a probe's name and forgets it. So a connection whose
 * description names that probe becomes "connected" as soon as one check came back, and is closed then.
 */

/** Milliseconds that one way may take; ICE itself gives up later. */
const PATIENCE = 8000;
/** A remote description needs one; the connection is closed before it is looked at. */
const NO_FINGERPRINT = Array(32).fill("00").join(":");

/**
 * @param {{ufrag: string, password: string}} probe
 * @param {string[]} addresses of the media port
 * @param {number} port
 * @param {"udp" | "tcp"} by
 * @param {RTCIceServer} [relay] go through it alone
 * @returns {Promise<boolean>} whether a check came back
 */
export async function reach(probe, addresses, port, by, relay) {
  const connection = opened(relay);
  try {
    const connected = until(connection, "iceconnectionstatechange", () => {
      if (["connected", "completed"].includes(connection.iceConnectionState)) return true;
      return connection.iceConnectionState === "failed" ? false : undefined;
    });
    await connection.setLocalDescription();
    await connection.setRemoteDescription({ type: "answer", sdp: answer(probe, addresses, port, by) });
    return (await connected) ?? false;
  } finally {
    connection.close();
  }
}

/**
 * @param {RTCIceServer} relay
 * @returns {Promise<{relayed: boolean, code: number}>} whether it gave an address; else its error (RFC 8656 §18), or 0
 */
export async function allocate(relay) {
  const connection = opened(relay);
  let code = 0;
  connection.addEventListener("icecandidateerror", (event) => {
    code = /** @type {RTCPeerConnectionIceErrorEvent} */ (event).errorCode;
  });
  try {
    const gathered = until(connection, "icecandidate", (event) => {
      const { candidate } = /** @type {RTCPeerConnectionIceEvent} */ (event);
      return candidate === null || candidate.candidate === "" ? false : candidate.type === "relay" || undefined;
    });
    await connection.setLocalDescription();
    return { relayed: (await gathered) ?? false, code };
  } finally {
    connection.close();
  }
}

/** @returns {Promise<boolean>} whether the socket that signals travel by opens and greets us */
export async function signals() {
  const socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}/socket.io/?EIO=4&transport=websocket`);
  try {
    return (await until(socket, "message", (event) => String(/** @type {MessageEvent} */ (event).data).startsWith("0{"), "close")) ?? false;
  } finally {
    socket.close();
  }
}

/** @param {RTCIceServer | undefined} relay */
function opened(relay) {
  const connection = new RTCPeerConnection(relay ? { iceServers: [relay], iceTransportPolicy: "relay" } : {});
  connection.createDataChannel("check");
  return connection;
}

/**
 * Waits for an event that settles the question.
 * @template T
 * @param {EventTarget} target
 * @param {string} name
 * @param {(event: Event) => T | undefined} settled
 * @param {string} [end] an event after which no other comes
 * @returns {Promise<T | undefined>} nothing when it ended, or took too long
 */
function until(target, name, settled, end) {
  return new Promise((resolve) => {
    const over = new AbortController();
    const finish = (/** @type {T | undefined} */ value) => {
      over.abort();
      clearTimeout(deadline);
      resolve(value);
    };
    const deadline = setTimeout(() => finish(undefined), PATIENCE);
    target.addEventListener(name, (event) => {
      const value = settled(event);
      if (value !== undefined) finish(value);
    }, { signal: over.signal });
    if (end) target.addEventListener(end, () => finish(undefined), { signal: over.signal });
  });
}

/** @param {{ufrag: string, password: string}} probe @param {string[]} addresses @param {number} port @param {"udp" | "tcp"} by */
function answer({ ufrag, password }, addresses, port, by) {
  const way = by === "tcp" ? " tcptype passive" : "";
  return [
    "v=0", "o=- 1 1 IN IP4 0.0.0.0", "s=-", "t=0 0", "a=group:BUNDLE 0", "a=ice-lite",
    "m=application 9 UDP/DTLS/SCTP webrtc-datachannel", "c=IN IP4 0.0.0.0", "a=mid:0",
    `a=ice-ufrag:${ufrag}`, `a=ice-pwd:${password}`, `a=fingerprint:sha-256 ${NO_FINGERPRINT}`,
    "a=setup:passive", "a=sctp-port:5000",
    ...addresses.map((one, at) => `a=candidate:${at + 1} 1 ${by} ${1000 - at} ${one} ${port} typ host${way}`),
    "a=end-of-candidates", "",
  ].join("\r\n");
}
