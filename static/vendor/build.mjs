/**
 * Bundles socket.io-client for the browser and writes its version, licence and hash to LOCK.json.
 *
 * Run from static/ after `npm ci`: `node vendor/build.mjs`. The result is committed, so that neither
 * installing nor running rounds needs Node. One file, no source map: a map would carry this machine's
 * paths and double the size of the folder.
 */
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = new URL("./", import.meta.url);
const packages = new URL("../node_modules/", here);
const read = (/** @type {string} */ path) => readFileSync(new URL(path, packages), "utf8");
const manifest = (/** @type {string} */ name) => JSON.parse(read(`${name}/package.json`));

const bundled = [
  "socket.io-client",
  "engine.io-client",
  "socket.io-parser",
  "engine.io-parser",
  "@socket.io/component-emitter",
].map((name) => ({ name, version: manifest(name).version, license: manifest(name).license }));

const licence = read("socket.io-client/LICENSE").trim();
const heading = bundled.map(({ name, version }) => `${name} ${version}`).join(", ");

await build({
  stdin: { contents: 'export { Manager } from "socket.io-client";', resolveDir: fileURLToPath(packages) },
  outfile: fileURLToPath(new URL("socket.io.js", here)),
  bundle: true,
  format: "esm",
  platform: "browser",
  target: ["es2022"],
  minify: true,
  legalComments: "none",
  sourcemap: false,
  banner: { js: `/*! ${heading}\n${licence}\n*/` },
});

const bytes = readFileSync(new URL("socket.io.js", here));
const lock = {
  "socket.io.js": {
    sha256: createHash("sha256").update(bytes).digest("hex"),
    bytes: bytes.length,
    license: "MIT",
    built_with: `esbuild ${manifest("esbuild").version}`,
    packages: bundled,
  },
};
writeFileSync(new URL("LOCK.json", here), `${JSON.stringify(lock, null, 2)}\n`);
