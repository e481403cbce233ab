// The built scripts: the same bytes each time, named after their content, within the budget, and asking nobody for anything.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { gzipSync } from "node:zlib";

interface Asset {
  file: string;
  sha256: string;
  bytes: number;
}

const folders = [0, 1].map(() => mkdtempSync(join(tmpdir(), "civium-build-")));
const [first, second] = folders as [string, string];
after(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));
for (const folder of folders) {
  const built = spawnSync(process.execPath, ["src/civium/browser/build.mjs", folder], { encoding: "utf8" });
  assert.equal(built.status, 0, built.stderr);
}
// Bytes, compressed. What is loaded first is `form.js`; the page's whole first load is measured in tests/server/site/test_pages.py.
const BUDGETS: Readonly<Record<string, number>> = {
  "form.js": 20_480,
  "later.js": 8_192,
  "after.js": 2_048,
  "preset.js": 2_048,
  "share.js": 2_048,
  "console.js": 2_560,
  "dashboard.js": 1_536,
  "counter.js": 1_024,
  "front.js": 1_024,
  "progress.js": 3_072,
  "receipt.js": 6_144,
  "erasure.js": 4_096,
  "seal-native.js": 10_240,
  "seal-fallback.js": 30_720,
  "ed25519-fallback.js": 15_360,
  "token.js": 2_560,
  "voprf.js": 20_480,
  "work-worker.js": 2_048,
};
const read = (folder: string, file: string): Buffer => readFileSync(join(folder, file));
const assets = JSON.parse(read(first, "assets.json").toString()) as Record<string, Asset>;

test("two builds are byte for byte the same", () => {
  assert.deepEqual(readdirSync(first).sort(), readdirSync(second).sort());
  for (const file of readdirSync(first)) assert.ok(read(first, file).equals(read(second, file)), file);
});

test("every script is named after its content, and the list is true", () => {
  assert.deepEqual(Object.keys(assets), Object.keys(BUDGETS).sort());
  assert.equal(readdirSync(first).length, Object.keys(assets).length + 1);
  for (const [name, { file, sha256, bytes }] of Object.entries(assets)) {
    const content = read(first, file);
    assert.equal(createHash("sha256").update(content).digest("hex"), sha256);
    assert.equal(file, name.replace(".js", `.${sha256.slice(0, 12)}.js`));
    assert.equal(content.length, bytes);
  }
});

test("the form names its chunks as they are, and no script names another place", () => {
  const form = read(first, assets["form.js"]!.file).toString();
  for (const name of ["seal-native.js", "seal-fallback.js", "ed25519-fallback.js", "token.js", "later.js"]) assert.ok(form.includes(`"./${assets[name]!.file}"`), name);
  const token = read(first, assets["token.js"]!.file).toString();
  for (const name of ["voprf.js", "work-worker.js"]) assert.ok(token.includes(`"./${assets[name]!.file}"`), name);
  for (const { file } of Object.values(assets)) {
    const addresses = read(first, file).toString().match(/https?:\/\/[^"'`\s)]+/g) ?? [];
    assert.deepEqual([...new Set(addresses)].filter((address) => address !== "http://www.w3.org/2000/svg"), [], file);
  }
});

test("nothing in the pages' scripts stores, evaluates or reads text as markup", () => {
  const pages = Object.keys(BUDGETS).map((name) => read(first, assets[name]!.file).toString()).join("\n");
  for (const word of ["localStorage", "sessionStorage", "indexedDB", "document.cookie", "innerHTML", "outerHTML", "insertAdjacentHTML", "eval(", "new Function", "sendBeacon"]) {
    assert.ok(!pages.includes(word), word);
  }
});

test("the scripts keep to their budgets, compressed", () => {
  for (const [name, budget] of Object.entries(BUDGETS)) {
    const size = gzipSync(read(first, assets[name]!.file), { level: 9 }).length;
    assert.ok(size <= budget, `${name}: ${size} bytes`);
  }
});

test("a build without a folder to write to says so", () => {
  const built = spawnSync(process.execPath, ["src/civium/browser/build.mjs"], { encoding: "utf8" });
  assert.equal(built.status, 2);
  assert.match(built.stderr, /name the folder/);
});
