import { expect, test } from 'vitest';
import { parseListeners, parseMemory, parseResolvers, thisHost } from './host.ts';

test('listening sockets are read in both families, others are left out', () => {
  const text = [
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
    '   0: 0100007F:01BB 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1',
    '   1: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 2',
    '   2: 0100007F:9C40 0100007F:01BB 01 00000000:00000000 00:00000000 00000000     0        0 3',
    '   3: 00000000000000000000000000000000:0016 00000000000000000000000000000000:0000 0A 0:0 0:0 0 0 0 4',
    '   4: 00000000000000000000000001000000:0019 00000000000000000000000000000000:0000 0A 0:0 0:0 0 0 0 5',
    '   5: 0000000000000000FFFF00000100007F:001A 00000000000000000000000000000000:0000 0A 0:0 0:0 0 0 0 6',
    '   6: B80D0120000000000000000001000000:001B 00000000000000000000000000000000:0000 0A 0:0 0:0 0 0 0 7',
    '',
  ].join('\n');
  expect(parseListeners(text)).toEqual([
    { address: '127.0.0.1', port: 443 },
    { address: '0.0.0.0', port: 80 },
    { address: '::', port: 22 },
    { address: '::1', port: 25 },
    { address: '127.0.0.1', port: 26 },
    { address: '2001:0db8:0000:0000:0000:0000:0000:0001', port: 27 },
  ]);
});

test('memory is read in bytes, and a figure that is missing is no zero', () => {
  expect(parseMemory('MemTotal:       1000 kB\nMemFree:  1 kB\nMemAvailable:    400 kB\n')).toEqual({
    totalBytes: 1_024_000,
    availableBytes: 409_600,
  });
  expect(() => parseMemory('MemTotal: 1000 kB\n')).toThrow('MemAvailable');
});

test('this machine can be looked at', async () => {
  expect((await thisHost.space('/')).totalBytes).toBeGreaterThan(0);
  expect((await thisHost.file(import.meta.filename))?.mode).toBeGreaterThan(0);
  expect(await thisHost.file('/no/such/file')).toBeUndefined();
});

test('name servers on this machine itself are left out', () => {
  expect(parseResolvers('# x\nnameserver 127.0.0.53\nnameserver 192.0.2.53\nnameserver fe80::1\nnameserver 192.0.2.53\n')).toEqual([
    '192.0.2.53',
  ]);
});
