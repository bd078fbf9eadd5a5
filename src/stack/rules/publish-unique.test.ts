import { expect, test } from 'vitest';
import { http, tcp } from '../../service/index.ts';
import { findingsOf, sampleEdge, sampleService } from '../sample.ts';
import { publishUnique } from './publish-unique.ts';

test('two services that publish one port are refused', () => {
  const ports = { smtp: tcp(25) };
  const mail = ['mailer', 'postfix'].map((name) => sampleService(name, { ports, publish: ['smtp'], health: { port: 'smtp' } }));
  expect(findingsOf(publishUnique, mail)).toEqual([
    expect.stringContaining('postfix: mailer (smtp) and postfix (smtp) want port 25/tcp of this machine'),
  ]);
});

test('a service that publishes a port of the edge is refused, wherever the owner moved the edge', () => {
  const web = sampleService('other', { ports: { web: http(8443) }, publish: ['web'] });
  expect(findingsOf(publishUnique, [sampleEdge, web])).toEqual([]);
  expect(findingsOf(publishUnique, [sampleEdge, web], { ports: { http: 8080, https: 8443 } })).toEqual([
    expect.stringContaining('caddy (https) and other (web) want port 8443/tcp'),
  ]);
});

test('one number for both ports of the edge is refused', () => {
  expect(findingsOf(publishUnique, [sampleEdge], { ports: { http: 8443, https: 8443 } })).toHaveLength(1);
});

test('tcp and udp of one number are two ports', () => {
  const dns = sampleService('dns', {
    ports: { tcp: tcp(53), udp: { protocol: 'udp', number: 53 } },
    publish: ['tcp', 'udp'],
    health: { port: 'tcp' },
  });
  expect(findingsOf(publishUnique, [dns])).toEqual([]);
});
