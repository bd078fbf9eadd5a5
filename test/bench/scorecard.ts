import { parse } from 'yaml';
import * as z from 'zod';
import { catalog } from '../../src/catalog/index.ts';
import type { ImageLock } from '../../src/images/image-lock.ts';
import { lockedReference } from '../../src/images/image-lock.ts';
import { renderCompose } from '../../src/render/compose.ts';
import type { Service } from '../../src/service/index.ts';
import { parseDeclaration } from '../../src/stack/parse.ts';
import { containerPlacement } from '../../src/stack/placement.ts';
import { resolveStack } from '../../src/stack/resolve.ts';
import type { ResolvedService, ResolvedStack } from '../../src/stack/stack.ts';

/** What is looked at of a unit in compose.yaml. */
const unitSchema = z.object({
  image: z.string(),
  user: z.string(),
  read_only: z.boolean(),
  cap_drop: z.array(z.string()),
  cap_add: z.array(z.string()).default([]),
  security_opt: z.array(z.string()).default([]),
  healthcheck: z.object({ test: z.array(z.string()).min(1) }).optional(),
  logging: z.object({ options: z.record(z.string(), z.string()) }).optional(),
  deploy: z.object({
    resources: z.object({ limits: z.object({ memory: z.string(), cpus: z.string(), pids: z.number() }).partial() }),
  }),
});
const composeSchema = z.object({ services: z.record(z.string(), unitSchema) });
type Unit = z.infer<typeof unitSchema>;

/** A line of the scorecard. */
interface Check {
  readonly title: string;
  readonly holds: (unit: Unit, resolved: ResolvedService, family: ResolvedService) => boolean;
  /** Why a unit falls short, where somebody wrote it. */
  readonly reason?: (resolved: ResolvedService) => string | undefined;
  /** Units that are asked; all where absent. */
  readonly asks?: (resolved: ResolvedService) => boolean;
}

const firstUse = 'its health check is a first use already: it';
/** Why a service has no smoke test beside its health check. */
const untried: Readonly<Record<string, string>> = {
  dozzle: 'its image has no program but its own, which only asks whether it is well',
  mariadb: `${firstUse} signs in and asks the storage engine`,
  openldap: `${firstUse} signs in at the socket of the server`,
  piper: `${firstUse} asks for the voices`,
  searxng: `${firstUse} asks the program; a search would leave the machine`,
  valkey: `${firstUse} signs in and is answered`,
  watchtower: 'its image has no program but its own, which only asks whether it is well',
};

const isUpstream = ({ image }: ResolvedService): boolean => image?.source === 'upstream';

const checks: readonly Check[] = [
  { title: 'memory limit', holds: ({ deploy }) => Number(deploy.resources.limits.memory) > 0 },
  { title: 'CPU limit', holds: ({ deploy }) => Number(deploy.resources.limits.cpus) > 0 },
  { title: 'pids limit', holds: ({ deploy }) => (deploy.resources.limits.pids ?? 0) > 0 },
  { title: 'healthcheck', holds: ({ healthcheck }) => healthcheck !== undefined && healthcheck.test[0] !== 'NONE' },
  { title: 'cap_drop ALL', holds: ({ cap_drop }) => cap_drop.includes('ALL') },
  {
    title: 'no capability added',
    holds: ({ cap_add }) => cap_add.length === 0,
    reason: ({ service }) =>
      Object.entries(service.allow?.capabilities ?? {})
        .map(([capability, why]) => `${capability}: ${why}`)
        .join('; '),
  },
  {
    title: 'no-new-privileges',
    holds: ({ security_opt }) => security_opt.includes('no-new-privileges:true'),
    reason: ({ service }) => service.allow?.privileges,
  },
  { title: 'non-root', holds: ({ user }) => !/^0+(?::|$)/.test(user), reason: ({ service }) => service.allow?.root },
  { title: 'read-only root', holds: ({ read_only }) => read_only, reason: ({ service }) => service.allow?.writableRoot },
  {
    title: 'log rotation',
    holds: ({ logging }) => logging?.options['max-size'] !== undefined && logging.options['max-file'] !== undefined,
  },
  { title: 'pinned tag', holds: ({ image }) => /:[^/]*\d[^/]*$/.test(image), reason: ({ service }) => service.allow?.floatingTag },
  {
    title: 'digest when locked',
    asks: isUpstream,
    holds: ({ image }) => image.includes('@sha256:'),
    reason: () => 'the example has no images.lock: `datamancy lock` asks the registries for it, where the cluster runs',
  },
  { title: 'access decision', asks: ({ service }) => service.route !== undefined, holds: (_, { access }) => access !== undefined },
  {
    title: 'backup decision',
    asks: ({ service }) => Object.keys(service.volumes ?? {}).length > 0,
    holds: (_, { service }) =>
      Object.values(service.volumes ?? {}).every(({ backup }) => typeof backup === 'string' || backup.skip.trim() !== ''),
  },
  {
    title: 'smoke test, of it or of its service',
    holds: (_, __, { service }) => service.smoke !== undefined,
    reason: ({ family }) => (Object.hasOwn(untried, family) ? untried[family] : undefined),
  },
];

interface Exception {
  readonly unit: string;
  /** Empty where nobody wrote one. */
  readonly reason: string;
}

interface Score {
  readonly title: string;
  readonly asked: number;
  readonly held: number;
  readonly exceptions: readonly Exception[];
}

/** Shares of the units in this compose.yaml that have what the original incidents taught, with every exception and its reason. */
export function scoreOf(stack: ResolvedStack, composeFile: string): readonly Score[] {
  const { services: units } = composeSchema.parse(parse(composeFile));
  const byName = new Map(stack.services.map((resolved) => [resolved.name, resolved]));
  return checks.map(({ title, holds, reason, asks }) => {
    const asked = stack.services.filter((resolved) => asks?.(resolved) ?? true);
    const exceptions = asked.flatMap((resolved): readonly Exception[] => {
      const unit = units[resolved.name];
      const isHeld = unit !== undefined && holds(unit, resolved, byName.get(resolved.family) ?? resolved);
      return isHeld ? [] : [{ unit: resolved.name, reason: reason?.(resolved) ?? '' }];
    });
    return { title, asked: asked.length, held: asked.length - exceptions.length, exceptions };
  });
}

/** The scores of the cluster.yaml that is given, with what is locked run by its digest; throws where it is refused. */
export function scoreOfExample(declared: string, lock: ImageLock = {}): { readonly units: number; readonly scores: readonly Score[] } {
  const options = { file: 'cluster.yaml', known: Object.keys(catalog), services: catalog, folder: 'full' };
  const { declaration } = parseDeclaration(declared, options);
  if (!declaration) throw new Error('the example is refused');
  const image = ({ image: reference, debian = '' }: Service) =>
    reference === undefined
      ? ({ source: 'debian', reference: `datamancy/full/${debian}:000000000000`, recipe: debian } as const)
      : ({ source: 'upstream', reference: lockedReference(reference, lock) } as const);
  const stack = resolveStack({ declaration, catalog, placement: containerPlacement, ports: { http: 80, https: 443 }, image });
  return { units: stack.services.length, scores: scoreOf(stack, renderCompose(stack, { release: 1, digests: {} })) };
}

/** The table, then every exception. One reason that many units share is said once. */
export function printScores(scores: readonly Score[]): string {
  const rows = scores.map(({ title, asked, held }) => {
    const share = asked === 0 ? 100 : Math.floor((held / asked) * 100);
    return `${title.padEnd(38)}${`${share} %`.padStart(6)}   ${held} of ${asked}`;
  });
  const exceptions = scores
    .filter((score) => score.exceptions.length > 0)
    .flatMap(({ title, exceptions: own }) => {
      return [
        '',
        `without ${title}:`,
        ...[...byReason(own)].map(
          ([reason, units]) => `  ${reason === '' ? units.join(', ') : namesOf(units)}: ${reason || 'NO REASON GIVEN'}`,
        ),
      ];
    });
  return `${[...rows, ...exceptions].join('\n')}\n`;
}

function byReason(exceptions: readonly Exception[]): ReadonlyMap<string, readonly string[]> {
  const grouped = new Map<string, string[]>();
  for (const { unit, reason } of exceptions) grouped.set(reason, [...(grouped.get(reason) ?? []), unit]);
  return grouped;
}

function namesOf(units: readonly string[]): string {
  return units.length > 20 ? `${units.length} units` : units.join(', ');
}

/** What nobody gave a reason for, as `unit: title`. */
export function unexplained(scores: readonly Score[]): readonly string[] {
  return scores.flatMap(({ title, exceptions }) =>
    exceptions.filter(({ reason }) => reason.trim() === '').map(({ unit }) => `${unit}: ${title}`),
  );
}
