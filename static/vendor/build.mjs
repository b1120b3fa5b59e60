/**
 * Bundles the browser's libraries and writes their versions, licences and hashes to LOCK.json.
 *
 * Run from static/ after `npm ci`: `node vendor/build.mjs`. The result is committed, so that neither
 * installing nor running rounds needs Node. One file each, no source map: a map would carry this
 * machine's paths and double the size of the folder.
 */
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = new URL("./", import.meta.url);
const packages = new URL("../node_modules/", here);
const read = (/** @type {string} */ path) => readFileSync(new URL(path, packages), "utf8");
const manifest = (/** @type {string} */ name) => JSON.parse(read(`${name}/package.json`));

const BUNDLES = [
  {
    file: "socket.io.js",
    contents: 'export { Manager } from "socket.io-client";',
    packages: ["socket.io-client", "engine.io-client", "socket.io-parser", "engine.io-parser", "@socket.io/component-emitter"],
  },
  {
    file: "yjs.js",
    contents: `export {
      Doc, applyUpdate, encodeStateAsUpdate, encodeStateVector, mergeUpdates,
      createRelativePositionFromTypeIndex, createAbsolutePositionFromRelativePosition, encodeRelativePosition, decodeRelativePosition,
    } from "yjs";`,
    packages: ["yjs", "lib0"],
  },
];

/** What yjs says to developers goes to the console as it is: the colours would bring an eighth of the bundle. */
const plainLog = {
  name: "plain log",
  setup(/** @type {import("esbuild").PluginBuild} */ builder) {
    builder.onResolve({ filter: /^lib0\/logging$/ }, () => ({ path: "log", namespace: "plain" }));
    builder.onLoad({ filter: /^log$/, namespace: "plain" }, () => ({
      contents: `
        export const print = (...said) => console.log(...said);
        export const warn = (...said) => console.warn(...said);
        export const BOLD = "", UNBOLD = "", ORANGE = "", RED = "", GREY = "", GREEN = "", BLUE = "", PURPLE = "", UNCOLOR = "";
      `,
    }));
  },
};

/** @type {Record<string, unknown>} */
const lock = {};
for (const bundle of BUNDLES) {
  const bundled = bundle.packages.map((name) => ({ name, version: manifest(name).version, license: manifest(name).license }));
  const licence = read(`${bundle.packages[0]}/LICENSE`).trim();
  const heading = bundled.map(({ name, version }) => `${name} ${version}`).join(", ");
  const others = bundle.file === "yjs.js" ? `\n\nlib0:\n${read("lib0/LICENSE").trim()}` : "";
  await build({
    stdin: { contents: bundle.contents, resolveDir: fileURLToPath(packages) },
    outfile: fileURLToPath(new URL(bundle.file, here)),
    bundle: true,
    format: "esm",
    platform: "browser",
    target: ["es2022"],
    minify: true,
    plugins: [plainLog],
    legalComments: "none",
    sourcemap: false,
    banner: { js: `/*! ${heading}\n${licence}${others}\n*/` },
  });
  const bytes = readFileSync(new URL(bundle.file, here));
  lock[bundle.file] = {
    sha256: createHash("sha256").update(bytes).digest("hex"),
    bytes: bytes.length,
    license: "MIT",
    built_with: `esbuild ${manifest("esbuild").version}`,
    packages: bundled,
  };
}
writeFileSync(new URL("LOCK.json", here), `${JSON.stringify(lock, null, 2)}\n`);
