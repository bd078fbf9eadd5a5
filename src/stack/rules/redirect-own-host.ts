import { literalsOf } from './literals.ts';
import type { Rule } from './rule.ts';
import { about } from './rule.ts';

const redirect = /(?:REDIRECT|CALLBACK)_?(?:URI|URL|ADDRESS)?S?$/i;

export const redirectOwnHost: Rule = {
  id: 'redirect-own-host',
  why: 'the sign-on server sends people back to the registered address only, so signing in ends on its error page',
  from: 'the sign-on server answered 400 for a redirect that nobody had registered',
  check: ({ services }) => {
    const hostOf = new Map(services.flatMap(({ name, host }) => (host === undefined ? [] : [[name, host]])));
    const hosts = new Set(hostOf.values());
    return services.flatMap(({ name, family, env, grants }) =>
      Object.entries(env).flatMap(([variable, value]) => {
        if (!redirect.test(variable) || /LOG_?OUT/i.test(variable) || !grants.some(({ kind }) => kind === 'oidc')) return [];
        const host = /^https?:\/\/([^/:]+)/.exec(literalsOf(value)[0] ?? '')?.[1] ?? '';
        const own = hostOf.get(family);
        return own === undefined || host === own || !hosts.has(host)
          ? []
          : [
              about(
                name,
                `its variable ${variable} sends people to ${host}, and its own name is ${own}`,
                'build it from url',
                'env',
                variable,
              ),
            ];
      }),
    );
  },
};
