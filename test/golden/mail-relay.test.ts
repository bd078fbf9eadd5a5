import { expect, test } from 'vitest';
import { printContent, secretsIn } from '../../src/service/index.ts';
import { serviceOf } from '../../src/stack/stack.ts';
import { named, resolveGolden, treeOf } from './golden-stack.ts';
import { smallestCluster } from './smallest-cluster.ts';

const mail = { host: 'smtp.example.net', port: 587, user: 'me@example.net', from: 'me@example.net' };

test.each([
  { name: 'mailserver', unit: 'mailserver', settings: '/tmp/docker-mailserver/postfix-main.cf', login: '/etc/mailserver/relay' },
  { name: 'mailu', unit: 'mailu-smtp', settings: '/overrides/postfix.cf', login: '/etc/mailu/relay' },
])('$name signs in at the relay with a private file, and no variable or command shows the password', ({ name, unit, settings, login }) => {
  const cluster = smallestCluster(name);
  const stack = resolveGolden({ ...cluster, declaration: { ...cluster.declaration, mail } });
  const { env = {}, command = [], files = [] } = serviceOf(stack, unit) ?? {};
  const content = Object.fromEntries(
    files.map(({ path, content: own }) => [path, own.format === 'rendered' ? own.by : printContent(own, named)]),
  );
  expect(content[settings]).toContain(`smtp_sasl_password_maps = texthash:${login}\n`);
  expect(content[settings]).toContain('smtp_tls_security_level = secure\n');
  expect(content[login]).toBe('[smtp.example.net]:587 me@example.net:<secret:mail.relayPassword>\n');

  const shown = [...Object.values(env), ...command].flatMap(secretsIn).map(({ id }) => id);
  expect(shown).not.toContain('mail.relayPassword');
  const holders = [...treeOf(stack)].filter(([, text]) => text.includes('<secret:mail.relayPassword>')).map(([path]) => path);
  expect(holders).toEqual([`private/${name}/relay`]);
});
