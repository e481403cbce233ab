// Manifests: the bytes the page pinned or none; strictly one form.
import assert from "node:assert/strict";
import { test } from "node:test";
import { base64, utf8 } from "../../src/civium/browser/bytes";
import { checked, parse } from "../../src/civium/browser/manifest";
import { codeOf, vectors } from "./vectors";

const { chain, refused } = vectors<{
  chain: { manifest: string; sha256: string; log_key: string }[];
  refused: { name: string; manifest: string; refused: string }[];
}>("manifest");

test("a manifest gives what the browser needs, if its hash is the pinned one", async () => {
  for (const vector of chain) {
    const manifest = await checked(utf8(vector.manifest), vector.sha256);
    const whole = JSON.parse(vector.manifest) as { closes_on: string; logs: Record<string, string>; rules: { sha256: string } };
    assert.equal(base64(manifest.logKey), vector.log_key);
    assert.deepEqual([manifest.closesOn, manifest.logs, manifest.rulesSha256], [whole.closes_on, whole.logs, whole.rules.sha256]);
    assert.equal(manifest.keys["MT"]?.[0]?.suite, "647a-0001-0002");
  }
});

test("another manifest than the pinned one is untrusted, however well formed", async () => {
  assert.equal(await codeOf(() => checked(utf8(chain[1]!.manifest), chain[0]!.sha256)), "manifest-hash");
});

test("every malformed manifest is refused", async () => {
  for (const { name, manifest, refused: code } of refused) assert.equal(await codeOf(() => parse(utf8(manifest))), code, name);
});
