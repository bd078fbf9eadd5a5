import { expect, test } from 'vitest';
import { lines, volume } from '../../service/index.ts';
import { findingsOf, sampleService } from '../sample.ts';
import { filePathUnique } from './file-path-unique.ts';

const content = () => lines('x');

test('two files, or a file and a volume, at one path are refused', () => {
  const files = { a: { path: '/etc/x.yml', content }, b: { path: '/etc/x.yml', content } } as const;
  const volumes = { data: volume('/etc/x.yml', { role: 'data', backup: 'daily' }) };
  expect(findingsOf(filePathUnique, [sampleService('planka', { files })])).toEqual([
    expect.stringContaining('its files a and b both want /etc/x.yml'),
  ]);
  expect(findingsOf(filePathUnique, [sampleService('planka', { files: { a: files.a }, volumes })])).toEqual([
    expect.stringContaining('its file a and its volume data'),
  ]);
});

test.each(['/etc/../root/.ssh/authorized_keys', '/etc/./x', '/etc//x', '/a b', '/x\ny', '/'] as const)('the path %j is refused', (path) => {
  expect(findingsOf(filePathUnique, [sampleService('planka', { files: { a: { path, content } } })])).toEqual([
    expect.stringContaining('which is not plain'),
  ]);
});

test('files at paths of their own pass', () => {
  const files = { a: { path: '/etc/x.yml', content }, b: { path: '/etc/conf.d/x.yml', content } } as const;
  expect(findingsOf(filePathUnique, [sampleService('planka', { files })])).toEqual([]);
});
