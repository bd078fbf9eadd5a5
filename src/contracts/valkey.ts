import type { Need, Secret, Text } from '../service/index.ts';
import { text } from '../service/index.ts';
import type { Contract, GrantRecord, Step } from './contract.ts';
import { identifierOf } from './contract.ts';

export interface ValkeyGrant {
  readonly host: string;
  readonly port: number;
  /** `host:port`. */
  readonly address: string;
  readonly user: string;
  readonly password: Secret;
  /** The only keys and channels this user may touch begin with it, as in `gate:`. */
  readonly prefix: string;
  readonly url: Text<string | Secret>;
}

export interface ValkeyRequest {
  /** A user that reads the server's statistics and no key, for an exporter. */
  readonly monitor?: boolean;
  /** First part of the client's keys, where the client cannot be told one, as in `authelia-session`. */
  readonly prefix?: string;
}

export function valkey(request: ValkeyRequest = {}): Need<'valkey', ValkeyRequest, ValkeyGrant> {
  return { kind: 'valkey', request };
}

/** An ACL user for each client, kept to its own key prefix. */
export const valkeyContract: Contract<ValkeyRequest, ValkeyGrant> = {
  kind: 'valkey',
  network: 'data',
  grant: ({ client, key, request, provider }) => {
    const { host, port } = provider.address;
    const user = identifierOf(client.name, key);
    const password: Secret = { kind: 'secret', id: `${client.name}.${key}` };
    return {
      grant: {
        host,
        port,
        address: `${host}:${port}`,
        user,
        password,
        prefix: `${request.prefix ?? user}:`,
        url: text`redis://${user}:${password}@${host}:${port}/0`,
      },
      secrets: [{ id: password.id, spec: { kind: 'password' } }],
    };
  },
  apply: ({ grants }) => [
    { title: 'users and key prefixes', argv: ['sh', '-c', everyReplyIsOk], input: renderValkeyGrants(grants) },
    ...commandLogSteps(grants),
  ],
};

/** What lets a monitor read the log of commands, which a server that is Redis does not know. */
function commandLogSteps(grants: readonly GrantRecord<ValkeyRequest, ValkeyGrant>[]): readonly Step[] {
  const monitors = grants.filter(({ request }) => request.monitor === true);
  if (monitors.length === 0) return [];
  const whereKnown = `known=$(${client} COMMAND INFO commandlog </dev/null) || exit\n[ -z "$known" ] || { ${everyReplyIsOk}; }`;
  const parts = [...monitors.map(({ grant: { user } }) => `ACL SETUSER ${user} +commandlog\n`), 'ACL SAVE\n'];
  return [{ title: 'the log of commands', argv: ['sh', '-c', whereKnown], input: { kind: 'text', parts } }];
}

const client = 'REDISCLI_AUTH=$(cat "$VALKEY_PASSWORD_FILE") "$(command -v valkey-cli || echo redis-cli)" -e -p "${VALKEY_PORT:-6379}"';

/** Each command must be answered with OK: the status of valkey-cli is that of the last one alone. */
const everyReplyIsOk = `replies=$(${client}) && ! printf '%s\\n' "$replies" | grep -vx OK >&2`;

/** Commands for valkey-cli that bring every ACL user to its grant and keep them (https://valkey.io/topics/acl/). */
function renderValkeyGrants(grants: readonly GrantRecord<ValkeyRequest, ValkeyGrant>[]): Text<string | Secret> {
  const parts = grants.flatMap(({ grant, request }): readonly (string | Secret)[] => {
    const rights =
      request.monitor === true
        ? 'resetkeys resetchannels -@all +ping +info +client|list +config|get +slowlog +latency +dbsize'
        : `~${grant.prefix}* &${grant.prefix}* +@all -@admin -@dangerous +info`;
    return text`ACL SETUSER ${grant.user} reset on >${grant.password} ${rights}\n`.parts;
  });
  return { kind: 'text', parts: [...parts, 'ACL SAVE\n'] };
}
