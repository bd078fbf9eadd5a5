import type { Value } from '../../service/index.ts';
import type { Placement } from '../placement.ts';
import type { ResolvedService } from '../stack.ts';
import type { Found, Rule } from './rule.ts';
import { about } from './rule.ts';

export const portOverrideEffective: Rule = {
  id: 'port-override-effective',
  why: 'the unit would listen where nobody asks it, and be restarted for it again and again',
  check: ({ services, placement }) => {
    const found = services.flatMap((one) => movedVariables(one, placement).map((variable) => ({ one, variable })));
    const isProcess = placement.runtime === 'process';
    const said = new Set(found.map(({ one, variable }) => `${one.name} ${variable}`));
    return found
      .filter(({ one, variable }) => one.name === one.family || !said.has(`${one.family} ${variable}`))
      .map(({ one, variable }) => moved(one, variable, isProcess));
  },
};

function moved({ name, env, replacedEnv = {} }: ResolvedService, variable: string, isProcess: boolean): Found {
  const [now, own] = [env[variable], replacedEnv[variable]].map(String);
  return about(
    name,
    `cluster.yaml makes its variable ${variable} ${now}, and the edge and every check go on asking it at ${own}, as its definition has it`,
    isProcess
      ? `leave ${variable} out: the port was chosen for it, and no other unit is given it`
      : `leave ${variable} out: each container has its ports for itself, so none of them is taken`,
    'env',
    variable,
  );
}

/** Variables that said where it listens, and that the owner made say something else. */
function movedVariables({ name, service, env, replacedEnv = {} }: ResolvedService, placement: Placement): readonly string[] {
  const places = Object.entries(service.ports).map(([portName, port]) => placement.listen(name, portName, port));
  return Object.entries(replacedEnv).flatMap(([variable, own]) => {
    const [was, now] = [wordOf(own), wordOf(env[variable])];
    if (was === undefined || now === undefined || was === now) return [];
    const isMoved = places.some(
      ({ address, port }) =>
        (was === address && isElsewhere(now, address)) ||
        (was === String(port) && /PORT|LISTEN|BIND|ADDR/i.test(variable)) ||
        (was.includes(`${address}:${port}`) && !isAt(now, address, port)),
    );
    return isMoved ? [variable] : [];
  });
}

function wordOf(value: Value | undefined): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

const everywhere = ['', '0.0.0.0', '::', '[::]', '*'];

function isElsewhere(now: string, address: string): boolean {
  return now !== address && !(address === '0.0.0.0' && everywhere.includes(now));
}

function isAt(now: string, address: string, port: number): boolean {
  const host = new RegExp(String.raw`(?<host>[\w.*]*|\[[\da-f:]*\]):${port}(?!\d)`).exec(now)?.groups?.['host'];
  return host !== undefined && !isElsewhere(host, address);
}
