import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { readIfExists } from '../../kit/files.ts';
import { parseEnvText } from './env-text.ts';
import type { Places } from './places.ts';
import { unitPlaces } from './places.ts';
import { unitMark } from './process-table.ts';
import type { UnitRecord } from './record.ts';
import type { Account } from './users.ts';

/** How a program runs inside a unit: its own command line, environment and directory. */
export interface Launch {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

/** Programs of the system, and the Node that runs this for our own daemons. */
const searchPath = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin', dirname(process.execPath)].join(':');

/** A launch of `argv` in the unit, as its user, with nothing of the environment that this program was started in. */
export async function launchIn(places: Places, { service, unit, account }: UnitRecord, argv: readonly string[]): Promise<Launch> {
  const { home, temporary, envFile, accounts } = unitPlaces(places, service);
  const [file = 'setpriv', ...args] = [...setpriv(account, unit.lowPorts), ...argv];
  return {
    file,
    args,
    cwd: home,
    env: {
      PATH: searchPath,
      HOME: temporary,
      TMPDIR: temporary,
      LANG: 'C.UTF-8',
      ...(process.env['TZ'] === undefined ? {} : { TZ: process.env['TZ'] }),
      NSS_WRAPPER_PASSWD: accounts,
      NSS_WRAPPER_GROUP: `${accounts}.group`,
      ...unit.env,
      ...parseEnvText((await readIfExists(envFile)) ?? ''),
      [unitMark]: home,
    },
  };
}

/** Without root there is no user to change to, and no right to give. https://man7.org/linux/man-pages/man1/setpriv.1.html */
function setpriv(account: Account | undefined, lowPorts: readonly number[]): readonly string[] {
  if (!account) return ['setpriv', '--no-new-privs', '--'];
  const groups = account.groups.length === 0 ? ['--clear-groups'] : ['--groups', account.groups.join(',')];
  const user = ['--reuid', String(account.uid), '--regid', String(account.gid), ...groups];
  const needsRight = lowPorts.some((port) => port < firstOpenPort());
  const rights = needsRight ? ['--inh-caps', '+net_bind_service', '--ambient-caps', '+net_bind_service'] : ['--inh-caps', '-all'];
  return ['setpriv', ...user, ...rights, '--no-new-privs', '--'];
}

function firstOpenPort(): number {
  try {
    return Number(readFileSync('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'utf8'));
  } catch {
    return 1024;
  }
}
