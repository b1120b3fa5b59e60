/**
 * What a test can see, hear and count in a page. Loaded by the debugger before the page's own code;
 * it looks on and changes nothing.
 */
(() => {
  /** Every peer connection the page has made, with the moment. */
  const peers = [];
  const Native = window.RTCPeerConnection;
  window.RTCPeerConnection = class RTCPeerConnection extends Native {
    constructor(...settings) {
      super(...settings);
      peers.push({ connection: this, made: Date.now(), said: new Set() });
    }
    async setLocalDescription(...description) {
      await super.setLocalDescription(...description);
      const { said } = peers.find(({ connection }) => connection === this);
      for (const [, ufrag] of this.localDescription?.sdp.matchAll(/^a=ice-ufrag:(\S+)/gm) ?? []) said.add(ufrag);
    }
  };

  /** The moment of each press by its button's name, and what the page broke of its policy. */
  const pressed = {};
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element && event.target.closest("button, a");
    if (button) pressed[(button.getAttribute("aria-label") ?? button.textContent).trim()] = Date.now();
  }, { capture: true });
  document.addEventListener("securitypolicyviolation", (event) => {
    console.error(`policy broken: ${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile}`);
  });

  /** The notes the page has played, in whole Hz. */
  const notes = [];
  const begin = AudioScheduledSourceNode.prototype.start;
  AudioScheduledSourceNode.prototype.start = function start(...moment) {
    notes.push(Math.floor(this.frequency?.value ?? 0));
    return begin.apply(this, moment);
  };

  const tiles = () => [...document.querySelectorAll("[role=group]:has(> video)")]
    .filter((tile) => tile.checkVisibility());
  const tileOf = (name) => tiles().find((tile) => tile.getAttribute("aria-label") === name);
  const videoOf = (name) => tileOf(name)?.querySelector("video") ?? null;

  const canvas = new OffscreenCanvas(16, 9);
  const brush = canvas.getContext("2d", { willReadFrequently: true });
  /** The mean colour that the tile of this name shows now. */
  const colour = (name) => {
    const video = videoOf(name);
    if (!video || video.videoWidth === 0) return null;
    brush.drawImage(video, 0, 0, 16, 9);
    const { data } = brush.getImageData(0, 0, 16, 9);
    return [0, 1, 2].map((part) => {
      let sum = 0;
      for (let at = part; at < data.length; at += 4) sum += data[at];
      return Math.round(sum / (data.length / 4));
    });
  };

  let context;
  /** Loudness in dB of each frequency in what the tile plays, the loudest moment since `listen`. */
  const ears = new Map();
  const listen = (tones) => {
    context ??= new AudioContext();
    for (const ear of ears.values()) {
      clearInterval(ear.clock);
      ear.source.disconnect();
    }
    ears.clear();
    for (const tile of tiles()) {
      const video = tile.querySelector("video");
      if (video.muted || !video.srcObject?.getAudioTracks().length) continue;
      const source = context.createMediaStreamSource(video.srcObject);
      const analyser = new AnalyserNode(context, { fftSize: 8192, smoothingTimeConstant: 0 });
      source.connect(analyser);
      const levels = new Float32Array(analyser.frequencyBinCount);
      const loudest = Object.fromEntries(tones.map((tone) => [tone, -200]));
      const ear = { source, loudest, looks: 0 };
      ear.clock = setInterval(() => {
        analyser.getFloatFrequencyData(levels);
        const width = context.sampleRate / analyser.fftSize;
        for (const tone of tones) {
          const at = Math.round(tone / width);
          const near = levels.slice(at - 2, at + 3).filter(Number.isFinite);
          loudest[tone] = Math.max(loudest[tone], ...near);
        }
        ear.looks += 1;
      }, 60);
      ears.set(tile.getAttribute("aria-label"), ear);
    }
  };
  const heard = () => Object.fromEntries(
    [...ears].map(([name, ear]) => [name, { looks: ear.looks, loudest: { ...ear.loudest } }]),
  );

  const open = () => peers.filter(({ connection }) => connection.connectionState !== "closed");
  /** What is received now, by the identifier of the track. */
  const incoming = async (since = 0) => {
    const found = {};
    for (const { connection, made } of open()) {
      if (made < since) continue;
      for (const one of (await connection.getStats()).values()) {
        if (one.type === "inbound-rtp") found[one.trackIdentifier] = one;
      }
    }
    return found;
  };
  /** Whether picture and sound of this person arrive over connections made after `since`. */
  const receives = async (name, since = 0) => {
    const tracks = videoOf(name)?.srcObject?.getTracks() ?? [];
    if (tracks.length < 2) return false;
    const counts = await incoming(since);
    return tracks.every((track) => {
      const one = counts[track.id];
      return track.kind === "video" ? one?.framesDecoded > 0 : one?.totalSamplesReceived > 0 && one.packetsReceived > 0;
    });
  };

  /** What became of every connection, and the steps of the way in, in milliseconds since 1970. */
  const story = () => ({
    now: Date.now(),
    seen: tiles().map((tile) => tile.getAttribute("aria-label")),
    peers: peers.map(({ connection, made }) => [
      made, connection.connectionState, connection.iceConnectionState, connection.signalingState,
    ]),
    steps: performance.getEntriesByType("mark")
      .map(({ name, startTime }) => [name, Math.round(performance.timeOrigin + startTime)]),
  });

  /** The moment when that became true; looks twenty times a second. */
  const untilReceives = async (name, since, patience) => {
    const end = Date.now() + patience;
    while (!(await receives(name, since))) {
      if (Date.now() > end) throw new Error(`${name} is not received: ${JSON.stringify([await incoming(), story()])}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return Date.now();
  };

  /** The same for picture and sound that go on to arrive, over whichever connection. */
  const untilFlows = async (name, patience) => {
    const end = Date.now() + patience;
    const counted = (one) => (one.kind === "video" ? one.framesDecoded : one.packetsReceived);
    for (let before = await incoming(); ;) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      const now = await incoming();
      const tracks = videoOf(name)?.srcObject?.getTracks() ?? [];
      const grown = ({ id }) => id in before && id in now && counted(now[id]) > counted(before[id]);
      if (tracks.length > 1 && tracks.every(grown)) return Date.now();
      if (tracks.some(({ id }) => id in now && !(id in before))) before = now;
      if (Date.now() > end) throw new Error(`${name} has stopped: ${JSON.stringify([now, story()])}`);
    }
  };

  const ufrags = () => peers.flatMap(({ said }) => [...said]);

  /** The moments of first pictures, for the names that `awaitFrame` was called with. */
  const frames = {};
  const awaitFrame = (name) => {
    frames[name] = new Promise((resolve) => {
      const look = () => {
        const video = videoOf(name);
        if (video) video.requestVideoFrameCallback(() => resolve(Date.now()));
        else requestAnimationFrame(look);
      };
      look();
    });
  };
  const firstFrame = (name) => frames[name];

  const nameOf = (element) => (
    element.getAttribute("aria-label")
    ?? element.getAttribute("aria-labelledby")?.split(" ").map((id) => document.getElementById(id)?.textContent).join(" ")
    ?? element.labels?.[0]?.textContent
    ?? element.textContent
  ).replace(/\s+/g, " ").trim();
  /** What has the focus, and whether one sees that it has. */
  const focus = () => {
    const element = document.activeElement;
    if (!element || element === document.body) return { tag: "BODY", name: "", address: "", ring: false, inSight: false };
    // A choice whose whole card is the target shows the ring around the card.
    const ring = [element, element.closest("label")].some((one) => {
      if (!one) return false;
      const { outlineStyle, outlineWidth } = getComputedStyle(one);
      return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
    });
    const box = element.getBoundingClientRect();
    const [x, y] = [box.x + box.width / 2, box.y + Math.min(box.height / 2, 20)];
    const top = document.elementFromPoint(x, y);
    return {
      tag: element.tagName,
      name: nameOf(element),
      address: element.getAttribute("href") ?? "",
      ring,
      inSight: element.checkVisibility() && top !== null && (element.contains(top) || top.contains(element)),
    };
  };

  window.senses = { peers, open, pressed, tiles, tileOf, colour, listen, heard, incoming, untilReceives, untilFlows, ufrags, awaitFrame, firstFrame, focus, notes };
})();
