// Lets people write in shared texts at a steady rate, and tells how soon others had it and what it cost.
import fs from "node:fs";
import { performance } from "node:perf_hooks";
import { decodeUpdate } from "../../../static/node_modules/yjs/dist/yjs.mjs";
import { KINDS } from "./lines.mjs";

const AT_ONCE = 20;
/** @type {{kind: "rounds" | "hocuspocus", pid: number, port: number, seats: {cookie: string, patient: string}[][],
 *   rate: number, warm: number, seconds: number, listeners: number, views: number}} */
const wish = JSON.parse(process.argv[2] ?? "");
const pause = (/** @type {number} */ seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

/** @type {Map<number, {page: any, times: number[]}>} */
const writers = new Map();
const latencies = [];
const answers = [];
const views = [];
let measuring = false;
let sent = 0;

function make(/** @type {any} */ seat, /** @type {boolean} */ listens) {
  const page = new KINDS[wish.kind]({ port: wish.port, ...seat }, listens);
  writers.set(page.doc.clientID, { page, times: [] });
  page.heard = (/** @type {Uint8Array} */ update) => {
    const now = performance.now();
    if (!measuring) return;
    for (const { id, length } of decodeUpdate(update).structs) {
      const writer = writers.get(id.client);
      if (!writer || writer.page === page) continue;
      for (let at = id.clock; at < id.clock + length; at += 1) {
        const then = writer.times[at];
        if (then !== undefined) latencies.push(now - then);
      }
    }
  };
  return page;
}

function type(/** @type {any} */ page) {
  const began = performance.now();
  const at = page.type(() => {
    if (measuring) answers.push(performance.now() - began);
  });
  writers.get(page.doc.clientID).times[at] = began;
  sent += 1;
}

async function view(/** @type {{cookie: string, patient: string}} */ seat) {
  const began = performance.now();
  const answer = await fetch(`http://127.0.0.1:${wish.port}/patients/${seat.patient}/plan`, {
    headers: { Cookie: seat.cookie },
  });
  await answer.arrayBuffer();
  if (answer.status !== 200) throw new Error(`a page of the plan answered ${answer.status}`);
  if (measuring) views.push(performance.now() - began);
}

/** Return the processor seconds of all threads of the server, or of all processes of the machine. */
function processor() {
  let total = 0;
  for (const thread of fs.readdirSync(`/proc/${wish.pid}/task`))
    total += Number(fs.readFileSync(`/proc/${wish.pid}/task/${thread}/schedstat`, "utf8").split(" ")[0]);
  return total / 1e9;
}
function machine() {
  const ticks = fs.readFileSync("/proc/stat", "utf8").split("\n", 1)[0].trim().split(/\s+/).slice(1).map(Number);
  return (ticks[0] + ticks[1] + ticks[2] + ticks[5] + ticks[6]) / 100;
}
const resident = () => Number(fs.readFileSync(`/proc/${wish.pid}/statm`, "utf8").split(" ")[1]) * 4096;
const quantile = (/** @type {number[]} */ all, /** @type {number} */ share) =>
  all.length ? Number(all.sort((a, b) => a - b)[Math.min(all.length - 1, Math.floor(all.length * share))].toFixed(2)) : null;

const pages = wish.seats.map((seats) => seats.map((seat, number) => make(seat, number < wish.listeners)));
// The first of each text comes before what is counted: it loads what all share.
for (const [first] of pages) {
  await first.open();
  await first.begin();
}
const others = pages.flatMap(([, ...rest]) => rest);
const before = resident();
const opening = performance.now();
for (let at = 0; at < others.length; at += AT_ONCE) await Promise.all(others.slice(at, at + AT_ONCE).map((one) => one.open()));
const opened = performance.now() - opening;
const held = resident() - before;

const timers = [];
const every = 1000 / wish.rate;
for (const page of pages.flat())
  timers.push(setTimeout(() => (type(page), timers.push(setInterval(type, every, page))), Math.random() * every));
const viewers = wish.seats.flat();
let turn = 0;
if (wish.views) timers.push(setInterval(() => view(viewers[(turn += 1) % viewers.length]), 1000 / wish.views));
await pause(wish.warm);
const received = () => pages.flat().reduce((sum, one) => sum + one.received, 0);
measuring = true;
const start = { at: performance.now(), server: processor(), all: machine(), own: process.cpuUsage(), sent, received: received() };
await pause(wish.seconds);
const seconds = (performance.now() - start.at) / 1000;
const server = processor() - start.server;
const own = process.cpuUsage(start.own);
const mine = (own.user + own.system) / 1e6;
const alien = machine() - start.all - server - mine;
measuring = false;
const edits = sent - start.sent;
const packets = edits + received() - start.received;
for (const timer of timers) clearInterval(timer);
// An edit goes in once, is answered, and goes out to each of the others: so many messages whatever is put together.
const messages = edits * (1 + wish.seats[0].length);
console.log(
  JSON.stringify({
    p50_ms: quantile(latencies, 0.5),
    p99_ms: quantile(latencies, 0.99),
    answer_p50_ms: quantile(answers, 0.5),
    answer_p99_ms: quantile(answers, 0.99),
    cpu_percent: Number(((server / seconds) * 100).toFixed(1)),
    us_per_message: Number(((server * 1e6) / messages).toFixed(2)),
    kb_per_connection: Number((held / 1024 / Math.max(1, others.length)).toFixed(1)),
    edits_per_s: Math.round(edits / seconds),
    packets_per_s: Math.round(packets / seconds),
    refused: pages.flat().reduce((sum, one) => sum + one.refused, 0),
    view_p50_ms: quantile(views, 0.5),
    views: views.length,
    open_ms: Math.round(opened),
    generator_percent: Number(((mine / seconds) * 100).toFixed(1)),
    others_percent: Number(((alien / seconds) * 100).toFixed(1)),
  }),
);
process.exit(0);
