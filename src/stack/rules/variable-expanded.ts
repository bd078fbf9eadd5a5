import { callsOf, isProgram } from './calls.ts';
import { literalsOf } from './literals.ts';
import type { Rule } from './rule.ts';
import { about } from './rule.ts';

/** Brokers of MQTT and NATS have topics of themselves that begin with `$SYS` or `$JS`; PostgreSQL quotes with `$BODY$`. */
const shell = /\$\([A-Za-z_][^)]*\)|\$(?!(?:SYS|JS)[./])[A-Z][A-Z0-9_]+\b(?!\$)/;

export const variableExpanded: Rule = {
  id: 'variable-expanded',
  why: 'no shell reads the variables of a container, nor a command without one, so the service gets the dollar and the name as they stand',
  from: 'a $ in passwords was expanded on the way, and healthchecks ran with an empty password',
  check: ({ services }) =>
    services.flatMap((one) => {
      const places = [
        ...Object.entries(one.env).map(([variable, value]) => ({
          what: `its variable ${variable}`,
          words: literalsOf(value),
          below: ['env', variable],
        })),
        ...callsOf(one)
          .filter(({ byShell }) => !byShell)
          .map(({ what, words }) => ({ what, words: words.filter((word) => !isProgram(word)), below: [] })),
      ];
      return places.flatMap(({ what, words, below }) => {
        const found = words.map((word) => shell.exec(word)?.[0]).find((each) => each !== undefined);
        return found === undefined
          ? []
          : [about(one.name, `${what} holds ${found}, which nothing replaces`, 'write the value itself, or what a need grants', ...below)];
      });
    }),
};
