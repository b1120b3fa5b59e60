/** Measures how loud a microphone is, several times a second. */
import { audioContext } from "../live/sound.js";

/** Milliseconds between two readings: smooth for the eye, cheap for a phone. */
const PACE = 80;

/** Readings above this count as someone speaking (full scale is 1). */
export const SPEAKING = 0.35;

/**
 * @param {MediaStreamTrack} track
 * @param {(level: number | null) => void} listener told a level from 0 to 1, or null while the browser
 *   does not let the page listen before it was touched
 * @returns {() => void} ends it
 */
export function measure(track, listener) {
  const audio = audioContext();
  void audio.resume().catch(() => undefined);
  const source = audio.createMediaStreamSource(new MediaStream([track]));
  // 4096 samples are 85 ms at 48 kHz: nothing falls between two readings.
  const analyser = new AnalyserNode(audio, { fftSize: 4096 });
  source.connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    listener(audio.state === "running" ? loudness(samples) : null);
  }, PACE);
  return () => {
    clearInterval(timer);
    source.disconnect();
  };
}

/**
 * @param {ArrayLike<number>} samples from -1 to 1
 * @returns {number} 0 (below -60 dB) to 1 (full scale), linear in decibels as ears are
 */
export function loudness(samples) {
  let sum = 0;
  for (let at = 0; at < samples.length; at += 1) sum += (samples[at] ?? 0) ** 2;
  if (sum === 0) return 0;
  const decibels = 10 * Math.log10(sum / samples.length);
  return Math.min(1, Math.max(0, (decibels + 60) / 60));
}
