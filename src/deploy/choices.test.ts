import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { beforeEach, expect, test } from 'vitest';
import { temporaryFolder } from '../kit/testing/temporary-folder.ts';
import type { Declaration } from '../stack/declaration.ts';
import { sampleStack } from '../stack/sample.ts';
import type { Choices, LookAtHost } from './choices.ts';
import { chooseForHost } from './choices.ts';
import type { ClusterFolder } from './folder.ts';
import { clusterFolder } from './folder.ts';

let folder: ClusterFolder;
beforeEach(async () => {
  folder = clusterFolder(await temporaryFolder());
  await mkdir(folder.state);
});

function declare(parts: Partial<Declaration> = {}): Declaration {
  return sampleStack([], { declaration: { images: 'auto', runtime: 'auto', ...parts } }).declaration;
}

const connected: LookAtHost = async () => ({ registryAnswers: true, probesStart: true });
const withoutRegistry: LookAtHost = async () => ({ registryAnswers: false, probesStart: true });
const withoutEngine: LookAtHost = async () => undefined;
const untouchable: LookAtHost = async () => Promise.reject(new Error('the machine was asked'));
const kept: Choices = { images: 'upstream', runtime: 'compose', probesStart: true, http: 8080, https: 8443 };

test('a choice that was made is kept, whatever the machine looks like now', async () => {
  const first = await chooseForHost(declare(), folder, connected);
  expect(first).toMatchObject({ images: 'upstream', runtime: 'compose', probesStart: true });
  expect(JSON.parse(await readFile(folder.choicesFile, 'utf8'))).toEqual(first);
  expect(await chooseForHost(declare(), folder, untouchable)).toEqual(first);
});

test('without a registry images are built here', async () => {
  expect(await chooseForHost(declare(), folder, withoutRegistry)).toMatchObject({ images: 'debian' });
});

test('nothing is kept while no engine could be asked', async () => {
  expect(await chooseForHost(declare(), folder, withoutEngine)).toMatchObject({ images: 'debian', probesStart: false });
  expect(await chooseForHost(declare(), folder, connected)).toMatchObject({ images: 'upstream', probesStart: true });
});

test('a socket in an unusual place is kept, and one in the usual place is not spoken of', async () => {
  expect(await chooseForHost(declare(), folder, withoutEngine)).not.toHaveProperty('engineSocket');
  const engineSocket = '/run/user/1000/docker.sock';
  const rootless: LookAtHost = async () => ({ registryAnswers: true, probesStart: true, engineSocket });
  expect(await chooseForHost(declare(), folder, rootless)).toMatchObject({ engineSocket });
  expect(await chooseForHost(declare(), folder, untouchable)).toMatchObject({ engineSocket });
});

test('processes need neither an engine nor a registry', async () => {
  expect(await chooseForHost(declare({ runtime: 'process' }), folder, untouchable)).toMatchObject({ images: 'debian', runtime: 'process' });
});

test('what is declared wins over what was kept', async () => {
  await writeFile(folder.choicesFile, JSON.stringify(kept));
  const declaration = declare({ images: 'debian', ports: { https: 9443 } });
  expect(await chooseForHost(declaration, folder, connected)).toEqual({ ...kept, images: 'debian', https: 9443 });
});

test.each(['{', '{}', '{"images":"upstream","runtime":"compose","probesStart":true,"http":"80","https":443}'])(
  'a damaged record is refused: %s',
  async (content) => {
    await writeFile(folder.choicesFile, content);
    await expect(chooseForHost(declare(), folder, connected)).rejects.toMatchObject({
      code: 'E_RELEASE_DAMAGED',
      message: `${folder.choicesFile} cannot be read`,
      fix: 'remove it; the choices are made again at the next run',
    });
    expect(await readFile(folder.choicesFile, 'utf8')).toBe(content);
  },
);
