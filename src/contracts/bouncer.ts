import type { Need, Secret } from '../service/index.ts';
import { text } from '../service/index.ts';
import type { Contract, GrantRecord, Step } from './contract.ts';

export interface BouncerGrant {
  /** Base address of the API that tells who is to be turned away. */
  readonly url: string;
  readonly key: Secret;
}

type NoWish = Readonly<Record<string, never>>;

/** To be told which addresses are banned, and to turn them away. */
export function bouncer(): Need<'bouncer', NoWish, BouncerGrant> {
  return { kind: 'bouncer', request: {} };
}

/** A key of its own for each client of CrowdSec's local API. Who cannot reach it yet turns nobody away, so no client waits for it. */
export const bouncerContract: Contract<NoWish, BouncerGrant> = {
  kind: 'bouncer',
  network: 'apps',
  awaited: false,
  grant: ({ client, key: need, provider: { address } }) => {
    const key: Secret = { kind: 'secret', id: `${client.name}.${need}` };
    return {
      grant: { url: `http://${address.host}:${address.port}`, key },
      secrets: [{ id: key.id, spec: { kind: 'hex', bytes: 24 } }],
    };
  },
  apply: ({ grants, provider }) => grants.map((grant) => keyStep(grant, provider.address.port)),
};

/**
 * Registers the key where it is not known yet, in place of a former one. `cscli` takes it from nowhere but its command line
 * (https://docs.crowdsec.net/docs/cscli/cscli_bouncers_add/), where only root of the unit can see it for a moment; the question whether
 * it is known is asked without one.
 */
function keyStep({ client, grant }: GrantRecord<NoWish, BouncerGrant>, port: number): Step {
  return { title: `key of ${client}`, argv: ['bash', '-c', register, 'register', client, String(port)], input: text`${grant.key}` };
}

const register = `set -eu
IFS= read -r key || [ -n "$key" ]
exec 3<>"/dev/tcp/127.0.0.1/$2"
printf 'HEAD /v1/decisions?ip=127.0.0.1 HTTP/1.0\\r\\nX-Api-Key: %s\\r\\n\\r\\n' "$key" >&3
read -r _ status _ <&3
[ "$status" != 200 ] || exit 0
cscli bouncers delete "$1" >/dev/null 2>&1 || true
cscli bouncers add "$1" --key "$key" >/dev/null`;
