// Writes until the server is gone and tells which letters were answered; or reads how far each writer's text is there.
import { decodeStateVector, encodeStateVectorFromUpdate } from "../../../static/node_modules/yjs/dist/yjs.mjs";
import { KINDS } from "./lines.mjs";

/** @type {{kind: "rounds" | "hocuspocus", port: number, seats: {cookie: string, patient: string}[], every: number, begins: boolean}} */
const wish = JSON.parse(process.argv[2] ?? "");
const pages = wish.seats.map((seat) => new KINDS[wish.kind]({ port: wish.port, ...seat }, false));
const there = await pages[0].open();
if (wish.begins) await pages[0].begin();
const vector = wish.kind === "rounds" ? there : encodeStateVectorFromUpdate(there);
console.log(JSON.stringify(Object.fromEntries(decodeStateVector(vector))));
if (wish.every) {
  for (const page of pages.slice(1)) await page.open();
  /** @type {Record<number, number>} */
  const answered = {};
  const gone = Promise.all(pages.map((page) => new Promise((resolve) => (page.ended = () => resolve(null)))));
  const timers = pages.map((page) =>
    setInterval(() => {
      const clock = page.text.length + 1;
      page.type(() => (answered[page.doc.clientID] = clock));
    }, wish.every),
  );
  console.log("writing");
  await gone;
  for (const timer of timers) clearInterval(timer);
  console.log(JSON.stringify(answered));
}
process.exit(0);
