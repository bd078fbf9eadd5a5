import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DatamancyError } from '../../kit/errors.ts';
import { tcp } from '../../service/index.ts';
import { sampleService } from '../../stack/sample.ts';
import { allocatePorts } from './ports.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'datamancy-ports-'));
});
afterAll(async () => rm(root, { recursive: true, force: true }));

const two = sampleService('two', { ports: { main: tcp(5432), other: tcp(9000) } });

test('every port of every service gets a number of its own, which it keeps', async () => {
  const places = { root, portsFile: join(root, 'ports.json') };
  const first = await allocatePorts(places, [two]);
  expect(new Set(Object.values(first)).size).toBe(2);
  const later = await allocatePorts(places, [sampleService('one'), two]);
  expect(later).toMatchObject(first);
  expect(Object.keys(await allocatePorts(places, [])).toSorted()).toEqual(['one.web', 'two.main', 'two.other']);
  expect(JSON.parse(await readFile(places.portsFile, 'utf8'))).toEqual(later);
});

test('a damaged file is refused, and not chosen over', async () => {
  const places = { root, portsFile: join(root, 'damaged.json') };
  await writeFile(places.portsFile, '{');
  const refusal = await allocatePorts(places, [two]).catch((cause: unknown) => cause);
  expect(refusal).toBeInstanceOf(DatamancyError);
  expect(refusal).toMatchObject({ code: 'E_RELEASE_DAMAGED' });
  expect(await readFile(places.portsFile, 'utf8')).toBe('{');
});
