import { expect, test } from 'vitest';
import { lines, volume } from '../../service/index.ts';
import { findingsOf, problemsOf, sampleApp } from '../sample.ts';
import { certificateMounted } from './certificate-mounted.ts';

test('a certificate that nothing puts there is refused', () => {
  expect(problemsOf([sampleApp('planka', { env: () => ({ TLS_CERT: '/certs/site.pem' }) })])).toEqual([
    'certificate-mounted planka: its variable TLS_CERT names /certs/site.pem, which nothing puts there; give it as a secret or a file, or keep it in a volume',
  ]);
});

test('a file that is absent puts nothing there', () => {
  const files = { key: { path: '/etc/app/own.key', content: () => 'absent' as const } } as const;
  expect(findingsOf(certificateMounted, [sampleApp('planka', { files, env: () => ({ KEY: '/etc/app/own.key' }) })])).toEqual([
    expect.stringContaining('its variable KEY names /etc/app/own.key, which nothing puts there'),
  ]);
});

test('one in a volume, in a file, or of the image passes', () => {
  expect(
    findingsOf(certificateMounted, [
      sampleApp('planka', {
        volumes: { certs: volume('/certs', { role: 'config', backup: 'daily' }) },
        files: { key: { path: '/etc/app/own.key', content: () => lines('x') } },
        env: () => ({ CERT: '/certs/site.pem', KEY: '/etc/app/own.key', CA: '/etc/ssl/certs/ca-certificates.crt' }),
        command: () => ['serve', '--cert=/certs/site.pem'],
      }),
    ]),
  ).toEqual([]);
});
