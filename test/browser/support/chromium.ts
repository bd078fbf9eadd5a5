import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { chromium } from 'playwright-core';
import { run, runOrFail } from '../../../src/kit/process.ts';
import type { SharedCluster } from '../../cluster/support/global-setup.ts';
import { domain } from '../../cluster/support/starter.ts';
import { ownNetwork } from './own-network.ts';

/** A real browser that knows where the cluster is, and trusts what it was told to trust and nothing more. */
export interface TestBrowser {
  readonly browser: Browser;
  readonly close: () => Promise<void>;
}

/** A home of its own holds the trusted authorities, as the browser of a person does: https://chromium.googlesource.com/chromium/src/+/main/docs/linux/cert_management.md */
export async function openBrowser(authority: string | undefined, { https, relyingPartyPort }: SharedCluster): Promise<TestBrowser> {
  const home = await mkdtemp(join(tmpdir(), 'datamancy-browser-'));
  const store = join(home, '.pki/nssdb');
  await mkdir(store, { recursive: true });
  const certutil = async (...args: readonly string[]): Promise<string> =>
    runOrFail(['certutil', '-d', `sql:${store}`, ...args], { fix: 'install libnss3-tools' });
  await certutil('-N', '--empty-password');
  if (authority !== undefined) {
    await writeFile(join(home, 'ca.crt'), authority);
    await certutil('-A', '-n', 'cluster', '-t', 'C,,', '-i', join(home, 'ca.crt'));
  }
  const quiet = ['--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
  const network = await ownNetwork(await findChromium(), [https, relyingPartyPort], home);
  const browser = await chromium.launch({
    executablePath: network.program,
    args: ['--disable-gpu', ...quiet, `--host-resolver-rules=MAP *.${domain} 127.0.0.1`],
    env: { ...process.env, HOME: home },
  });
  return {
    browser,
    close: async () => {
      await browser.close();
      await network.close();
      // What the browser started may still write there for a moment after it has ended itself.
      await rm(home, { recursive: true, force: true, maxRetries: 20 });
    },
  };
}

async function findChromium(): Promise<string> {
  for (const name of ['chromium', 'chromium-headless-shell']) {
    const { status, stdout } = await run(['sh', '-c', 'command -v "$0"', name]);
    if (status === 0) return stdout.trim();
  }
  throw new Error('there is neither chromium nor chromium-headless-shell on this machine; "npm test" installs it');
}
