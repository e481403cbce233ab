// Runs the browser's tests: bundles every tests/browser/*.test.ts into a temporary folder and gives them to `node --test`.
// Ends with 1 if a test fails, and if none ran: an empty test is a lie.
import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const TESTS = dirname(fileURLToPath(import.meta.url));
const ROOT = resolve(TESTS, "../..");

const wanted = process.argv.slice(2);
const names = (await readdir(TESTS)).filter((name) => name.endsWith(".test.ts") && (wanted.length === 0 || wanted.some((word) => name.includes(word)))).sort();
if (names.length === 0) {
  console.error("run: error: there is no test to run");
  process.exit(1);
}
const folder = await mkdtemp(join(tmpdir(), "civium-browser-tests-"));
let status = 1;
try {
  await build({
    absWorkingDir: ROOT,
    entryPoints: names.map((name) => `./tests/browser/${name}`),
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    sourcemap: "inline",
    logLevel: "warning",
  });
  const files = names.map((name) => join(folder, name.replace(/\.ts$/, ".mjs")));
  const run = spawnSync(process.execPath, ["--enable-source-maps", "--test", "--test-reporter=tap", ...files], { cwd: ROOT, encoding: "utf8", maxBuffer: 1 << 28 });
  const report = run.stdout ?? "";
  const count = (what) => Number(new RegExp(`^# ${what} (\\d+)$`, "m").exec(report)?.[1] ?? 0);
  const isGood = run.status === 0 && count("pass") > 0 && count("fail") === 0 && count("skipped") === 0 && count("todo") === 0;
  if (!isGood) process.stdout.write(report + (run.stderr ?? ""));
  console.log(`browser tests: ${count("pass")} passed, ${count("fail")} failed, ${count("skipped")} skipped`);
  status = isGood ? 0 : 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
process.exit(status);
