import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { stringify } from 'yaml';
import { freePort } from '../../../src/kit/testing/free-port.ts';
import { claimName } from './claim-name.ts';
import { datamancy } from './command.ts';
import { declaredClients } from './test-clients.ts';

/** The cluster that the tests of this project share. It is declared here, and started by the first test that wants it. */
export interface SharedCluster {
  readonly name: string;
  readonly folder: string;
  readonly http: number;
  readonly https: number;
  /** Where a relying party of a test may listen. */
  readonly relyingPartyPort: number;
}

declare module 'vitest' {
  interface ProvidedContext {
    readonly starter: SharedCluster;
  }
}

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const claim = await claimName('test-starter');
  const folder = await mkdtemp(join(tmpdir(), 'datamancy-starter-'));
  const [http, https, relyingPartyPort] = [await freePort(), await freePort(), await freePort()];
  const example = await readFile(new URL('../../../examples/starter/cluster.yaml', import.meta.url), 'utf8');
  const declared = example.replace(/^name: .*$/m, `name: ${claim.name}`);
  await writeFile(
    join(folder, 'cluster.yaml'),
    `${declared}\n${stringify({ images: 'debian', runtime: 'compose', ports: { http, https }, clients: declaredClients(relyingPartyPort) })}`,
  );
  project.provide('starter', { name: claim.name, folder, http, https, relyingPartyPort });
  return async () => {
    await datamancy(folder, ['down', '--volumes']);
    await claim.release();
    await rm(folder, { recursive: true, force: true });
  };
}
