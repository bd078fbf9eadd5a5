/** An application outside the shared cluster. */
interface TestClient {
  readonly redirects: readonly string[];
  readonly isPublic?: true;
  /** The other keys of its section. */
  readonly more: Readonly<Record<string, unknown>>;
}

/** Where the relying parties of attack cases stand; nothing answers there. */
const host = 'https://client.datamancy.localhost';

/** Applications outside the shared cluster; `port` is where the tests' own relying party listens on this machine. */
export function testClients(port: number): Readonly<Record<string, TestClient>> {
  const local = `http://127.0.0.1:${port}/callback`;
  const implicit = { consent: 'implicit' };
  return {
    'test-usual': {
      redirects: [`${host}/usual/callback`, local],
      more: {
        ...implicit,
        scopes: ['openid', 'profile', 'email', 'groups', 'offline_access'],
        post_logout_redirects: [`http://127.0.0.1:${port}/bye`],
      },
    },
    'test-other': { redirects: [`${host}/other/callback`], more: implicit },
    'test-native': { redirects: [local], isPublic: true, more: implicit },
    'test-asking': { redirects: [`${host}/asking/callback`, local], more: { title: 'A curious application' } },
    'test-admins': { redirects: [`${host}/admins/callback`], more: { ...implicit, groups: ['admin'] } },
    'test-second-factor': { redirects: [`${host}/second/callback`, local], more: { ...implicit, second_factor: true } },
  };
}

/** The section `clients` of cluster.yaml. */
export function declaredClients(port: number): Readonly<Record<string, unknown>> {
  const sections = Object.entries(testClients(port)).map(([id, { redirects, isPublic, more }]) => [
    id,
    { redirects, ...(isPublic ? { public: true } : {}), ...more },
  ]);
  return Object.fromEntries(sections) as Readonly<Record<string, unknown>>;
}
