import type { Check, CheckResult } from '../check.ts';
import { fail, pass, warn } from '../check.ts';
import type { CheckContext } from '../context.ts';
import { bringUp, readLog } from '../fixes.ts';
import type { Unit } from '../../runtime/runtime.ts';

/** Every declared service has a unit that its own healthcheck calls well. */
export const unitsHealthy: Check = {
  id: 'unit',
  title: 'Units run and are healthy',
  run: async (context) => eachService(context, healthOf),
};

/** A unit that starts again and again may look well at the moment. */
export const unitRestarts: Check = {
  id: 'restarts',
  title: 'Units stay up',
  run: async (context) => eachService(context, restartsOf).filter((result) => result !== undefined),
};

/** What runs is what is declared now. */
export const unitDefinitions: Check = {
  id: 'definition',
  title: 'Units are made from what is declared',
  run: async (context) => [
    ...eachService(context, (name, unit) => definitionOf(name, unit, context)).filter((result) => result !== undefined),
    ...undeclared(context),
  ],
};

const mostRestarts = 3;

function eachService<T>({ stack, units }: CheckContext, judge: (name: string, unit: Unit | undefined) => T): readonly T[] {
  const byName = new Map(units.map((unit) => [unit.service, unit]));
  return stack.services.map(({ name }) => judge(name, byName.get(name)));
}

function healthOf(name: string, unit: Unit | undefined): CheckResult {
  const about = { id: `unit.${name}`, title: `${name} runs and is healthy` };
  const said =
    unit?.healthOutput === undefined || unit.healthOutput === ''
      ? ''
      : `; its healthcheck said: ${unit.healthOutput.trim().split('\n').at(-1) ?? ''}`;
  switch (unit?.state) {
    case 'healthy':
      return pass(about, 'healthy');
    case 'starting':
      return warn(about, `still starting${said}`, 'wait until it has started, then run: datamancy validate');
    case undefined:
    case 'absent':
      return fail(about, 'there is no such unit', bringUp);
    case 'created':
      return fail(about, 'it was made and never started', bringUp);
    case 'exited': {
      const { code, outOfMemory } = unit.exit ?? { code: 'unknown', outOfMemory: false };
      const why = outOfMemory ? 'its memory limit was too small and it was ended' : `it ended with status ${code}`;
      return fail(about, why, outOfMemory ? `raise services.${name}.limits.memory in cluster.yaml, then: datamancy up` : bringUp);
    }
    case 'unhealthy':
    case 'restarting':
      return fail(about, `it is ${unit.state}${said}`, readLog(name));
  }
}

function restartsOf(name: string, unit: Unit | undefined): CheckResult | undefined {
  if (!unit || unit.state === 'absent') return undefined;
  const about = { id: `restarts.${name}`, title: `${name} stays up` };
  const times = unit.restarts === 1 ? 'once' : `${unit.restarts} times`;
  if (unit.restarts === 0) return pass(about, 'never started again by the engine');
  return (unit.restarts < mostRestarts ? warn : fail)(about, `started again ${times} since it was made`, readLog(name));
}

function definitionOf(name: string, unit: Unit | undefined, { digests }: CheckContext): CheckResult | undefined {
  if (!unit || unit.state === 'absent') return undefined;
  const about = { id: `definition.${name}`, title: `${name} is made from what is declared` };
  if (unit.digest === digests[name]) return pass(about, `as declared, in release ${unit.release}`);
  return warn(about, `it was made from another definition, of release ${unit.release}`, bringUp);
}

function undeclared({ stack, units }: CheckContext): readonly CheckResult[] {
  const declared = new Set(stack.services.map(({ name }) => name));
  return units
    .filter(({ service, state }) => !declared.has(service) && state !== 'absent')
    .map(({ service }) =>
      warn({ id: `definition.${service}`, title: `${service} is declared` }, 'it runs and is no longer declared', bringUp),
    );
}
