/** What a browser tries, one after the other, and what each outcome means in words. */
import { _ } from "words";
import { allocate, reach, signals } from "./ways.js";

/**
 * @typedef {{url: string, transport: "udp" | "tcp" | "tls", host: string, port: number}} RelayAddress
 * @typedef {{
 *   now: number, addresses: string[], ports: number[], tcp_ports: number[], ufrag: string, password: string,
 *   relays: RelayAddress[], username: string, credential: string,
 * }} Loan
 * @typedef {import("./found.js").Try} Try
 */

/** Seconds that a clock may differ before codes and links are taken for old. */
const CLOCK = 60;

/**
 * @param {Loan} loan what the server lends for it
 * @returns {Try[]}
 */
export function tries(loan) {
  const differs = Math.round(Date.now() / 1000 - loan.now);
  const relayed = loan.addresses.filter((one) => !one.startsWith("127.") && one !== "::1");
  return [
    { title: _("Clock of this device"), attempt: async () => clock(differs) },
    { title: _("Lasting connection for signals"), attempt: async () => socket(await signals()) },
    ...loan.ports.map((port) => ({ title: _("Sound and picture by UDP"), attempt: () => media(loan, "udp", port) })),
    ...loan.tcp_ports.map((port) => ({ title: _("Sound and picture by TCP"), attempt: () => media(loan, "tcp", port) })),
    ...loan.relays.map((relay) => ({ title: relayTitle(relay), attempt: () => around(loan, relay, relayed) })),
    ...(loan.relays.length > 0 ? [] : [{ title: _("Relay"), attempt: async () => none() }]),
  ];
}

/** @param {number} differs seconds @returns {import("./found.js").Outcome} */
function clock(differs) {
  if (Math.abs(differs) <= CLOCK) return { state: "well", said: _("It agrees with the server's.") };
  return {
    state: "weak",
    said: _("It differs from the server's by {seconds} seconds.", { seconds: Math.abs(differs) }),
    fix: _("Let this device set its clock by itself; if it is right, the server needs that."),
  };
}

/** @param {boolean} speaks @returns {import("./found.js").Outcome} */
function socket(speaks) {
  if (speaks) return { state: "well", said: _("A WebSocket opens and speaks.") };
  return {
    state: "failed",
    said: _("No WebSocket opens: nobody could be let in or hear a knock."),
    fix: _("Let the network, and the proxy before the server, pass WebSockets to this address."),
  };
}

/** @returns {import("./found.js").Outcome} */
function none() {
  return { state: "skipped", said: _("There is no relay: networks that let no UDP out have no way in.") };
}

/**
 * @param {Loan} loan @param {"udp" | "tcp"} by @param {number} port
 * @returns {Promise<import("./found.js").Outcome>}
 */
async function media(loan, by, port) {
  const values = { by: by.toUpperCase(), port, hosts: loan.addresses.join(", ") };
  if (await reach(loan, loan.addresses, port, by)) {
    return { state: "well", said: _("{by} port {port} answers.", values) };
  }
  return {
    state: "failed",
    said: _("{by} port {port} answers this browser at no address ({hosts}).", values),
    fix: _("Let {by} out to port {port} of these addresses. Until then only another way can carry a call.", values),
  };
}

/**
 * @param {Loan} loan @param {RelayAddress} relay @param {string[]} hosts it could lead to
 * @returns {Promise<import("./found.js").Outcome>}
 */
async function around(loan, relay, hosts) {
  const { host, port: number, transport } = relay;
  const values = { host, port: number, by: transport === "udp" ? "UDP" : "TCP" };
  const server = { urls: relay.url, username: loan.username, credential: loan.credential };
  const { relayed, code } = await allocate(server);
  if (code === 401) {
    return {
      state: "failed",
      said: _("The relay at {host} does not take the server's credentials.", values),
      fix: _("Give both the same secret, and let both machines follow a time server."),
    };
  }
  if (!relayed) {
    return {
      state: "failed",
      said: _("The relay at {host} does not answer this browser by {by} port {port}.", values),
      fix: _("Let {by} out to port {port} of {host}; if that is open, look that the relay runs.", values),
    };
  }
  if (hosts.length === 0) {
    return { state: "skipped", said: _("The relay at {host} answers; this server is told at loopback alone, where no relay leads.", values) };
  }
  const through = await Promise.all(loan.ports.map((port) => reach(loan, hosts, port, "udp", server)));
  if (through.every(Boolean)) {
    return { state: "well", said: _("{by} port {port} of {host} answers, and leads on to the server.", values) };
  }
  return {
    state: "failed",
    said: _("The relay at {host} answers, but leads no further.", values),
    fix: _("Open the server's UDP ports to the relay, and name its addresses there (TURN_PEERS)."),
  };
}

/** @param {RelayAddress} relay */
function relayTitle({ transport }) {
  return { udp: _("Relay by UDP"), tcp: _("Relay by TCP"), tls: _("Relay by TLS") }[transport];
}
