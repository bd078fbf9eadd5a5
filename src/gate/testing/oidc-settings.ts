import { generateKeyPairSync, pbkdf2Sync } from 'node:crypto';
import { parse } from 'yaml';
import { configurationSchema } from '../config-schema.ts';
import { readOidc } from '../oidc/read-settings.ts';
import type { OidcSettings } from '../oidc/settings.ts';
import { configuration } from './configuration.ts';

/** A key as the configuration holds it. */
export function newSigningKey(algorithm: 'RS256' | 'ES256' = 'RS256'): { readonly algorithm: string; readonly key: string } {
  const { privateKey } =
    algorithm === 'RS256' ? generateKeyPairSync('rsa', { modulusLength: 2048 }) : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { algorithm, key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
}

/** A digest as the configuration holds it, of few rounds so that tests do not wait. */
export function digestOf(secret: string): string {
  const salt = Buffer.from('sixteen bytes of');
  const bytes = [salt, pbkdf2Sync(secret, salt, 1000, 64, 'sha512')];
  return ['', 'pbkdf2-sha512', 1000, ...bytes.map((part) => part.toString('base64').replaceAll('=', '').replaceAll('+', '.'))].join('$');
}

/** Settings as gate reads them from a file with this section `identity_providers.oidc`; throws for a section with problems. */
export function oidcSettings(section: Readonly<Record<string, unknown>>): OidcSettings {
  const own = { hmac_secret: 'a key that only tests know, long enough', ...section };
  const whole = configurationSchema.parse({ ...(parse(configuration) as object), identity_providers: { oidc: own } });
  const { settings, problems } = readOidc(whole);
  if (!settings || problems.length > 0) throw new TypeError(JSON.stringify(problems));
  return { ...settings, issuer: 'https://auth.example.org' };
}
