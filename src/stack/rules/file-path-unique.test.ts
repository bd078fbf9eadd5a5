import { expect, test } from 'vitest';
import { lines, volume } from '../../service/index.ts';
import { findingsOf, sampleService } from '../sample.ts';
import { filePathUnique } from './file-path-unique.ts';

const content = () => lines('x');

test('two files, or a file and a volume, at one path are refused', () => {
  const files = { a: { path: '/etc/x.yml', content }, b: { path: '/etc/x.yml', content } } as const;
  const volumes = { data: volume('/etc/x.yml', { role: 'data', backup: 'daily' }) };
  expect(findingsOf(filePathUnique, [sampleService('planka', { files })])).toEqual([
    expect.stringContaining('its file a and its file b both want /etc/x.yml'),
  ]);
  expect(findingsOf(filePathUnique, [sampleService('planka', { files: { a: files.a }, volumes })])).toEqual([
    expect.stringContaining('its file a and its volume data'),
  ]);
});

test('a file that is absent is in nobody’s way', () => {
  const files = { a: { path: '/etc/x.yml', content }, b: { path: '/etc/x.yml', content: () => 'absent' as const } } as const;
  expect(findingsOf(filePathUnique, [sampleService('planka', { files })])).toEqual([]);
});

test('nothing is at the path of a file, and nothing in it', () => {
  const files = { a: { path: '/etc/x', content }, b: { path: '/etc/x/more', content }, c: { path: '/tmp', content } } as const;
  const volumes = { data: volume('/etc/x/data', { role: 'data', backup: 'daily' }) };
  const hostPaths = [{ path: '/sys', target: '/etc/x/sys', reason: 'a test' }] as const;
  expect(findingsOf(filePathUnique, [sampleService('planka', { files, volumes, hostPaths, tmpfs: ['/etc/x/', '/etc/x/run'] })])).toEqual(
    [
      'its file b wants /etc/x/more, which lies in its file a at /etc/x',
      'its volume data wants /etc/x/data, which lies in its file a at /etc/x',
      'its file a and its tmpfs /etc/x/ both want /etc/x',
      'its tmpfs /etc/x/run wants /etc/x/run, which lies in its file a at /etc/x',
      '/sys of the machine wants /etc/x/sys, which lies in its file a at /etc/x',
      'its file c and its tmpfs /tmp both want /tmp',
    ].map((what) => `planka: ${what}; give each a path of its own`),
  );
});

test.each(['/etc/../root/.ssh/authorized_keys', '/etc/./x', '/etc//x', '/a b', '/x\ny', '/'] as const)('the path %j is refused', (path) => {
  expect(findingsOf(filePathUnique, [sampleService('planka', { files: { a: { path, content } } })])).toEqual([
    expect.stringContaining('which is not plain'),
  ]);
});

test('files at paths of their own pass, also in a volume or in memory, where the engine mounts them last', () => {
  const files = { a: { path: '/etc/x.yml', content }, b: { path: '/data/x.yml', content }, c: { path: '/tmp/x.yml', content } } as const;
  const volumes = { data: volume('/data', { role: 'data', backup: 'daily' }) };
  expect(findingsOf(filePathUnique, [sampleService('planka', { files, volumes })])).toEqual([]);
});
