import { test } from 'vitest';
import { sleep } from '/work/main/src/kit/clock.ts';
import { composeHarness, killComposeClients } from '/work/main/test/cluster/compose-harness.ts';
const { signal } = new AbortController();
const mode = process.env['RTMODE'] ?? 'kill';
test('leak', async () => {
  const harness = await composeHarness(`rt-leak-${process.pid}`);
  const names = Array.from({ length: 8 }, (_, index) => `unit${index}`);
  const release = await harness.makeRelease(1, names.map((name) => ({ name })));
  if (mode === 'plain') { await harness.runtime.apply(release, names, signal); }
  else for (const afterMs of (process.env['AT'] ?? '300,600,900,1200').split(',').map(Number)) {
    let status: unknown;
    const applying = harness.runtime.apply(release, names, AbortSignal.timeout(afterMs + 50)).catch((cause: unknown) => {status = cause});
    await sleep(afterMs);
    if (mode === 'kill') await killComposeClients(harness.project);
    await applying;
    console.log(afterMs, (await harness.runtime.observe(signal)).map(u=>u.state).join(' '), String(status).slice(0,100));
    if (process.env['WAIT']) await sleep(Number(process.env['WAIT']));
  }
  await harness.runtime.apply(release, names, signal);
  await harness.dispose().then(() => console.log('RESULT ok'), (c) => console.log('RESULT', c.message));
}, 100000);
