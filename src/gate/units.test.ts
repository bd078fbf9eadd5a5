import { describe, expect, it } from 'vitest';
import { parseDurationMs, parseListenAddress } from './units.ts';

describe('durations', () => {
  it.each([
    [90, 90_000],
    ['5400', 5_400_000],
    ['90m', 5_400_000],
    ['1h30m', 5_400_000],
    ['1 hour and 30 minutes', 5_400_000],
    ['1M', 2_592_000_000],
    ['250ms', 250],
  ])('%j is %i ms', (text, ms) => {
    expect(parseDurationMs(text)).toBe(ms);
  });

  it.each(['', 'soon', '5 parsecs', '-5m', '1.5h', 'm'])('%j is none', (text) => {
    expect(parseDurationMs(text)).toBeUndefined();
  });
});

describe('addresses to listen on', () => {
  it('may carry the one path that is served there', () => {
    expect(parseListenAddress('tcp://:9959/metrics', '/metrics')).toEqual({ host: undefined, port: 9959 });
    expect(parseListenAddress('tcp://:9959/other', '/metrics')).toBeUndefined();
  });

  it.each([
    ['tcp://:9091/', { host: undefined, port: 9091 }],
    ['tcp://0.0.0.0:9091', { host: '0.0.0.0', port: 9091 }],
    ['127.0.0.1:80', { host: '127.0.0.1', port: 80 }],
    ['tcp://[::1]:9091/', { host: '::1', port: 9091 }],
  ])('%j', (text, address) => {
    expect(parseListenAddress(text)).toEqual(address);
  });

  it.each(['', 'tcp://0.0.0.0', 'unix:///run/gate.sock', 'tcp://:9091/path', ':99999', 'udp://:1'])('%j is none', (text) => {
    expect(parseListenAddress(text)).toBeUndefined();
  });
});
