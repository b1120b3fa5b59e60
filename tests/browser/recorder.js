/**
 * Records what one tile plays: every sample of the voice as the browser decoded and mended it, and the
 * counters of voice and picture four times a second. Put into a page by a test; needs `senses`.
 */
(() => {
  const PACE = 250; // milliseconds between two looks at the counters
  const KEPT = 1000; // pieces of 10 ms that may wait for a busy page before the browser drops some

  const moment = async (tracks) => {
    const counts = await senses.incoming();
    const voice = counts[tracks.find(({ kind }) => kind === "audio")?.id] ?? {};
    const picture = counts[tracks.find(({ kind }) => kind === "video")?.id] ?? {};
    return {
      at: performance.now() / 1000,
      samples: voice.totalSamplesReceived ?? 0,
      concealed: voice.concealedSamples ?? 0,
      lost: voice.packetsLost ?? 0,
      packets: voice.packetsReceived ?? 0,
      repeated: voice.fecPacketsReceived ?? 0,
      frames: picture.framesDecoded ?? 0,
      frozen: picture.totalFreezesDuration ?? 0,
      freezes: picture.freezeCount ?? 0,
      requests: picture.nackCount ?? 0,
    };
  };

  const base64 = (bytes) => {
    const parts = [];
    for (let at = 0; at < bytes.length; at += 8192) {
      parts.push(String.fromCharCode(...bytes.subarray(at, at + 8192)));
    }
    return btoa(parts.join(""));
  };

  /** Records the tile of this name for so many seconds. */
  const record = async (name, seconds) => {
    const tracks = senses.tileOf(name).querySelector("video").srcObject.getTracks();
    const voice = tracks.find(({ kind }) => kind === "audio").clone();
    const reader = new MediaStreamTrackProcessor({ track: voice, maxBufferSize: KEPT }).readable.getReader();
    const moments = [await moment(tracks)];
    const clock = setInterval(async () => moments.push(await moment(tracks)), PACE);
    const pieces = [];
    let [rate, wanted, got] = [48000, Infinity, 0];
    while (got < wanted) {
      const { value, done } = await reader.read();
      if (done) break;
      rate = value.sampleRate;
      wanted = seconds * rate;
      const floats = new Float32Array(value.numberOfFrames);
      value.copyTo(floats, { planeIndex: 0, format: "f32-planar" });
      value.close();
      pieces.push(Int16Array.from(floats, (sample) => Math.max(-1, Math.min(1, sample)) * 32767));
      got += floats.length;
    }
    clearInterval(clock);
    moments.push(await moment(tracks));
    await reader.cancel();
    voice.stop();
    const whole = new Int16Array(got);
    let at = 0;
    for (const piece of pieces) {
      whole.set(piece, at);
      at += piece.length;
    }
    return { rate, samples: base64(new Uint8Array(whole.buffer)), moments };
  };

  window.record = record;
})();
