import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '../../../src/kit/process.ts';
import { rootCertificate, serverCertificate } from '../../../src/secrets/kinds/certificates.ts';
import { docker, eventually } from './command.ts';

/** Takes mail from one account, at 587 and 465, and prints each letter as a line of JSON. */
const program = String.raw`
const { SMTPServer } = require('smtp-server');
const { readFileSync } = require('node:fs');
const tls = { key: readFileSync('/relay/key.pem'), cert: readFileSync('/relay/certificate.pem') };
const { USER, PASSWORD } = process.env;
for (const [port, secure] of [[587, false], [465, true]]) {
  const server = new SMTPServer({
    ...tls,
    secure,
    authMethods: ['PLAIN', 'LOGIN'],
    onAuth: ({ username, password }, _, done) =>
      username === USER && password === PASSWORD ? done(null, { user: username }) : done(Object.assign(new Error('that is not the password'), { responseCode: 535 })),
    onData(stream, { envelope, secure: isEncrypted, user }, done) {
      let source = '';
      stream.setEncoding('utf8').on('data', (part) => { source += part; }).on('end', () => {
        const to = envelope.rcptTo.map(({ address }) => address);
        console.log(JSON.stringify({ port, user, isEncrypted, from: envelope.mailFrom.address, to, source }));
        done();
      });
    },
  });
  // Of one connection, such as that of who only knocks.
  server.on('error', () => undefined);
  server.listen(port, '0.0.0.0');
}
`;

/** One letter that the relay took. */
export interface Relayed {
  readonly port: number;
  readonly user: string;
  readonly isEncrypted: boolean;
  readonly from: string;
  readonly to: readonly string[];
  readonly source: string;
}

export interface Relay {
  /** The certificate of the authority that vouches for it, which nobody else knows. */
  readonly authority: string;
  readonly letters: () => Promise<readonly Relayed[]>;
  readonly remove: () => Promise<void>;
}

interface RelayOptions {
  /** Of its container. */
  readonly name: string;
  /** The name under which the network knows it, and that its certificate is for. */
  readonly host: string;
  readonly network: string;
  /** One with Node.js. */
  readonly image: string;
  readonly user: string;
  readonly password: string;
}

/** A mail server outside that is not ours, and asks everybody for a password. */
export async function startRelay({ name, host, network, image, user, password }: RelayOptions): Promise<Relay> {
  const folder = await mkdtemp(join(tmpdir(), 'datamancy-relay-'));
  const { authority, certificate, key } = await certify(host);
  await writeFile(join(folder, 'key.pem'), key);
  await writeFile(join(folder, 'certificate.pem'), certificate);
  await writeFile(join(folder, 'relay.js'), program);
  const modules = fileURLToPath(new URL('../../../node_modules', import.meta.url));
  const sees = [
    '--volume',
    `${folder}:/relay:ro`,
    '--volume',
    `${modules}:/node_modules:ro`,
    '--network',
    network,
    '--network-alias',
    host,
  ];
  const account = ['--env', `USER=${user}`, '--env', `PASSWORD=${password}`, '--user', '0:0'];
  const remove = async (): Promise<void> => {
    await run(['docker', 'rm', '-f', '-v', name]);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await docker('run', '--detach', '--init', '--name', name, ...sees, ...account, '--entrypoint', 'node', image, '/relay/relay.js');
    const knock = "require('net').connect(465, '127.0.0.1').on('error', () => process.exit(1)).on('connect', () => process.exit())";
    await eventually('the relay listens', async () => {
      const { status } = await run(['docker', 'exec', name, 'node', '-e', knock]);
      return status === 0 ? true : (await run(['docker', 'logs', name])).stderr;
    });
  } catch (cause) {
    await remove();
    throw cause;
  }
  return {
    authority,
    letters: async () => {
      const printed = await docker('logs', name);
      return printed
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Relayed);
    },
    remove,
  };
}

async function certify(host: string): Promise<{ readonly authority: string; readonly certificate: string; readonly key: string }> {
  const [own, key] = [newKey(), newKey()];
  const authority = await rootCertificate(own, 'test', host);
  return { authority, key, certificate: await serverCertificate(key, host, { value: own, certificate: authority }) };
}

function newKey(): string {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}
