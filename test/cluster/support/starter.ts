import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inject } from 'vitest';
import * as z from 'zod';
import { parse } from 'yaml';
import { catalog } from '../../../src/catalog/index.ts';
import type { EdgeClient } from '../../../src/health/senses/edge.ts';
import { createEdgeClient } from '../../../src/health/senses/edge.ts';
import type { Service } from '../../../src/service/index.ts';
import { succeed } from './command.ts';
import { containerOf } from './containers.ts';
import type { SharedCluster } from './global-setup.ts';
import { forgiveGuesses } from './regulation.ts';

export const domain = 'datamancy.localhost';

/** What the catalog says about each service of the example that the shared cluster is made from. */
export function servicesOfStarter(): readonly Service[] {
  const example = readFileSync(new URL('../../../examples/starter/cluster.yaml', import.meta.url), 'utf8');
  const { services } = z.looseObject({ services: z.record(z.string(), z.unknown()) }).parse(parse(example));
  return Object.values<Service>(catalog).filter(({ name }) => Object.hasOwn(services, name));
}

/** The whole starter cluster, up and healthy. What an earlier test changed in it is put right on the way. */
export async function startStarter(): Promise<SharedCluster> {
  const starter = inject('starter');
  await succeed(starter.folder, ['up']);
  await forgiveGuesses((await containerOf(starter.name, 'valkey')).Id);
  return starter;
}

const statusSchema = z.strictObject({
  stack: z.string(),
  release: z.number(),
  services: z.array(
    z.strictObject({
      name: z.string(),
      state: z.string(),
      health: z.string(),
      url: z.string().nullable(),
      image: z.string(),
      digest: z.string(),
      restarts: z.number(),
      drift: z.array(z.string()),
    }),
  ),
});

export type Status = z.infer<typeof statusSchema>;

/** What `status --json` printed; refuses any shape but the promised one. */
export function readStatus(printed: string): Status {
  return statusSchema.parse(JSON.parse(printed));
}

const changesSchema = z.strictObject({
  changes: z.array(z.strictObject({ kind: z.string(), service: z.string(), reason: z.string() })),
});

/** What `plan --json` printed, as `kind service`. */
export function readChanges(printed: string): readonly string[] {
  return changesSchema.parse(JSON.parse(printed)).changes.map(({ kind, service }) => `${kind} ${service}`);
}

/** The certificate authority of the cluster, as `datamancy trust` gives it. */
export async function authorityOf({ folder }: SharedCluster): Promise<string> {
  const trust = z.object({ pem: z.string() }).parse(JSON.parse(await succeed(folder, ['trust', '--json'])));
  return trust.pem;
}

/** Speaks to the edge under any host name, and trusts the cluster's own authority alone. */
export async function edgeOf(starter: SharedCluster): Promise<EdgeClient> {
  const pem = await authorityOf(starter);
  return createEdgeClient({ bind: '127.0.0.1', http: starter.http, https: starter.https }, async () => Promise.resolve(pem));
}

const composeSchema = z.object({
  services: z.record(
    z.string(),
    z.object({
      user: z.string(),
      read_only: z.boolean(),
      cap_add: z.array(z.string()).default([]),
      networks: z.record(z.string(), z.unknown()),
      deploy: z.object({ resources: z.object({ limits: z.object({ memory: z.string(), cpus: z.string(), pids: z.number() }) }) }),
    }),
  ),
});

/** What the current release declares for each container. */
export async function declaredContainers({ folder }: SharedCluster): Promise<z.infer<typeof composeSchema>['services']> {
  const releases = join(folder, '.datamancy/releases');
  const current = (await readFile(join(releases, 'current'), 'utf8')).trim();
  return composeSchema.parse(parse(await readFile(join(releases, current, 'compose.yaml'), 'utf8'))).services;
}
