import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

interface Claims {
  readonly name?: string;
  readonly groups?: readonly string[];
  readonly audience?: string;
  readonly issuer?: string;
  /** Seconds from now. */
  readonly lifeSeconds?: number;
}

/** A sign-on server as far as a resource server sees one: it publishes keys, and signs tokens with one of them. */
export interface TestIssuer {
  readonly url: string;
  readonly jwksUrl: string;
  token(claims?: Claims): Promise<string>;
  /** Signed with a key that nobody publishes, under the id of one that is. */
  forged(): Promise<string>;
  /** Signed with the published key as if it were a shared secret. */
  confused(): Promise<string>;
  setAway(isAway: boolean): void;
  close(): void;
}

export async function startIssuer(): Promise<TestIssuer> {
  const own = await generateKeyPair('RS256', { extractable: true });
  const strange = await generateKeyPair('RS256');
  const published = { ...(await exportJWK(own.publicKey)), kid: 'one', alg: 'RS256', use: 'sig' };
  let away = false;
  const server = createServer((_, response) => {
    if (away) response.destroy();
    else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ keys: [published] }));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  function claimsOf({ name = 'ada', groups = ['operator'], audience = 'tx-gateway', issuer = url, lifeSeconds = 300 }: Claims): SignJWT {
    const now = Math.floor(Date.now() / 1000);
    return new SignJWT({ preferred_username: name, groups })
      .setSubject(`id-of-${name}`)
      .setIssuer(issuer)
      .setAudience(audience)
      .setIssuedAt(now - 600)
      .setExpirationTime(now + lifeSeconds);
  }

  return {
    url,
    jwksUrl: `${url}/jwks.json`,
    token: async (claims = {}) => claimsOf(claims).setProtectedHeader({ alg: 'RS256', kid: 'one' }).sign(own.privateKey),
    forged: async () => claimsOf({}).setProtectedHeader({ alg: 'RS256', kid: 'one' }).sign(strange.privateKey),
    confused: async () =>
      claimsOf({})
        .setProtectedHeader({ alg: 'HS256', kid: 'one' })
        .sign(Buffer.from(published.n ?? '')),
    setAway(isAway) {
      away = isAway;
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
