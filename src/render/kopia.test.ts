import { expect, test } from 'vitest';
import { printContent, volume } from '../service/index.ts';
import { sampleApp, sampleService, sampleStack } from '../stack/sample.ts';
import { renderKopiaPolicies } from './kopia.ts';

test('each volume has the policy of its decision, and none is missing', () => {
  const volumes = {
    mail: volume('/mail', { role: 'data', backup: 'hourly' }),
    data: volume('/data', { role: 'data', backup: 'daily' }),
    filter: volume('/filter', { role: 'data', backup: 'weekly' }),
    cache: volume('/cache', { role: 'cache', backup: { skip: 'made again' } }),
  };
  const worker = { health: { command: ['true'] }, limits: { memory: '64MiB', cpus: 1 }, command: () => ['work'] } as const;
  const stack = sampleStack([sampleApp('post', { volumes, workers: { queue: worker } }), sampleService('plain')]);
  const printed = printContent(renderKopiaPolicies(stack), { secret: () => '', file: () => '' });
  expect(JSON.parse(printed)).toEqual({
    'post@volumes.test:/mail': { scheduling: { intervalSeconds: 3600 } },
    'post@volumes.test:/data': { retention: { keepHourly: 0 }, scheduling: { intervalSeconds: 86_400 } },
    'post@volumes.test:/filter': { retention: { keepHourly: 0, keepDaily: 0 }, scheduling: { intervalSeconds: 604_800 } },
    'post@volumes.test:/cache': { scheduling: { manual: true } },
  });
});
