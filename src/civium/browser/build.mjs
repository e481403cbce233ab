// Makes the signatory's scripts: `node src/civium/browser/build.mjs <folder>`.
//
// The rules are:
// - the same sources give the same bytes; nothing is fetched;
// - a file's name holds the first 12 hex digits of its SHA-256, so that it can be kept for ever under that name;
// - `form.js`, `receipt.js`, `erasure.js` and `counter.js` are one file each, for one page each, and `share.js` goes with `form.js`; what only some browsers need, or who fills in the form, stands in chunks of its own, loaded then;
// - `assets.json` lists name -> file, sha256, bytes.
// The floor: Chrome and Edge 96, Firefox 102, Safari 15.4, and what is built on them.
import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const SOURCES = dirname(fileURLToPath(import.meta.url));
const FLOOR = ["chrome96", "edge96", "firefox102", "safari15.4"];
const ENTRIES = { form: "main", receipt: "check-main", erasure: "erase-main", front: "front-main", counter: "counter-main", progress: "progress-main", share: "share-main", console: "console-main", dashboard: "dashboard-main" };
// In this order: a chunk may load those before it.
const CHUNKS = ["seal-native", "seal-fallback", "ed25519-fallback", "voprf", "work-worker", "token", "preset", "after", "later"];
const WORKERS = ["work-worker"];

/** Gives the bundle of one entry; `chunks` maps the modules that stay outside to their file names. */
async function bundle(entry, chunks) {
  const outside = {
    name: "outside",
    setup(setup) {
      setup.onResolve({ filter: /^\.\// }, ({ path }) => {
        const file = chunks[path.slice(2)];
        return file === undefined ? undefined : { path: `./${file}`, external: true };
      });
    },
  };
  const result = await build({
    absWorkingDir: SOURCES,
    entryPoints: [`./${entry}.ts`],
    bundle: true,
    write: false,
    format: WORKERS.includes(entry) ? "iife" : "esm",
    target: FLOOR,
    minify: true,
    charset: "utf8",
    legalComments: "none",
    define: { "process.env.NODE_ENV": '"production"', WORK_WORKER: JSON.stringify(`./${chunks["work-worker"]}`) },
    plugins: [outside],
    logLevel: "warning",
  });
  return Buffer.from(result.outputFiles[0].contents);
}

async function write(folder, name, bytes) {
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const file = `${name}.${sha256.slice(0, 12)}.js`;
  await writeFile(join(folder, file), bytes);
  return { file, sha256, bytes: bytes.length };
}

/** Writes all scripts and `assets.json` to the folder and gives what assets.json holds. */
export async function buildInto(folder) {
  await mkdir(folder, { recursive: true });
  const assets = {};
  const chunks = {};
  for (const chunk of CHUNKS) {
    assets[`${chunk}.js`] = await write(folder, chunk, await bundle(chunk, chunks));
    chunks[chunk] = assets[`${chunk}.js`].file;
  }
  for (const [name, entry] of Object.entries(ENTRIES)) {
    assets[`${name}.js`] = await write(folder, name, await bundle(entry, chunks));
  }
  await writeFile(join(folder, "assets.json"), `${JSON.stringify(assets, Object.keys(assets).sort().concat("file", "sha256", "bytes"), 1)}\n`);
  return assets;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [folder] = process.argv.slice(2);
  if (!folder) {
    console.error("build: error: name the folder to write to");
    process.exit(2);
  }
  await buildInto(folder);
}
