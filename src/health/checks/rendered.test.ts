import { chmod, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { seenCluster } from '../testing/cluster.ts';
import { resultsOf } from '../testing/run-check.ts';
import { filesUnedited, noPlaceholder } from './rendered.ts';

test('what was rendered has no placeholder: templates of alert rules, shell variables and escaped ones of compose are none', async () => {
  expect((await resultsOf(noPlaceholder)).get('placeholder.rendered')).toMatchObject({ status: 'pass' });
});

test.each(['host = {{DB_HOST}}', 'host = ${DB_HOST}', 'password = CHANGEME', 'password = change-me', 'password = <secret:app.db>'])(
  '%s is a placeholder',
  async (line) => {
    const context = await seenCluster();
    await writeFile(join(context.release.directory, 'app/open.conf'), `${line}\n`);
    const result = (await resultsOf(noPlaceholder, context)).get('placeholder.rendered');
    expect(result).toMatchObject({ status: 'fail', detail: `app/open.conf: ${/[{$<cC].*$/.exec(line.split('= ')[1] ?? '')?.[0] ?? ''}` });
  },
);

test('an unresolved variable of compose.yaml is found beside the escaped ones', async () => {
  const context = await seenCluster();
  await writeFile(join(context.release.directory, 'compose.yaml'), 'a: "$${FINE}"\nb: "${MISSING}"\n');
  expect((await resultsOf(noPlaceholder, context)).get('placeholder.rendered')).toMatchObject({
    status: 'fail',
    detail: 'compose.yaml: ${MISSING}',
  });
});

test('a secret that looks like a placeholder is none, and is not shown', async () => {
  const context = await seenCluster();
  const odd = { ...context, redact: (text: string) => text.replaceAll('CHANGEME', '[redacted]') };
  await writeFile(join(context.folder.privateDirectory, 'app.env'), 'A=CHANGEME\n');
  expect((await resultsOf(noPlaceholder, odd)).get('placeholder.rendered')?.status).toBe('pass');
});

test('a file that is gone is not taken for one without a placeholder', async () => {
  const context = await seenCluster();
  await rm(join(context.release.directory, 'app/open.conf'));
  expect((await resultsOf(noPlaceholder, context)).get('placeholder.rendered')).toMatchObject({
    status: 'skip',
    detail: 'not all could be read: app/open.conf',
  });
});

test('files as they were rendered pass', async () => {
  const results = await resultsOf(filesUnedited);
  expect([...results.values()].map(({ status }) => status)).toEqual(['pass', 'pass']);
});

test('an edited file is named with the way back', async () => {
  const context = await seenCluster();
  await writeFile(join(context.release.directory, 'app/open.conf'), 'by hand');
  expect((await resultsOf(filesUnedited, context)).get('files.release-1')).toMatchObject({
    status: 'fail',
    detail: 'edited or gone: app/open.conf',
    fix: `rm -r '${context.release.directory}' && docker rm --force datamancy-trial-app-1 && datamancy up`,
  });
});

test('a private file that was edited or removed is named, and what is in it is not shown', async () => {
  const context = await seenCluster();
  const file = join(context.folder.privateDirectory, 'app/private.conf');
  await chmod(file, 0o600);
  await writeFile(file, 'password = by hand');
  await rm(join(context.folder.privateDirectory, 'secrets/app.db'));
  expect((await resultsOf(filesUnedited, context)).get('files.private')).toMatchObject({
    status: 'fail',
    detail: 'edited or gone: app/private.conf, secrets/app.db',
  });
});

test('a release that cannot be read fails', async () => {
  const context = await seenCluster({ unit: (unit) => ({ ...unit, release: 7 }) });
  expect((await resultsOf(filesUnedited, context)).get('files')).toMatchObject({
    status: 'fail',
    detail: 'it could not look: release 7 has no readable manifest.json',
  });
});
