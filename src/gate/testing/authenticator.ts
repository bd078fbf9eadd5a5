import { createHash, createSign, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { isoCBOR } from '@simplewebauthn/server/helpers';

/** What a page asks of an authenticator, as far as this one reads it. */
export interface CreationRequest {
  readonly challenge: string;
  readonly rp: { readonly id?: string };
  readonly user: { readonly id: string };
}

export interface UseRequest {
  readonly challenge: string;
  readonly rpId?: string;
}

/** What may be wrong with an answer. */
export interface Flaws {
  readonly origin?: string;
  readonly rpId?: string;
  readonly challenge?: string;
  readonly type?: string;
  readonly crossOrigin?: boolean;
  readonly counter?: number;
  readonly userHandle?: string | undefined;
  readonly id?: string;
}

/**
 * An authenticator and the browser around it, in software (https://www.w3.org/TR/webauthn-3/#sctn-authenticator-data): one ES256 key, no
 * attestation. `asksOwner` says whether it wants a finger or a PIN each time.
 */
export function createAuthenticator(origin: string, asksOwner = true) {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const id = randomBytes(32);
  let counter = 0;
  let userHandle = '';
  let rpId = '';

  function flagsOf(extra = 0): number {
    return 0x01 | (asksOwner ? 0x04 : 0) | extra;
  }

  return {
    id: id.toString('base64url'),
    /** The JSON that `navigator.credentials.create` comes to. */
    create(request: CreationRequest, flaws: Flaws = {}): string {
      rpId = request.rp.id ?? '';
      userHandle = request.user.id;
      const credentialId = flaws.id === undefined ? id : Buffer.from(flaws.id, 'base64url');
      const attested = Buffer.concat([Buffer.alloc(16), uint16(credentialId.length), credentialId, cosePublicKey(keys.publicKey)]);
      const authData = Buffer.concat([authenticatorData(flaws.rpId ?? rpId, flagsOf(0x40), flaws.counter ?? counter), attested]);
      const parts = new Map<string, string | Map<string, string> | Uint8Array<ArrayBuffer>>([
        ['fmt', 'none'],
        ['attStmt', new Map()],
        ['authData', new Uint8Array(authData)],
      ]);
      return JSON.stringify({
        id: credentialId.toString('base64url'),
        rawId: credentialId.toString('base64url'),
        type: 'public-key',
        authenticatorAttachment: 'platform',
        clientExtensionResults: {},
        response: {
          clientDataJSON: clientData('webauthn.create', request.challenge, origin, flaws),
          attestationObject: Buffer.from(isoCBOR.encode(parts)).toString('base64url'),
          transports: ['internal'],
        },
      });
    },
    /** The JSON that `navigator.credentials.get` comes to. */
    use(request: UseRequest, flaws: Flaws = {}): string {
      counter += 1;
      const data = clientData('webauthn.get', request.challenge, origin, flaws);
      const authData = authenticatorData(flaws.rpId ?? request.rpId ?? rpId, flagsOf(), flaws.counter ?? counter);
      const signed = Buffer.concat([authData, createHash('sha256').update(Buffer.from(data, 'base64url')).digest()]);
      return JSON.stringify({
        id: id.toString('base64url'),
        rawId: id.toString('base64url'),
        type: 'public-key',
        authenticatorAttachment: 'platform',
        clientExtensionResults: {},
        response: {
          clientDataJSON: data,
          authenticatorData: authData.toString('base64url'),
          signature: createSign('sha256').update(signed).sign(keys.privateKey).toString('base64url'),
          userHandle: 'userHandle' in flaws ? flaws.userHandle : userHandle,
        },
      });
    },
  };
}

function clientData(type: string, challenge: string, origin: string, flaws: Flaws): string {
  const data = { type, challenge, origin, crossOrigin: false, ...flaws };
  const { type: kind, challenge: answered, origin: where, crossOrigin } = data;
  return Buffer.from(JSON.stringify({ type: kind, challenge: answered, origin: where, crossOrigin })).toString('base64url');
}

function authenticatorData(rpId: string, flags: number, counter: number): Buffer {
  const count = Buffer.alloc(4);
  count.writeUInt32BE(counter);
  return Buffer.concat([createHash('sha256').update(rpId).digest(), Buffer.from([flags]), count]);
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

/** RFC 9053, section 7.1.1: EC2 on P-256 with ES256. */
function cosePublicKey(key: KeyObject): Uint8Array {
  const { x = '', y = '' } = key.export({ format: 'jwk' });
  const coordinate = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(text, 'base64url'));
  const entries: [number, number | Uint8Array<ArrayBuffer>][] = [
    [1, 2],
    [3, -7],
    [-1, 1],
    [-2, coordinate(x)],
    [-3, coordinate(y)],
  ];
  return isoCBOR.encode(new Map(entries));
}
