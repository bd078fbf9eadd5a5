import { authorityCertificate, clusterAuthority } from '../contracts/index.ts';
import { secretFileName } from '../stack/expand.ts';
import type { ResolvedStack } from '../stack/stack.ts';

/** Names the authority in the Caddyfile and in the paths of what it signed, so that nothing an authority called `local` signed is used on. */
const name = 'cluster';

/**
 * The global option that gives Caddy the cluster's authority in place of one that it makes. The root stands in as the intermediate too:
 * once an intermediate of its own is due, Caddy 2.6 signs the next with another root that it makes
 * (https://github.com/caddyserver/caddy/blob/v2.6.2/modules/caddypki/ca.go).
 */
export function authorityOption({ placement }: Pick<ResolvedStack, 'placement'>): string {
  const path = (secret: typeof clusterAuthority): string => quoted(placement.secretFile(secretFileName(secret)));
  const pair = `\t\t\tcert ${path(authorityCertificate)}\n\t\t\tkey ${path(clusterAuthority)}\n`;
  return `pki {\n\tca ${name} {\n\t\troot {\n${pair}\t\t}\n\t\tintermediate {\n${pair}\t\t}\n\t}\n}`;
}

/** What each site says: names below .localhost would have certificates of Caddy's own authority whatever the global options say. */
export const signedByAuthority = `tls {\n\tissuer internal {\n\t\tca ${name}\n\t}\n}`;

function quoted(path: string): string {
  return `"${path.replaceAll('"', '\\"')}"`;
}
