// One page of a shared text, by the protocol of rounds or of Hocuspocus, as its own client speaks it.
import * as decoding from "../../../static/node_modules/lib0/decoding.js";
import * as encoding from "../../../static/node_modules/lib0/encoding.js";
import WebSocket from "../../../static/node_modules/ws/wrapper.mjs";
import { Doc, encodeStateVector } from "../../../static/node_modules/yjs/dist/yjs.mjs";

const SECTION = "goals";
const ITEM = "g1";
const SPACE = "/careplan";

/** Writes in a text of its own copy, and hears of every row; see `Rounds` and `Hocuspocus`. */
class Page {
  /** @param {{port: number, cookie?: string, patient: string}} seat @param {boolean} listens */
  constructor(seat, listens) {
    this.seat = seat;
    this.listens = listens;
    this.doc = new Doc();
    this.text = this.doc.getText(`t:${ITEM}.text`);
    this.received = 0;
    this.refused = 0;
    /** @type {Uint8Array} */ this.made = new Uint8Array();
    this.doc.on("update", (/** @type {Uint8Array} */ update) => (this.made = update));
    /** @type {(update: Uint8Array) => void} */ this.heard = () => {};
    /** @type {() => void} */ this.ended = () => {};
  }

  /** Write a letter at the end of what this page wrote; `answered` hears of it once. */
  type(/** @type {() => void} */ answered) {
    const at = this.text.length;
    this.text.insert(at, String.fromCharCode(97 + (at % 26)));
    this.send(this.made, answered);
    return at;
  }
}

export class Rounds extends Page {
  /** Join the plan and open one section; resolves to the server's state vector. */
  open() {
    const { port, cookie, patient } = this.seat;
    const headers = { Cookie: cookie, Origin: `http://127.0.0.1:${port}` };
    const socket = new WebSocket(`ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`, { headers });
    this.socket = socket;
    this.waiting = new Map();
    this.number = 0;
    return new Promise((resolve, reject) => {
      socket.on("error", reject);
      socket.on("close", () => (reject(new Error("closed")), this.ended()));
      socket.on("message", (/** @type {Buffer} */ data) => {
        this.received += 1;
        if (data[0] === 0x32) return socket.send("3");
        if (data[0] === 0x30) return socket.send(`40${SPACE},${JSON.stringify({ door: "staff", patient })}`);
        if (data[0] !== 0x34) return;
        if (data[1] === 0x30) {
          const wish = { kind: SECTION, client: this.doc.clientID };
          return this.ask("open", { sections: [wish] }, (/** @type {any} */ told) => {
            const section = told.ok?.sections[SECTION];
            if (section) resolve(Buffer.from(section.vector, "base64"));
            else reject(new Error(JSON.stringify(told)));
          });
        }
        if (data[1] === 0x34) return reject(new Error(data.toString()));
        if (data[1] === 0x33) {
          const told = data.toString();
          const begin = told.indexOf("[");
          const id = Number(told.slice(2 + SPACE.length + 1, begin));
          const answered = this.waiting.get(id);
          this.waiting.delete(id);
          return answered?.(JSON.parse(told.slice(begin))[0]);
        }
        if (!this.listens) return;
        const [name, row] = JSON.parse(data.toString().slice(2 + SPACE.length + 1));
        if (name === "update") for (const one of row.updates) this.heard(Buffer.from(one, "base64"));
      });
    });
  }

  /** Add the item in which all write. */
  begin() {
    const deed = { section: SECTION, id: `begin-${ITEM}`, op: "add", item: ITEM, kind: "goal", rank: "m", values: {} };
    return new Promise((resolve, reject) =>
      this.ask("command", deed, (/** @type {any} */ told) => ("ok" in told ? resolve(told) : reject(new Error(JSON.stringify(told))))),
    );
  }

  send(/** @type {Uint8Array} */ update, /** @type {() => void} */ answered) {
    const told = { section: SECTION, update: Buffer.from(update).toString("base64") };
    this.ask("update", told, (/** @type {any} */ answer) => ("ok" in answer ? answered() : (this.refused += 1)));
  }

  ask(/** @type {string} */ event, /** @type {object} */ payload, /** @type {(told: any) => void} */ answered) {
    const id = (this.number += 1);
    this.waiting.set(id, answered);
    this.socket.send(`42${SPACE},${id}${JSON.stringify([event, payload])}`);
  }
}

const SYNC = 0;
const AUTH = 2;
const SYNC_REPLY = 4;
const STORED = 8;

export class Hocuspocus extends Page {
  /** Open a document; resolves to an update that holds all of it. */
  open() {
    const { port, patient } = this.seat;
    const socket = new WebSocket(`ws://127.0.0.1:${port}`);
    this.socket = socket;
    this.unanswered = [];
    const names = encoding.createEncoder();
    encoding.writeVarString(names, patient);
    const after = encoding.length(names);
    return new Promise((resolve, reject) => {
      socket.on("error", reject);
      socket.on("close", () => (reject(new Error("closed")), this.ended()));
      socket.on("open", () => {
        const proof = this.message(AUTH);
        encoding.writeVarUint(proof, 0);
        encoding.writeVarString(proof, "bench");
        encoding.writeVarString(proof, "4.7.0");
        socket.send(encoding.toUint8Array(proof));
        const first = this.message(SYNC);
        encoding.writeVarUint(first, 0);
        encoding.writeVarUint8Array(first, encodeStateVector(this.doc));
        socket.send(encoding.toUint8Array(first));
      });
      socket.on("message", (/** @type {Buffer} */ data) => {
        this.received += 1;
        const kind = data[after];
        if (kind === STORED) return this.unanswered.shift()?.();
        if (kind !== SYNC && kind !== SYNC_REPLY) return;
        const step = data[after + 1];
        if (step !== 1 && !(step === 2 && this.listens)) return;
        const reader = decoding.createDecoder(data);
        reader.pos = after + 2;
        const update = decoding.readVarUint8Array(reader);
        if (step === 1) resolve(update);
        else this.heard(update);
      });
    });
  }

  async begin() {}

  send(/** @type {Uint8Array} */ update, /** @type {() => void} */ answered) {
    const message = this.message(SYNC);
    encoding.writeVarUint(message, 2);
    encoding.writeVarUint8Array(message, update);
    this.unanswered.push(answered);
    this.socket.send(encoding.toUint8Array(message));
  }

  message(/** @type {number} */ kind) {
    const message = encoding.createEncoder();
    encoding.writeVarString(message, this.seat.patient);
    encoding.writeVarUint(message, kind);
    return message;
  }
}

export const KINDS = { rounds: Rounds, hocuspocus: Hocuspocus };
