// HPKE for browsers whose own cryptography lacks ML-KEM or X25519; loaded only there, as a chunk of its own.
import { Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from "@hpke/core";
import { XWing } from "@hpke/hybridkem-x-wing";
import { type Bytes, concat, isEqual } from "./bytes";
import { P256_SUITE, type Suite } from "./envelope";
import type { TestedSealer } from "./seal";

/** Gives a sealer in JavaScript; AES-GCM and HMAC stay the browser's own. */
export function fallbackSealer(suite: Suite): TestedSealer {
  const kem = suite.name === P256_SUITE.name ? new DhkemP256HkdfSha256() : new XWing();
  const cipher = new CipherSuite({ kem, kdf: new HkdfSha256(), aead: new Aes256Gcm() });
  const sealTo = async (recipientPublicKey: CryptoKey, info: Bytes, plaintext: Bytes): Promise<readonly [Bytes, Bytes]> => {
    const { enc, ct } = await cipher.seal({ recipientPublicKey, info }, plaintext);
    return [new Uint8Array(enc), new Uint8Array(ct)];
  };
  return {
    async seal(publicKey, info, plaintext) {
      const key = await kem.deserializePublicKey(publicKey);
      return concat(...(await sealTo(key, info, plaintext)));
    },
    async sealsAndOpens(plaintext, info) {
      const pair = await kem.generateKeyPair();
      const [enc, ct] = await sealTo(pair.publicKey, info, plaintext);
      return isEqual(new Uint8Array(await cipher.open({ recipientKey: pair, enc, info }, ct)), plaintext);
    },
  };
}
