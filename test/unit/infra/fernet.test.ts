import { describe, expect, it } from 'vitest';
import { Fernet, generateFernetKey, InvalidTokenError } from '../../../src/infra/crypto/fernet.ts';
import { sealJson, unsealJson } from '../../../src/infra/crypto/sealed-json.ts';

/** The official vectors of the Fernet specification. */
const SECRET = 'cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=';
const TOKEN =
  'gAAAAAAdwJ6wAAECAwQFBgcICQoLDA0ODy021cpGVWKZ_eEwCGM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4IwqDA==';
const START = 'gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWP';
const INVALID = [
  ['incorrect mac', `${START}Al1-szkFVzXTuGb4hR8AKtwcaX1YdykQUFBQUFBQUFBQQ==`, '1985-10-26T01:20:01-07:00'],
  ['too short', `${START}A==`, '1985-10-26T01:20:01-07:00'],
  [
    'invalid base64',
    '%%%%%%%%%%%%%AECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAl1-szkFVzXTuGb4hR8AKtwcaX1YdykRtfsH-p1YsUD2Q==',
    '1985-10-26T01:20:01-07:00',
  ],
  [
    'payload size not multiple of block size',
    `${START}Om73QeoCk9uGib28Xe5vz6oxq5nmxbx_v7mrfyudzUm`,
    '1985-10-26T01:20:01-07:00',
  ],
  [
    'payload padding error',
    'gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0ODz4LEpdELGQAad7aNEHbf-JkLPIpuiYRLQ3RtXatOYREu2FWke6CnJNYIbkuKNqOhw==',
    '1985-10-26T01:20:01-07:00',
  ],
  [
    'far-future TS (unacceptable clock skew)',
    'gAAAAAAdwStRAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAnja1xKYyhd-Y6mSkTOyTGJmw2Xc2a6kBd-iX9b_qXQcw==',
    '1985-10-26T01:20:01-07:00',
  ],
  ['expired TTL', `${START}Al1-szkFVzXTuGb4hR8AKtwcaX1YdykRtfsH-p1YsUD2Q==`, '1985-10-26T01:21:31-07:00'],
  [
    'incorrect IV (causes padding error)',
    'gAAAAAAdwJ6xBQECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAkLhFLHpGtDBRLRTZeUfWgHSv49TF2AUEZ1TIvcZjK1zQ==',
    '1985-10-26T01:20:01-07:00',
  ],
] as const;

describe('Fernet, after its specification', () => {
  it('writes the official token', () => {
    const iv = Buffer.from([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);
    const now = new Date('1985-10-26T01:20:00-07:00');
    expect(new Fernet([SECRET]).encrypt('hello', { now, iv })).toBe(TOKEN);
  });

  it('reads the official token', () => {
    const now = new Date('1985-10-26T01:20:01-07:00');
    expect(new Fernet([SECRET]).decrypt(TOKEN, { ttlSeconds: 60, now })).toBe('hello');
  });

  it.each(INVALID)('refuses the official invalid token: %s', (_, token, now) => {
    const read = () => new Fernet([SECRET]).decrypt(token, { ttlSeconds: 60, now: new Date(now) });
    expect(read).toThrow(InvalidTokenError);
  });

  it('writes with the first key and reads with every key', () => {
    const [old, young] = [generateFernetKey(), generateFernetKey()];
    const written = new Fernet([old]).encrypt('maʼlumot');
    expect(new Fernet([young, old]).decrypt(written)).toBe('maʼlumot');
    expect(() => new Fernet([old]).decrypt(new Fernet([young, old]).encrypt('x'))).toThrow(InvalidTokenError);
  });

  it('refuses a token in which any one byte was changed', () => {
    const fernet = new Fernet([SECRET]);
    const bytes = Buffer.from(TOKEN, 'base64url');
    for (let index = 0; index < bytes.length; index += 1) {
      const changed = Buffer.from(bytes);
      changed.writeUInt8(changed.readUInt8(index) ^ 1, index);
      const token = changed.toString('base64').replaceAll('+', '-').replaceAll('/', '_');
      expect(() => fernet.decrypt(token), `byte ${index}`).toThrow(InvalidTokenError);
    }
  });

  it.each(['', 'short', '!'.repeat(44)])('refuses the key %j', (key) => {
    expect(() => new Fernet([key])).toThrow(RangeError);
  });
});

describe('sealed content', () => {
  const key = generateFernetKey();
  const sealed = sealJson(new Fernet([key]), { asked: ['ʻ', null] });
  const read = (content: unknown) => content;

  it('is read as it was, and by no key that came later alone', () => {
    expect(sealed).not.toContain('asked');
    expect(unsealJson(new Fernet([generateFernetKey(), key]), sealed, read)).toEqual({ asked: ['ʻ', null] });
    expect(unsealJson(new Fernet([generateFernetKey()]), sealed, read)).toBeNull();
  });

  it('is a fault where it is none that is known', () => {
    const refuse = () => {
      throw new RangeError('unknown');
    };
    expect(() => unsealJson(new Fernet([key]), sealed, refuse)).toThrow(RangeError);
  });
});
