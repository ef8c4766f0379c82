import { createCipheriv, createDecipheriv, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** Says nothing of the content, because it ends up in logs. */
export class InvalidTokenError extends Error {
  override readonly name = 'InvalidTokenError';

  constructor() {
    super('The Fernet token is invalid, expired, or encrypted with another key');
  }
}

const VERSION = 0x80;
const IV_BYTES = 16;
const HMAC_BYTES = 32;
const HEADER_BYTES = 1 + 8 + IV_BYTES;
/** How far ahead of ours the writer's clock may be. */
const MAX_CLOCK_SKEW_SECONDS = 60;

interface KeyPair {
  signing: Buffer;
  encryption: Buffer;
}

/** Symmetric encryption after the Fernet specification: what any language's Fernet writes, this reads, and back. */
export class Fernet {
  readonly #keys: readonly KeyPair[];
  readonly #first: KeyPair;

  /** @param keys base64url, 32 bytes each: the first encrypts, all decrypt. @throws RangeError */
  constructor(keys: readonly string[]) {
    this.#keys = keys.map(readKey);
    const first = this.#keys[0];
    if (!first) throw new RangeError('Fernet needs at least one key');
    this.#first = first;
  }

  encrypt(
    text: string,
    { now = new Date(), iv = randomBytes(IV_BYTES) }: { now?: Date; iv?: Buffer } = {},
  ): string {
    const header = Buffer.alloc(9);
    header.writeUInt8(VERSION);
    header.writeBigUInt64BE(BigInt(Math.floor(now.getTime() / 1000)), 1);
    const cipher = createCipheriv('aes-128-cbc', this.#first.encryption, iv);
    const signed = Buffer.concat([header, iv, cipher.update(text, 'utf8'), cipher.final()]);
    return toBase64Url(Buffer.concat([signed, sign(this.#first, signed)]));
  }

  /**
   * @param options.ttlSeconds older tokens are refused, and tokens from the future; absent: any age
   * @throws InvalidTokenError
   */
  decrypt(token: string, { ttlSeconds, now = new Date() }: { ttlSeconds?: number; now?: Date } = {}): string {
    const bytes = fromBase64Url(token);
    const bodyBytes = bytes.length - HEADER_BYTES - HMAC_BYTES;
    if (bodyBytes < 16 || bodyBytes % 16 !== 0 || bytes[0] !== VERSION) throw new InvalidTokenError();
    const signed = bytes.subarray(0, -HMAC_BYTES);
    const hmac = bytes.subarray(-HMAC_BYTES);
    const key = this.#keys.find((candidate) => timingSafeEqual(sign(candidate, signed), hmac));
    if (!key) throw new InvalidTokenError();
    if (ttlSeconds !== undefined) requireFresh(Number(bytes.readBigUInt64BE(1)), ttlSeconds, now);
    try {
      const decipher = createDecipheriv('aes-128-cbc', key.encryption, bytes.subarray(9, HEADER_BYTES));
      return Buffer.concat([decipher.update(signed.subarray(HEADER_BYTES)), decipher.final()]).toString(
        'utf8',
      );
    } catch {
      // Broken padding under a right signature: said in the same words as everything else.
      throw new InvalidTokenError();
    }
  }

  /** Whether a token was encrypted with the first key. False also for what is no token of ours at all. */
  isCurrent(token: string): boolean {
    const bytes = Buffer.from(token, 'base64url');
    if (bytes.length <= HEADER_BYTES + HMAC_BYTES) return false;
    return timingSafeEqual(sign(this.#first, bytes.subarray(0, -HMAC_BYTES)), bytes.subarray(-HMAC_BYTES));
  }
}

export function generateFernetKey(): string {
  return toBase64Url(randomBytes(32));
}

/** Whether `key` is 32 bytes in base64url. */
export function isFernetKey(key: string): boolean {
  return /^[A-Za-z0-9_-]{43}=?$/.test(key);
}

function readKey(key: string): KeyPair {
  if (!isFernetKey(key)) throw new RangeError('A Fernet key is 32 bytes in base64url');
  const bytes = Buffer.from(key, 'base64url');
  return { signing: bytes.subarray(0, 16), encryption: bytes.subarray(16) };
}

function sign(key: KeyPair, data: Buffer): Buffer {
  return createHmac('sha256', key.signing).update(data).digest();
}

function requireFresh(writtenAt: number, ttlSeconds: number, now: Date): void {
  const seconds = now.getTime() / 1000;
  if (writtenAt + ttlSeconds < seconds || writtenAt > seconds + MAX_CLOCK_SKEW_SECONDS)
    throw new InvalidTokenError();
}

function toBase64Url(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('+', '-').replaceAll('/', '_');
}

function fromBase64Url(text: string): Buffer {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9_-]+={0,2}$/.test(text)) throw new InvalidTokenError();
  return Buffer.from(text, 'base64url');
}
