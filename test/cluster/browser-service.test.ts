import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { docker } from '../../src/images/testing/hardened-container.ts';
import { until } from '../../src/kit/clock.ts';
import { run } from '../../src/kit/process.ts';
import { type Answer, type BrowserUnit, readAnswer, startBrowserUnit } from './support/browser-unit.ts';
import { readPng } from './support/read-png.ts';

const site = 'http://pages:8080';
let unit: BrowserUnit;

beforeAll(async () => {
  unit = await startBrowserUnit();
});

afterAll(async () => {
  await unit.remove();
});

async function ask(path: string, body: object): Promise<Answer> {
  return await readAnswer(await unit.send(path, body));
}

describe('a page is seen', () => {
  test('as a picture with the right size and colours, whole and in part', async () => {
    const { image = '', finalAddress, status } = await ask('screenshot', { url: site, viewport: { width: 640, height: 400 } });
    expect([finalAddress, status]).toEqual([`${site}/`, 200]);
    const picture = readPng(image);
    expect([picture.width, picture.height]).toEqual([640, 400]);
    expect([picture.at(5, 5), picture.at(195, 95), picture.at(205, 105)]).toEqual([
      [255, 0, 0],
      [255, 0, 0],
      [255, 255, 255],
    ]);
    const whole = readPng((await ask('screenshot', { url: site, fullPage: true, viewport: { width: 320, height: 200 } })).image ?? '');
    expect([whole.width, whole.height]).toEqual([320, 1500]);
    const part = readPng((await ask('screenshot', { url: site, selector: '#box' })).image ?? '');
    expect([part.width, part.height, part.at(100, 50)]).toEqual([200, 100, [255, 0, 0]]);
  });

  test.each([
    ['jpeg', 'ffd8ff'],
    ['webp', '52494646'],
  ])('as %s', async (format, start) => {
    const { image = '' } = await ask('screenshot', { url: site, format, quality: 50 });
    expect(Buffer.from(image, 'base64').toString('hex').slice(0, start.length)).toBe(start);
  });

  test('at the former address, as the picture itself', async () => {
    const headers = { authorization: `Bearer ${unit.token}` };
    const answer = await fetch(`http://${unit.address}:3000/screenshot?url=${site}`, { headers });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/png']);
    expect(readPng(Buffer.from(await answer.arrayBuffer()).toString('base64')).at(5, 5)).toEqual([255, 0, 0]);
  });

  test('as text, with what failed in it', async () => {
    const dom = await ask('dom', { url: `${site}/broken`, wait: 'quiet' });
    expect(dom).toMatchObject({
      code: 200,
      status: 200,
      title: 'Broken',
      consoleErrors: expect.arrayContaining(['something is wrong']) as unknown,
    });
    expect(dom.text).toContain('drawn by a script');
    expect(dom.failedRequests).toContainEqual({ address: `${site}/missing.png`, why: 'status 404' });
  });

  test('as a tree of roles and names', async () => {
    const { tree } = await ask('accessibility', { url: site });
    expect(tree).toContain('- button "Save draft"');
    expect(tree).toContain('- heading "Harvest moon" [level=1]');
  });

  test('as words that were read from its picture, and from a picture that was sent', async () => {
    const read = await ask('ocr', { url: site });
    expect(read.text).toContain('Harvest moon');
    const { image } = await ask('screenshot', { url: site });
    const sent = await ask('ocr', { image });
    expect(sent.text).toContain('Harvest moon');
    expect(await ask('ocr', { image, languages: ['xxx'] })).toMatchObject({ code: 422, message: 'the language xxx is not installed' });
  });

  test('where it goes on by itself, after that', async () => {
    for (let i = 0; i < 5; i += 1) {
      expect((await ask('dom', { url: `${site}/moves-on` })).code).toBe(200);
    }
  });

  test('as PDF', async () => {
    const { pdf = '' } = await ask('pdf', { url: site });
    expect(Buffer.from(pdf, 'base64').toString('latin1', 0, 5)).toBe('%PDF-');
  });

  test('as far as it came, where it never gets ready or runs for ever', async () => {
    const slow = await ask('dom', { url: `${site}/slow`, timeoutMs: 10_000 });
    expect(slow).toMatchObject({ code: 200, timedOut: true });
    expect(slow.text).toContain('the beginning');
    expect(await ask('dom', { url: `${site}/never`, timeoutMs: 1000 })).toMatchObject({ code: 504, error: 'timeout' });
    expect(await ask('dom', { url: site, wait: { selector: '#none' }, timeoutMs: 10_000 })).toMatchObject({ code: 200, timedOut: true });
    expect(await ask('dom', { url: `${site}/loop`, timeoutMs: 1000 })).toMatchObject({ error: 'timeout' });
    expect(await ask('dom', { url: site })).toMatchObject({ code: 200 });
  });
});

describe('nothing inside is reached', () => {
  test.each([
    'http://169.254.169.254/latest/meta-data/',
    'http://127.0.0.1:3000/health',
    'http://localhost:3000/health',
    'http://[::1]:3000/health',
    'http://[::ffff:127.0.0.1]:3000/',
    'http://0.0.0.0:3000/',
    'http://2130706433:3000/',
    'https://10.0.0.1/',
    'http://rebound:8080/secret',
    'http://pages:8081/',
    `${site}/to-metadata`,
    `${site}/to-inner-by-script`,
  ])('%s', async (url) => {
    expect(await ask('dom', { url, wait: 'quiet' })).toMatchObject({ code: 403, error: 'refused' });
  });

  test.each(['file:///etc/passwd', 'view-source:http://pages:8080/', 'chrome://version', 'javascript:1', 'data:text/html,1'])(
    '%s',
    async (url) => {
      expect(await ask('dom', { url })).toMatchObject({ code: 400, error: 'invalid' });
    },
  );

  test('by any means that a page has', async () => {
    await fetch(`http://${unit.pagesAddress}:8080/forget`);
    const { text = '', code } = await ask('dom', { url: `${site}/hostile?inner=${unit.pagesAddress}`, wait: { selector: '#done' } });
    expect([code, text]).toEqual([200, expect.stringContaining('tried everything')]);
    expect(text).not.toMatch(/got|open/);
    // It counts requests by the host they were sent to, and packets of UDP; ours are the only ones by address.
    const { hosts, packets } = (await (await fetch(`http://${unit.pagesAddress}:8080/seen`)).json()) as { hosts: object; packets: number };
    expect({ hosts, packets }).toEqual({
      hosts: { 'pages:8080': expect.any(Number) as unknown, [`${unit.pagesAddress}:8080`]: 2 },
      packets: 0,
    });
  });

  test('and without the token not even a page outside', async () => {
    const answer = await fetch(`http://${unit.address}:3000/v1/dom`, { method: 'POST', body: JSON.stringify({ url: site }) });
    expect(answer.status).toBe(401);
  });
});

describe('a sign-in is tried', () => {
  const password = 'correct horse & battery';

  async function signIn(path: string, user = 'alice', given = password): Promise<Answer> {
    const body = { url: `${site}${path}`, user, password: given, timeoutMs: 15_000 };
    const answer = await unit.send('login', body);
    const text = await answer.text();
    expect(text).not.toContain(given);
    expect(text).not.toContain(new URLSearchParams([['', given]]).toString().slice(1));
    return await readAnswer(new Response(text, { status: answer.status }));
  }

  test.each([
    ['/members', 'alice', password, 'signed-in'],
    ['/members', 'alice', 'wrong one', 'refused'],
    ['/members', 'bob', password, 'second-factor'],
    ['/script-form', 'alice', password, 'signed-in'],
    ['/script-form', 'alice', 'wrong one', 'refused'],
    ['/two-steps', 'alice', password, 'signed-in'],
    ['/two-steps', 'alice', 'wrong one', 'refused'],
    ['/asks-again', 'alice', password, 'signed-in'],
    ['/other-refuses', 'alice', 'wrong one', 'refused'],
    ['/replaces', 'alice', password, 'signed-in'],
    ['/replaces', 'alice', 'wrong one', 'error'],
    ['/telemetry', 'alice', password, 'signed-in'],
    ['/telemetry', 'alice', 'wrong one', 'refused'],
    ['/patient', 'alice', password, 'signed-in'],
    ['/patient', 'alice', 'wrong one', 'refused'],
    ['/', 'alice', password, 'no-form'],
  ])('at %s as %s with "%s": %s', async (path, user, given, result) => {
    const seen = await signIn(path, user, given);
    expect([seen.result, seen.detail]).toEqual([result, expect.any(String)]);
  });

  test('the last address is told without the password in it', async () => {
    expect((await signIn('/leaky')).finalAddress).toBe(`${site}/home?p=%E2%80%A2%E2%80%A2%E2%80%A2`.replace(/%E2%80%A2/g, '•'));
  });

  test('no picture shows a filled field, and none the password in words', async () => {
    const { picture, result } = await signIn('/stays');
    expect(result).toBe('refused');
    // The field lies at the top left, and would show dots in black.
    const pixels = readPng(picture?.image ?? '');
    const colours = Array.from({ length: 180 }, (_, x) => pixels.at(x + 10, 30).join());
    expect([...new Set(colours)]).toEqual(['221,221,221']);
    expect((await signIn('/parrot')).picture).toBeUndefined();
  });

  test('a form at another host is not given the password', async () => {
    const seen = await signIn('/elsewhere');
    expect(seen).toMatchObject({ result: 'error', detail: expect.stringContaining('may not have the password') as unknown });
  });

  test('and neither is one to which the page goes on while its field cannot be filled yet', async () => {
    await fetch(`http://${unit.pagesAddress}:8080/forget`);
    const seen = await signIn('/changes-place');
    expect([seen.result, seen.finalAddress]).toEqual(['error', 'http://other:8080/keeps']);
    const { paths } = (await (await fetch(`http://${unit.pagesAddress}:8080/seen`)).json()) as { paths: readonly string[] };
    expect(paths).toContain('/keeps');
    expect(paths).not.toContain('/kept');
  });

  test('nothing of it is in the log', async () => {
    const { stdout, stderr } = await run(['docker', 'logs', unit.name]);
    expect(stdout).toContain('"what":"login"');
    expect(stdout + stderr).not.toMatch(/correct horse|battery|wrong one/);
    expect(stdout + stderr).not.toContain(unit.token);
  });
});

describe('it goes on', () => {
  test('with 30 requests at once', async () => {
    const answers = await Promise.all(Array.from({ length: 30 }, async () => await ask('accessibility', { url: site, timeoutMs: 60_000 })));
    expect(answers.map(({ code, tree }) => `${code} ${tree?.includes('Save draft')}`)).toEqual(Array(30).fill('200 true'));
    expect([await unit.metric('browser_pages_open'), await unit.metric('browser_requests_waiting')]).toEqual([0, 0]);
  });

  test('and says so where there are too many', async () => {
    const leaving = new AbortController();
    const many = Array.from(
      { length: 40 },
      async () => await unit.send('dom', { url: `${site}/never`, timeoutMs: 60_000 }, leaving.signal),
    );
    const first = await Promise.race(many);
    expect([first.status, first.headers.get('retry-after')]).toEqual([429, '15']);
    leaving.abort();
    await Promise.allSettled(many);
    // All of them left, so no page stays open for them.
    await until('pages to close', async () => ((await unit.metric('browser_pages_open')) === 0 ? { done: true } : { seen: 'open pages' }), {
      everyMs: 200,
      withinMs: 60_000,
    });
    expect(await unit.metric('browser_requests_waiting')).toBe(0);
  });

  test('after Chromium was killed, without leaving anything behind', async () => {
    const before = await unit.metric('browser_crashes_total');
    await docker(
      'exec',
      unit.name,
      'sh',
      '-c',
      'for p in /proc/[0-9]*; do case $(readlink "$p/exe") in *chromium*) kill -9 "${p#/proc/}";; esac; done; true',
    );
    expect(await ask('dom', { url: site })).toMatchObject({ code: 200 });
    expect(await unit.metric('browser_crashes_total')).toBe(before + 1);
    // What has ended is there until somebody has asked for its status, and its folder until somebody has taken it away.
    const left = async (): Promise<readonly string[]> => {
      const zombies = await docker('exec', unit.name, 'sh', '-c', 'cat /proc/[0-9]*/status 2>/dev/null | grep -c "^State:.Z" || true');
      const homes = await docker('exec', unit.name, 'sh', '-c', 'ls -d /tmp/playwright_chromiumdev_profile-* | wc -l');
      return [`${zombies.trim()} zombies`, `${homes.trim()} homes`];
    };
    await expect.poll(left, { timeout: 60_000 }).toEqual(['0 zombies', '1 homes']);
  });

  test('with as much memory after 100 pages as after ten', async () => {
    const several = async (count: number): Promise<void> => {
      for (let i = 0; i < count; i += 4) await Promise.all([1, 2, 3, 4].map(async () => await ask('screenshot', { url: site })));
    };
    await several(12);
    const [memory, processes] = [await memoryMiB(), await processCount()];
    await several(100);
    await expect.poll(memoryMiB, { timeout: 60_000 }).toBeLessThan(memory + 100);
    const settled = async (): Promise<{ readonly done: true } | { readonly seen: string }> => {
      const count = await processCount();
      return count <= processes + 1 ? { done: true } : { seen: `${count} processes, and ${processes} before` };
    };
    await until('processes to end', settled, { everyMs: 500, withinMs: 60_000 });
  });

  test('and ends when it is told to', async () => {
    // One that had to be killed has another status.
    await docker('stop', '--time', '60', unit.name);
    expect((await docker('inspect', unit.name, '--format', '{{.State.ExitCode}}')).trim()).toBe('0');
  });
});

async function memoryMiB(): Promise<number> {
  const used = (await docker('stats', '--no-stream', '--format', '{{.MemUsage}}', unit.name)).split(' ')[0] ?? '';
  return used.endsWith('GiB') ? Number.parseFloat(used) * 1024 : Number.parseFloat(used);
}

async function processCount(): Promise<number> {
  return (await docker('top', unit.name)).trim().split('\n').length;
}
