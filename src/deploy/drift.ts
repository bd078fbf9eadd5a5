import type { Enforced, Unit } from '../runtime/runtime.ts';
import type { ResolvedService, ResolvedStack } from '../stack/stack.ts';

/** What separates a running unit from its definition although their digests agree: somebody changed it by hand. */
export function driftOf(stack: ResolvedStack, { service, limits, networks, name }: ResolvedService, unit: Unit): readonly string[] {
  if (!unit.enforced) return [];
  const wanted: Readonly<Partial<Record<keyof Enforced, unknown>>> = {
    memoryBytes: limits.memoryBytes,
    cpus: limits.cpus,
    pids: limits.pids,
    user: service.user,
    readOnlyRoot: service.allow?.writableRoot === undefined,
    networks: networks.map((network) => `datamancy-${stack.name}_${network}`).toSorted(),
  };
  const found: Readonly<Partial<Record<keyof Enforced, unknown>>> = { ...unit.enforced, networks: [...unit.enforced.networks].toSorted() };
  return Object.entries(wanted).flatMap(([key, value]) => {
    const actual = found[key as keyof Enforced];
    return JSON.stringify(actual) === JSON.stringify(value)
      ? []
      : [`${words[key] ?? key} of ${name} is ${show(key, actual)}, declared is ${show(key, value)}`];
  });
}

const words: Readonly<Record<string, string>> = {
  memoryBytes: 'memory limit',
  cpus: 'CPU limit',
  pids: 'process limit',
  readOnlyRoot: 'read-only root',
  networks: 'network list',
};

function show(key: string, value: unknown): string {
  if (key === 'memoryBytes' && typeof value === 'number') return value === 0 ? 'none' : `${Math.round(value / 2 ** 20)} MiB`;
  if (Array.isArray(value)) return value.join(', ') || 'none';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
