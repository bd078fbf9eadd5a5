import { DatamancyError } from '../kit/errors.ts';
import type { RunResult } from '../kit/process.ts';
import { cleanText } from './log-lines.ts';

/** What `docker compose` meant when it failed. `transient` is worth another try once the corner is tidied. */
export type ComposeFailure =
  | { readonly kind: 'port-taken'; readonly port: number; readonly words: string }
  | { readonly kind: 'transient'; readonly words: string }
  | { readonly kind: 'unreachable'; readonly words: string }
  | { readonly kind: 'final'; readonly error: DatamancyError };

const portTaken = [
  /Bind for \S*:(?<port>\d+) failed: port is already allocated/,
  /listen (?:tcp|udp)[46]? \S*:(?<port>\d+): bind: address already in use/,
  /failed to bind host port(?: for)? \S*?:(?<port>\d+)(?::|\/| )/,
];

const transient =
  /container name "\S+" is already in use|No such container|removal of container \S+ is already in progress|is marked for removal|network \S+ is ambiguous|network \S+ not found|network with name \S+ already exists|is not running|context canceled/i;

const unreachable =
  /Cannot connect to the Docker daemon|error during connect|connection refused|unexpected EOF|connection reset by peer|\bEOF\b/;

/** Reads the last words of a failed `docker compose up`. */
export function explainFailure({ status, stdout, stderr }: RunResult): ComposeFailure {
  const output = cleanText(`${stdout}\n${stderr}`, 20_000);
  const telling = tellingLines(output);
  const words = telling.join('\n') || `docker compose ended with status ${status} before it was done`;
  if (status === 127 || /'compose' is not a docker command|unknown (?:shorthand flag: 'p' in -p|command: docker compose)/.test(output)) {
    const missing = status === 127 ? 'the docker client is' : 'the compose plugin of the docker client is';
    return final('E_HOST_MISSING', `${missing} not installed`, 'run "npm start", which installs it');
  }
  for (const pattern of portTaken) {
    const port = pattern.exec(output)?.groups?.['port'];
    if (port !== undefined) return { kind: 'port-taken', port: Number(port), words };
  }
  if (/no space left on device/i.test(output)) {
    return final(
      'E_DISK_FULL',
      `the engine has no disk space left: ${words}`,
      'free some space ("docker system df" shows what takes it), then run the command again',
    );
  }
  if (status === 143 && output.trim() === '')
    return { kind: 'transient', words: 'docker compose was ended from outside before it was done' };
  if (transient.test(output) || telling.length === 0) return { kind: 'transient', words };
  if (unreachable.test(output)) return { kind: 'unreachable', words };
  const known = knownFixes.find(({ pattern }) => pattern.test(output));
  return final('E_ENGINE_FAILED', words, known?.fix ?? 'read what the engine says, correct it, then run "datamancy up" again');
}

const knownFixes: readonly { readonly pattern: RegExp; readonly fix: string }[] = [
  {
    pattern: /No such image|pull access denied|manifest unknown|not found: manifest|repository does not exist/i,
    fix: 'the image is neither on the engine nor to be had; run "datamancy build" where it is built here, else check its name',
  },
  {
    pattern: /address pools? (?:have been fully subnetted|among)|non-overlapping IPv4/i,
    fix: 'the engine has no address range left; remove networks that nobody uses (docker network ls)',
  },
  {
    pattern: /Pool overlaps with other one/i,
    fix: 'another network of the engine has addresses that one of this cluster is given by the cluster’s name: remove that network ("docker network inspect" shows its addresses), or give one of two clusters another name',
  },
  {
    pattern: /privileged port|bind: permission denied/i,
    fix: 'a rootless engine may not open ports below 1024: choose higher ones in cluster.yaml, or set net.ipv4.ip_unprivileged_port_start=80 with sysctl',
  },
  { pattern: /bind source path does not exist/i, fix: 'a rendered file is missing; run "datamancy build" again' },
];

function final(code: 'E_HOST_MISSING' | 'E_DISK_FULL' | 'E_ENGINE_FAILED', message: string, fix: string): ComposeFailure {
  return { kind: 'final', error: new DatamancyError(code, message, { fix }) };
}

const progressLine = /^(?:Network|Container|Volume|Image) "?\S+"?\s+\w+$/;

/** The lines that tell, without the progress that went before them; none where it was killed, by whatever status that shows. */
function tellingLines(output: string): readonly string[] {
  const lines = output
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => !progressLine.test(line));
  const telling = lines.filter((line) =>
    /error|fail|denied|cannot|conflict|invalid|unsupported|unknown|must|refused|no such|not found/i.test(line),
  );
  return [...new Set(telling)].slice(-3);
}
