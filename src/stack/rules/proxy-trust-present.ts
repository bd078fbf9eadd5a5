import type { Rule } from './rule.ts';
import { about } from './rule.ts';

const trust = /(?:^|_)(?:TRUSTED_PROX(?:Y|IES)(?:_IPS?)?|FORWARDED_ALLOW_IPS|REAL_IP_FROM|TRUSTED_HOSTS)$/;

export const proxyTrustPresent: Rule = {
  id: 'proxy-trust-present',
  why: 'the service takes the edge for every visitor: it bans all of them at once, or thinks that they came by http',
  from: 'an app took every visitor for a forger, because it did not trust the proxy',
  check: ({ services }) =>
    services.flatMap(({ name, env }) =>
      Object.entries(env)
        .filter(([variable, value]) => trust.test(variable) && value === '')
        .map(([variable]) =>
          about(
            name,
            `its variable ${variable} trusts no proxy at all`,
            'name the networks from which the edge comes, or leave it out',
            'env',
            variable,
          ),
        ),
    ),
};
