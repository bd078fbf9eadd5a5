import { createHash } from 'node:crypto';
import type { SecretKind } from '../service/secret.ts';
import { authority, certificate } from './kinds/authority.ts';
import { htpasswd, ldapPassword, oidcClient } from './kinds/digest.ts';
import { ethereum } from './kinds/ethereum.ts';
import { age, ssh } from './kinds/identity.ts';
import { dkim, ed25519, jwks, rsa, vapid } from './kinds/key-pair.ts';
import type { Parts, SecretMaker } from './kinds/maker.ts';
import { base64url, hex, password, railsEncryption, supplied, uuid } from './kinds/random.ts';
import { signingKeys } from './kinds/signing-keys.ts';

/** Tells which values the derived parts were computed from, so that a value changed by hand gets new ones. */
const fingerprintPart = 'of';

/** Parts that may be seen: they are made to be given out, or say nothing about the value. */
export const openParts: ReadonlySet<string> = new Set(['public', 'digest', 'certificate', 'record', fingerprintPart]);

/** What to keep of one secret after a look at what is kept already. */
export type Completed =
  | { readonly kind: 'kept' }
  | { readonly kind: 'created' | 'refreshed'; readonly parts: Parts }
  | { readonly kind: 'missing' }
  | { readonly kind: 'unfit'; readonly why: string };

/**
 * Makes what is missing and nothing else: a value that exists is never replaced, a derived part only when its value changed or it is due.
 * `signer` are the parts of the authority that a certificate names.
 */
export async function completeSecret(spec: SecretKind, kept: Parts | undefined, signer: Parts = {}): Promise<Completed> {
  const maker = makerOf(spec, signer);
  if (!kept || Object.keys(kept).length === 0) {
    if (!maker.make) return { kind: 'missing' };
    return { kind: 'created', parts: await withDerived(maker, await maker.make()) };
  }
  const why = maker.check(kept);
  if (why !== undefined) return { kind: 'unfit', why };
  if (!maker.derived) return { kind: 'kept' };
  const isWhole =
    maker.derived.names.every((name) => kept[name]) && kept[fingerprintPart] === fingerprint(maker, kept) && !maker.derived.isDue?.(kept);
  return isWhole ? { kind: 'kept' } : { kind: 'refreshed', parts: await withDerived(maker, kept) };
}

/** The parts after a rotation, or undefined for a kind whose value cannot change without a loss. */
export async function rotateSecret(spec: SecretKind, kept: Parts, signer: Parts = {}): Promise<Parts | undefined> {
  const maker = makerOf(spec, signer);
  return maker.rotate && withDerived(maker, await maker.rotate(kept));
}

async function withDerived(maker: SecretMaker, parts: Parts): Promise<Parts> {
  if (!maker.derived) return parts;
  return { ...parts, ...(await maker.derived.compute(parts)), [fingerprintPart]: fingerprint(maker, parts) };
}

function fingerprint(maker: SecretMaker, parts: Parts): string {
  const ignored = new Set([...(maker.derived?.names ?? []), fingerprintPart]);
  const sources = Object.entries(parts).filter(([name]) => !ignored.has(name));
  const text = JSON.stringify([maker.derived?.about ?? '', sources.toSorted(([a], [b]) => (a < b ? -1 : 1))]);
  return createHash('sha256').update(text).digest('base64url').slice(0, 22);
}

function makerOf(spec: SecretKind, signer: Parts): SecretMaker {
  switch (spec.kind) {
    case 'password':
      return password(spec.length);
    case 'hex':
      return hex(spec.bytes);
    case 'base64url':
      return base64url(spec.bytes);
    case 'uuid':
      return uuid();
    case 'rsa':
      return rsa(spec.bits);
    case 'ed25519':
      return ed25519();
    case 'vapid':
      return vapid();
    case 'rails-encryption':
      return railsEncryption();
    case 'jwks':
      return jwks();
    case 'signing-keys':
      return signingKeys();
    case 'authority':
      return authority(spec.name, spec.domain);
    case 'certificate':
      return certificate(spec.host, signer);
    case 'dkim':
      return dkim();
    case 'oidc-client':
      return oidcClient();
    case 'htpasswd':
      return htpasswd(spec.user);
    case 'ldap-password':
      return ldapPassword();
    case 'age':
      return age();
    case 'ssh':
      return ssh();
    case 'ethereum':
      return ethereum();
    case 'supplied':
      return supplied();
  }
}
