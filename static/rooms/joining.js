/**
 * Measures how a person gets into a call: when the first sound of somebody else comes, after how many
 * tries, and what is in the way. Tells the server outcomes and times, nothing else.
 */
import { takeTap } from "./tapped.js";

/** Milliseconds between two looks for the first sound. */
const LOOK = 200;
/** Milliseconds without a connection after which there counts as being no way through. */
const PATIENCE = 20_000;
/** Milliseconds up to which the server's admission and this page's call are one moment; more was time away. */
const AT_ONCE = 2000;
/** As the server allows them. */
const LONGEST = 600_000;
const LONGEST_LINK = 12 * 60 * 60 * 1000;
const MOST_TRIES = 100;

/**
 * Watches one call from its beginning until the first sound.
 * @param {import("./room.js").RoomConnection} room
 * @param {import("../media/engine.js").MediaEngine} media
 * @returns {() => void} ends it
 */
export function watchJoining(room, media) {
  const began = performance.now();
  const state = room.state;
  const away = state?.me.since ? Date.parse(state.now) - Date.parse(state.me.since) : 0;
  const before = away >= 0 && away < AT_ONCE ? away : 0;
  let hindered = false;
  const clock = setInterval(() => {
    const passed = performance.now() - began;
    if (media.sounds) {
      clearInterval(clock);
      if (room.state?.me.may_admit === false) void tell(Math.round(passed + before));
    } else if (!hindered && passed > PATIENCE && media.state !== "connected") {
      hindered = true;
      void room.hindered(null, media.state === "busy" ? "busy" : "no_way").catch(() => undefined);
    }
  }, LOOK);

  /** @param {number} since milliseconds since the person was let in */
  async function tell(since) {
    if (since > LONGEST) return;
    const link = takeTap();
    await room.sounded({
      since_admission: since,
      since_link: link !== null && link >= since && link <= LONGEST_LINK ? link : null,
      attempts: Math.min(media.tries, MOST_TRIES),
    }).catch(() => undefined); // a number less, not a call less
  }
  return () => clearInterval(clock);
}

/**
 * Tells why camera or microphone is not there, each cause once.
 * @param {import("./room.js").RoomConnection} room
 * @param {import("../media/devices.js").Devices} devices
 * @param {AbortSignal} signal ends it
 */
export function watchCauses(room, devices, signal) {
  /** @type {Set<string>} */
  const told = new Set();
  const look = () => {
    if (room.line !== "connected") return;
    for (const device of /** @type {const} */ (["microphone", "camera"])) {
      const cause = devices.causes[device];
      const news = `${device}:${cause}`;
      if (cause === null || told.has(news) || !devices.wants(device)) continue;
      told.add(news);
      room.hindered(device, cause).catch(() => told.delete(news));
    }
  };
  devices.addEventListener("changed", look, { signal });
  room.addEventListener("line", look, { signal });
}
