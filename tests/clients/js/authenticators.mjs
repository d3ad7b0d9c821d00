// What a user holds in their hand: an authenticator app, and a passkey (ES256, without attestation).

import { createHash, createHmac, createSign, generateKeyPairSync, randomBytes } from "node:crypto";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

function fromBase32(text) {
  const bits = [...text].map((char) => ALPHABET.indexOf(char).toString(2).padStart(5, "0")).join("");
  return Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
}

/** The code of an authenticator app (RFC 6238), `steps` periods from now: the server takes one before and one after. */
export function appCode(secret, steps = 0) {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps));
  const hash = createHmac("sha1", fromBase32(secret)).update(counter).digest();
  const offset = hash[19] & 15;
  return String((hash.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

const sha256 = (data) => createHash("sha256").update(data).digest();
const base64url = (data) => Buffer.from(data).toString("base64url");

/** A CBOR text or byte string of less than 64 KiB. */
function cbor(major, data) {
  const { length } = data;
  if (length < 24) return Buffer.concat([Buffer.from([(major << 5) | length]), data]);
  if (length < 256) return Buffer.concat([Buffer.from([(major << 5) | 24, length]), data]);
  return Buffer.concat([Buffer.from([(major << 5) | 25, length >> 8, length & 255]), data]);
}
const bytes = (data) => cbor(2, data);
const text = (data) => cbor(3, Buffer.from(data));

/** An authenticator with one passkey, for pages of `origin`. */
export class Authenticator {
  constructor(origin) {
    this.origin = origin;
    this.id = randomBytes(16);
    this.counter = 0;
    const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    this.privateKey = privateKey;
    const { x, y } = publicKey.export({ format: "jwk" });
    // COSE_Key: kty 2 (EC2), alg -7 (ES256), crv 1 (P-256), x, y.
    const head = Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01]);
    const coordinate = (label, value) => Buffer.concat([Buffer.from([label]), bytes(Buffer.from(value, "base64url"))]);
    this.publicKey = Buffer.concat([head, coordinate(0x21, x), coordinate(0x22, y)]);
  }

  clientData(type, challenge) {
    return Buffer.from(JSON.stringify({ type, challenge, origin: this.origin, crossOrigin: false }));
  }

  /** User present and verified; `attested` adds the new credential. */
  data(rpId, attested) {
    this.counter += 1;
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(this.counter);
    const flags = Buffer.from([0x05 | (attested ? 0x40 : 0)]);
    const parts = [sha256(rpId), flags, counter];
    if (attested) parts.push(Buffer.alloc(16), Buffer.from([0, this.id.length]), this.id, this.publicKey);
    return Buffer.concat(parts);
  }

  /** What navigator.credentials.create() gives, as JSON. */
  create(options) {
    const clientDataJSON = this.clientData("webauthn.create", options.challenge);
    const attestationObject = Buffer.concat([
      Buffer.from([0xa3]),
      text("fmt"), text("none"),
      text("attStmt"), Buffer.from([0xa0]),
      text("authData"), bytes(this.data(options.rp.id, true)),
    ]);
    return {
      id: base64url(this.id),
      rawId: base64url(this.id),
      type: "public-key",
      authenticatorAttachment: "platform",
      clientExtensionResults: {},
      response: {
        clientDataJSON: base64url(clientDataJSON),
        attestationObject: base64url(attestationObject),
        transports: ["internal"],
      },
    };
  }

  /** What navigator.credentials.get() gives, as JSON. */
  get(options) {
    const clientDataJSON = this.clientData("webauthn.get", options.challenge);
    const authenticatorData = this.data(options.rpId, false);
    const signed = Buffer.concat([authenticatorData, sha256(clientDataJSON)]);
    return {
      id: base64url(this.id),
      rawId: base64url(this.id),
      type: "public-key",
      clientExtensionResults: {},
      response: {
        clientDataJSON: base64url(clientDataJSON),
        authenticatorData: base64url(authenticatorData),
        signature: base64url(createSign("sha256").update(signed).sign(this.privateKey)),
        userHandle: null,
      },
    };
  }
}
