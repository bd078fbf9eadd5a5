import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, CDPSession } from 'playwright-core';
import { settleWithin } from '../kit/time-limit.ts';
import { DatamancyError, messageOf } from '../kit/errors.ts';
import { type Log, safeText } from '../kit/log.ts';
import { runOrFail } from '../kit/process.ts';
import type { Engine } from './pool.ts';

/** A running Chromium; each page gets a context of its own from `browser`. */
export interface Chromium extends Engine {
  readonly browser: Browser;
}

/** Who keeps a page that breaks out of its renderer from the rest: Chromium itself, or only the container around it. */
type Sandbox = 'chromium' | 'container';

export interface ChromiumSettings {
  readonly executable: string;
  /** A home with what is trusted; see {@link prepareHome}. */
  readonly home: string;
  readonly log: Log;
}

const closeMs = 5000;

/**
 * What reaches the network goes through the proxy of its context, or nowhere: without one the proxy is a closed port, no name is looked up,
 * and calls between browsers may use no UDP. https://www.chromium.org/developers/design-documents/network-stack/socks-proxy
 */
const switches = [
  '--disable-gpu',
  '--disable-quic',
  '--disk-cache-size=1',
  '--force-webrtc-ip-handling-policy=disable_non_proxied_udp',
  '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1',
  '--js-flags=--max-old-space-size=256',
];
/** What Chromium prints where it finds none; any other failure to start is no reason to do without. content/browser/zygote_host/zygote_host_impl_linux.cc */
const noSandbox = /No usable sandbox!|crbug\.com\/(?:357670|638180)/;
const nowhere = { server: 'http://127.0.0.1:9' };

/**
 * Gives a function that starts one Chromium. The first start tries Chromium's own sandbox, which needs user namespaces; where an engine's
 * seccomp profile forbids them, the container alone is the sandbox: no capability, no new privileges, a read-only root.
 */
export function createLauncher(settings: ChromiumSettings): () => Promise<Chromium> {
  let sandbox: Sandbox | undefined;
  return async () => {
    if (sandbox !== undefined) return await launch(settings, sandbox);
    try {
      const first = await launch(settings, 'chromium');
      sandbox = 'chromium';
      return first;
    } catch (cause) {
      if (!noSandbox.test(messageOf(cause))) throw cause;
      const first = await launch(settings, 'container');
      sandbox = 'container';
      settings.log.warn({ event: 'sandbox' }, 'user namespaces are forbidden here, so the container alone keeps pages in');
      return first;
    }
  };
}

async function launch({ executable, home }: ChromiumSettings, sandbox: Sandbox): Promise<Chromium> {
  const { chromium } = await import('playwright-core');
  const browser = await chromium.launch({
    executablePath: executable,
    chromiumSandbox: sandbox === 'chromium',
    args: switches,
    ignoreDefaultArgs: ['--disable-dev-shm-usage'],
    proxy: nowhere,
    env: { HOME: home, PATH: process.env['PATH'], TMPDIR: tmpdir(), LANG: 'C.UTF-8', TZ: 'UTC', DBUS_SESSION_BUS_ADDRESS: 'disabled:' },
    handleSIGHUP: false,
    handleSIGINT: false,
    handleSIGTERM: false,
    timeout: 30_000,
  });
  const session = await browser.newBrowserCDPSession();
  const pid = await findPid(session);
  browser.once('disconnected', () => killGroup(pid));
  return {
    browser,
    ask: async () => (await session.send('Browser.getVersion')).product,
    close: async () => {
      await settleWithin(browser.close(), closeMs, 'it does not end').catch(() => undefined);
      killGroup(pid);
    },
    onGone: (listener) => {
      browser.once('disconnected', listener);
      if (!browser.isConnected()) listener();
    },
  };
}

async function findPid(session: CDPSession): Promise<number | undefined> {
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  return processInfo.find(({ type }) => type === 'browser')?.id;
}

/** Chromium is at the head of a group of its own; where it crashed, others of the group may be left. */
function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // Nobody is left in it.
  }
}

/**
 * Makes a home in which Chromium finds the authority that it shall trust beside the public ones:
 * https://chromium.googlesource.com/chromium/src/+/main/docs/linux/cert_management.md
 */
export async function prepareHome(authority: string | undefined): Promise<{ readonly home: string; readonly remove: () => Promise<void> }> {
  const home = await mkdtemp(join(tmpdir(), 'browser-home-'));
  const remove = async (): Promise<void> => rm(home, { recursive: true, force: true });
  if (authority === undefined) return { home, remove };
  try {
    const store = join(home, '.pki/nssdb');
    await mkdir(store, { recursive: true });
    const fix = 'install libnss3-tools, and see whether the file holds a certificate';
    await runOrFail(['certutil', '-d', `sql:${store}`, '-N', '--empty-password'], { fix });
    await runOrFail(['certutil', '-d', `sql:${store}`, '-A', '-n', 'cluster', '-t', 'C,,', '-i', authority], { fix });
  } catch (cause) {
    await remove();
    throw cause instanceof DatamancyError
      ? cause
      : new DatamancyError('E_HOST_MISSING', `no home for Chromium: ${safeText(messageOf(cause), 300)}`, {
          fix: 'make room in /tmp',
          cause,
        });
  }
  return { home, remove };
}
