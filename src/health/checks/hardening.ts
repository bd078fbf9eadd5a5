import type { Enforced } from '../../runtime/runtime.ts';
import type { ResolvedService } from '../../stack/stack.ts';
import type { Check, CheckResult } from '../check.ts';
import { fail, pass, skip } from '../check.ts';
import type { CheckContext } from '../context.ts';
import { recreate } from '../fixes.ts';

/** Limits that the engine really enforces. */
export const limitsInForce: Check = {
  id: 'limits',
  title: 'Limits are in force',
  run: async (context) => eachEnforced(context, 'limits', 'limits are in force', limitsOf),
};

/** User, capabilities, privileges and root file system as they stand on the unit. */
export const hardeningInForce: Check = {
  id: 'hardening',
  title: 'Hardening is in force',
  run: async (context) => eachEnforced(context, 'hardening', 'hardening is in force', hardeningOf),
};

export const loggingInForce: Check = {
  id: 'logging',
  title: 'Logs are rotated',
  run: async (context) => eachEnforced(context, 'logging', 'log is rotated', loggingOf),
};

/** Wanted and found, under the words that name it. */
type Comparison = readonly [what: string, wanted: string, found: string];

function eachEnforced(
  { stack, units }: CheckContext,
  id: string,
  words: string,
  compare: (service: ResolvedService, enforced: Enforced) => readonly Comparison[],
): readonly CheckResult[] {
  return stack.services.map((service) => {
    const about = { id: `${id}.${service.name}`, title: `${service.name}: ${words}` };
    const enforced = units.find((unit) => unit.service === service.name)?.enforced;
    if (!enforced) return skip(about, 'the runtime enforces nothing of the kind, or there is no unit');
    const comparisons = compare(service, enforced);
    const wrong = comparisons.filter(([, wanted, found]) => wanted !== found);
    if (wrong.length === 0) return pass(about, comparisons.map(([what, , found]) => `${what} ${found}`).join(', '));
    const detail = wrong.map(([what, wanted, found]) => `${what} is ${found || 'none'}, declared is ${wanted || 'none'}`).join('; ');
    return fail(about, detail, recreate(stack, service.name));
  });
}

function limitsOf({ limits }: ResolvedService, { memoryBytes, cpus, pids }: Enforced): readonly Comparison[] {
  return [
    ['memory', mebibytes(limits.memoryBytes), mebibytes(memoryBytes)],
    ['cpus', String(limits.cpus), cpus === 0 ? 'unlimited' : String(cpus)],
    ['pids', String(limits.pids), pids === 0 ? 'unlimited' : String(pids)],
  ];
}

function mebibytes(bytes: number): string {
  return bytes === 0 ? 'unlimited' : `${bytes / 1024 ** 2} MiB`;
}

function hardeningOf({ service }: ResolvedService, enforced: Enforced): readonly Comparison[] {
  const { allow = {}, user } = service;
  return [
    ['user', user, enforced.user],
    ['root file system', allow.writableRoot === undefined ? 'read-only' : 'writable', enforced.readOnlyRoot ? 'read-only' : 'writable'],
    ['new privileges', allow.privileges === undefined ? 'barred' : 'allowed', enforced.noNewPrivileges ? 'barred' : 'allowed'],
    ['dropped capabilities', 'ALL', capabilities(enforced.capDrop)],
    ['added capabilities', capabilities(Object.keys(allow.capabilities ?? {})), capabilities(enforced.capAdd)],
  ];
}

/** Engines differ in whether they keep the prefix. */
function capabilities(names: readonly string[]): string {
  return names
    .map((name) => name.toUpperCase().replace(/^CAP_/, ''))
    .toSorted()
    .join(' ');
}

function loggingOf(_: ResolvedService, { logging: { driver, options } }: Enforced): readonly Comparison[] {
  return [
    ['driver', 'json-file', driver],
    ['size', '10m', options['max-size'] ?? 'unlimited'],
    ['files', '3', options['max-file'] ?? 'unlimited'],
  ];
}
