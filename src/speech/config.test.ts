import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadSpeechConfig } from './config.ts';

const work = { at_once: 2, waiting: 6, wait_seconds: 60, limit_seconds: 900 };
const whisper = { kind: 'openai', name: 'whisper', url: 'http://whisper:8000/v1', model: 'transcription' };
const good = {
  server: { host: '127.0.0.1', port: 8091 },
  scratch: '/scratch',
  upload_bytes: 26_214_400,
  transcription: { ...work, backends: [whisper, { kind: 'pocketsphinx', name: 'pocketsphinx' }] },
  speech: { ...work, backends: [{ kind: 'wyoming', name: 'piper', host: 'piper', port: 10_200 }] },
};
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'speech-config-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function file(name: string, content: string): Promise<string> {
  await writeFile(join(folder, name), content);
  return join(folder, name);
}

test('a configuration is read with its token, and what it leaves out has a value', async () => {
  const env = { SPEECH_GATEWAY_TOKEN_FILE: await file('token', 'the-token\n') };
  const path = await file('good.json', JSON.stringify(good));
  expect(await loadSpeechConfig(path, env)).toMatchObject({ ...good, token: 'the-token', log: 'info', look_seconds: 20 });
  expect((await loadSpeechConfig(path, {})).token).toBeUndefined();
});

test.each([
  ['no JSON', '{', /JSON/],
  ['a key that is none', JSON.stringify({ ...good, ports: 1 }), /ports/],
  ['no back end', JSON.stringify({ ...good, speech: { ...work, backends: [] } }), /speech\.backends/],
  [
    'a back end of the wrong task',
    JSON.stringify({ ...good, speech: { ...work, backends: [{ kind: 'pocketsphinx', name: 'x' }] } }),
    /speech\.backends\.0/,
  ],
  ['two back ends of one name', JSON.stringify({ ...good, transcription: { ...work, backends: [whisper, whisper] } }), /one name/],
  [
    'an address of another kind',
    JSON.stringify({ ...good, transcription: { ...work, backends: [{ ...whisper, url: 'file:///x' }] } }),
    /url/,
  ],
])('%s is refused by name', async (_what, content, words) => {
  await expect(loadSpeechConfig(await file('bad.json', content), {})).rejects.toMatchObject({
    code: 'E_USAGE',
    message: expect.stringMatching(words) as string,
  });
});

test('a token that no request can show lets nobody start', async () => {
  const path = await file('good.json', JSON.stringify(good));
  for (const [index, token] of ['two words', '"quoted"', 'größer'].entries()) {
    const env = { SPEECH_GATEWAY_TOKEN_FILE: await file(`token-${index}`, token) };
    await expect(loadSpeechConfig(path, env)).rejects.toThrow('no request can show');
  }
});

test('a token that cannot be read, or is empty, lets nobody start rather than everybody in', async () => {
  const path = await file('good.json', JSON.stringify(good));
  const empty = { SPEECH_GATEWAY_TOKEN_FILE: await file('empty', '\n') };
  await expect(loadSpeechConfig(path, empty)).rejects.toThrow('the token is empty');
  await expect(loadSpeechConfig(path, { SPEECH_GATEWAY_TOKEN_FILE: join(folder, 'none') })).rejects.toMatchObject({ code: 'E_USAGE' });
});
