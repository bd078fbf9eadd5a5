import type { ValkeyGrant } from '../../contracts/index.ts';
import type { LoginOf } from './login.ts';
import { withPassword } from './login.ts';

/** Refusals: https://valkey.io/topics/acl/ */
export const valkeyLogin: LoginOf<ValkeyGrant> = ({ host, port, user, password }, neighbour) => {
  const other = neighbour?.grant.prefix ?? 'datamancy-probe:';
  const attempt = (...command: readonly string[]): readonly [string, ...string[]] =>
    withPassword(
      'REDISCLI_AUTH',
      '"$(command -v valkey-cli || echo redis-cli)" -h "$1" -p "$2" --user "$3" "$4" ${5+"$5"}',
      host,
      port,
      user,
      ...command,
    );
  return {
    credential: { user, password },
    own: { argv: attempt('PING'), wanted: /^PONG$/m, unwanted: /WRONGPASS/ },
    wrongPassword: { argv: attempt('PING'), wanted: /WRONGPASS/, unwanted: /^PONG$/m },
    others: {
      argv: attempt('GET', `${other}probe`),
      wanted: /NOPERM/,
      unwanted: /WRONGPASS|NOAUTH/,
      what: `keys that begin with ${other}`,
    },
  };
};
