import type { Rule } from './rule.ts';
import { aboutClient } from './rule.ts';

const offered: readonly string[] = ['authorization_code', 'refresh_token'];

export const clientGrants: Rule = {
  id: 'client-grants',
  why: 'people sign in through the authorization code; other ways hand out tokens without that, and not every sign-on server has them',
  check: ({ clients }) =>
    clients.flatMap((client) => [
      ...client.grants.flatMap((grant, i) =>
        offered.includes(grant)
          ? []
          : [aboutClient(client, `no sign-on server here gives tokens by ${grant}`, `keep ${offered.join(' and ')}`, 'grants', String(i))],
      ),
      ...(client.grants.includes('authorization_code')
        ? []
        : [aboutClient(client, 'its grants do not have authorization_code', 'add authorization_code, or leave grants out', 'grants')]),
    ]),
};
