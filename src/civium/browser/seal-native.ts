// HPKE on the browser's own cryptography: ML-KEM-768 and X25519, or P-256. It may lack an algorithm, which shows at the first use.
import { AEAD_AES_256_GCM, CipherSuite, KDF_HKDF_SHA256, KEM_DHKEM_P256_HKDF_SHA256, KEM_MLKEM768_X25519 } from "hpke";
import { concat, isEqual } from "./bytes";
import { P256_SUITE, type Suite } from "./envelope";
import type { TestedSealer } from "./seal";

/** Gives a sealer on WebCrypto; throws, or seals throw, in a browser that lacks an algorithm. */
export function nativeSealer(suite: Suite): TestedSealer {
  const kem = suite.name === P256_SUITE.name ? KEM_DHKEM_P256_HKDF_SHA256 : KEM_MLKEM768_X25519;
  const cipher = new CipherSuite(kem, KDF_HKDF_SHA256, AEAD_AES_256_GCM);
  return {
    async seal(publicKey, info, plaintext) {
      const key = await cipher.DeserializePublicKey(publicKey);
      const { encapsulatedSecret, ciphertext } = await cipher.Seal(key, plaintext, { info });
      return concat(encapsulatedSecret, ciphertext);
    },
    async sealsAndOpens(plaintext, info) {
      const pair = await cipher.GenerateKeyPair();
      const { encapsulatedSecret, ciphertext } = await cipher.Seal(pair.publicKey, plaintext, { info });
      return isEqual(await cipher.Open(pair, encapsulatedSecret, ciphertext, { info }), plaintext);
    },
  };
}
