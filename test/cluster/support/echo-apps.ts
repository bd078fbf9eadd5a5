import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import * as z from 'zod';
import { succeed } from './command.ts';
import type { SharedCluster } from './global-setup.ts';
import { baseImage } from './small-cluster.ts';

/** An app that answers each request with the headers that arrived at it, as JSON. */
const echo = String.raw`
use IO::Socket::INET;
my $server = IO::Socket::INET->new(LocalPort => 8080, Listen => 128, ReuseAddr => 1) or die $!;
$SIG{CHLD} = 'IGNORE';
while (my $client = $server->accept) {
  next if fork;
  <$client>;
  my @headers;
  while (defined(my $line = <$client>)) {
    $line =~ s/\r?\n$//;
    last if $line eq '';
    $line =~ s/([\\"])/\\$1/g;
    my ($name, $value) = split /: ?/, $line, 2;
    push @headers, sprintf '"%s":"%s"', lc $name, $value;
  }
  my $body = '{"headers":{' . join(',', @headers) . '}}';
  print $client "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: " . length($body) . "\r\n\r\n$body";
  exit;
}`;

/** Puts apps of the owner into the running cluster, each under its own access; gives what takes them out again. */
export async function addEchoApps(
  starter: SharedCluster,
  accessByName: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
): Promise<() => Promise<void>> {
  const declaration = join(starter.folder, 'cluster.yaml');
  const before = await readFile(declaration, 'utf8');
  const image = await baseImage();
  const services = join(starter.folder, 'services');
  await mkdir(services, { recursive: true });
  for (const [name, access] of Object.entries(accessByName)) await writeFile(join(services, `${name}.ts`), definition(name, access, image));
  const declared = z.looseObject({ services: z.record(z.string(), z.unknown()) }).parse(parse(before));
  const added = Object.fromEntries(Object.keys(accessByName).map((name) => [name, null]));
  const undeclare = async (): Promise<void> => {
    await writeFile(declaration, before);
    for (const name of Object.keys(accessByName)) await rm(join(services, `${name}.ts`));
  };
  await writeFile(declaration, stringify({ ...declared, services: { ...declared.services, ...added } }));
  try {
    await succeed(starter.folder, ['up']);
  } catch (cause) {
    await undeclare();
    throw cause;
  }
  return async () => {
    await undeclare();
    await succeed(starter.folder, ['up']);
  };
}

function definition(name: string, access: Readonly<Record<string, unknown>>, image: string): string {
  const spec = {
    title: name,
    summary: 'Answers with the headers that arrived.',
    docs: 'https://example.org/',
    licence: 'Apache-2.0',
    category: 'tools',
    image,
    user: '1000:1000',
    route: { port: 'web', access },
    health: { port: 'web', path: '/' },
    limits: { memory: '64MiB', cpus: 0.5 },
    stopSeconds: 1,
  };
  return `import { defineService, http } from 'datamancy';
export const app = defineService(${JSON.stringify(name)}, {
  ...${JSON.stringify(spec)},
  ports: { web: http(8080) },
  command: () => ['perl', '-e', ${JSON.stringify(echo)}],
});
`;
}
