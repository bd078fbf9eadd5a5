import { request } from 'node:https';
import { beforeAll, expect, test } from 'vitest';
import { describeAttacks } from '../conformance/attacks.ts';
import type { Target } from '../conformance/attacks/attack.ts';
import { newVisitor } from '../conformance/attacks/visitor.ts';
import { attackTarget } from './support/attack-target.ts';
import type { SharedCluster } from './support/global-setup.ts';
import { authorityOf, startStarter } from './support/starter.ts';

/** Far more than a person on a bad line needs for a form. */
const longestMs = 60_000;

let starter: SharedCluster;
let target: Target;

beforeAll(async () => {
  starter = await startStarter();
  const opened = await attackTarget(starter);
  target = opened.target;
  return opened.close;
});

describeAttacks(
  async () => {
    await target.forgive();
    return target;
  },
  async () => Promise.resolve(),
);

test('forms that never end are ended, a hundred at once, and others are served meanwhile', async () => {
  const ca = await authorityOf(starter);
  const start = performance.now();
  const slow = Array.from({ length: 100 }, async () => dripForm(ca));
  const { status } = await newVisitor(target).get('/');
  const statuses = new Set(await Promise.all(slow));
  expect(status).toBe(200);
  expect([...statuses].filter((one) => one !== 0 && one < 400)).toEqual([]);
  expect(performance.now() - start).toBeLessThan(longestMs);
});

/** Sends a form byte by byte for as long as it may; gives the status, or 0 where the connection was cut. */
async function dripForm(ca: string): Promise<number> {
  const headers = { host: target.portalHost, 'content-type': 'application/x-www-form-urlencoded', 'content-length': '5000' };
  const place = { host: '127.0.0.1', port: starter.https, servername: target.portalHost, path: '/login', method: 'POST' };
  return new Promise((resolve) => {
    const form = request({ ...place, headers, ca, agent: false });
    const drip = setInterval(() => form.write('a'), 1000);
    const end = (status: number) => {
      clearInterval(drip);
      form.destroy();
      resolve(status);
    };
    form.once('response', (answer) => end(answer.statusCode ?? 0));
    form.on('error', () => end(0));
    form.flushHeaders();
  });
}
