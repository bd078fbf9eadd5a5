import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { certificate, smtp } from '../contracts/index.ts';
import type { SmtpGrant } from '../contracts/index.ts';
import { file, tcp } from '../service/index.ts';
import { sampleService, sampleStack } from '../stack/sample.ts';
import { renderCompose } from './compose.ts';
import { stepsOf } from './grants.ts';

const post = sampleService('post', {
  ports: { main: tcp(587) },
  health: { port: 'main' },
  needs: { tls: certificate({ host: 'mail' }) },
  provides: { smtp: { port: 'main', host: 'mail', worker: 'admin', accounts: 'sh /accounts.sh' } },
  workers: { admin: { health: { command: ['true'] }, limits: { memory: '64MiB', cpus: 1 }, command: () => ['admin'] } },
});
const blog = sampleService('blog', {
  needs: { mail: smtp() },
  env: ({ mail }) => ({ SMTP_HOST: (mail as SmtpGrant).host }),
});

test('a server with a certificate is reached at the name in it', () => {
  const { services } = parse(renderCompose(sampleStack([post, blog]), { release: 1, digests: {} })) as {
    readonly services: Readonly<Record<string, { readonly networks: unknown; readonly environment?: unknown }>>;
  };
  expect(services['post']?.networks).toEqual({ apps: { aliases: ['mail.example.org'] } });
  expect(services['post-admin']?.networks).toEqual({ apps: {} });
  expect(services['blog']?.environment).toEqual({ SMTP_HOST: 'mail.example.org' });
});

test('a certificate brings the authority that signs it', () => {
  const reading = sampleService('post', { ...post, env: ({ tls }) => ({ KEY: file((tls as { key: never }).key) }) });
  expect(sampleStack([reading]).secrets.map(({ id }) => id)).toEqual(['cluster.authority', 'post.tls']);
});

test('a provider is told of its clients in the worker that it names', () => {
  expect(stepsOf(sampleStack([post, blog]))).toMatchObject([
    { provider: { name: 'post-admin' }, kind: 'smtp', steps: [{ argv: ['sh', '/accounts.sh'] }] },
  ]);
});
