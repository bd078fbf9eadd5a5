// @ts-check
import { existsSync } from 'node:fs';
import { findProgram } from './machine.js';

/**
 * @typedef {import('./machine.js').Distribution} Distribution
 * @typedef {'images' | 'rootless-images' | 'tests' | 'process'} Purpose
 * @typedef {{ readonly name: string, readonly reason: string, readonly megabytes: number, readonly shownBy: readonly string[] }} Package
 *   `shownBy`: programs, or files by absolute path; one of them there is enough.
 */

const libraryFolders = ['x86_64-linux-gnu', 'aarch64-linux-gnu', 'arm-linux-gnueabihf'].map((machine) => `/usr/lib/${machine}`);

/** @type {Readonly<Record<Purpose, readonly Package[]>>} What apt brings besides the engine, and why. */
const wanted = {
  images: [
    { name: 'mmdebstrap', reason: 'makes the base of the images built from Debian', megabytes: 1, shownBy: ['mmdebstrap'] },
    {
      name: 'debian-archive-keyring',
      reason: "Debian 13's keys, to verify what images are built from",
      megabytes: 1,
      shownBy: ['/usr/share/keyrings/debian-archive-trixie-stable.gpg', '/usr/share/keyrings/debian-archive-trixie-stable.pgp'],
    },
  ],
  'rootless-images': [{ name: 'uidmap', reason: 'lets mmdebstrap work without root', megabytes: 1, shownBy: ['newuidmap'] }],
  tests: [
    {
      name: 'chromium-headless-shell',
      reason: 'the browser that signs in during the tests',
      megabytes: 330,
      shownBy: ['chromium-headless-shell', 'chromium'],
    },
    {
      name: 'fonts-dejavu-core',
      reason: 'letters for that browser',
      megabytes: 3,
      shownBy: ['/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf'],
    },
    { name: 'libnss3-tools', reason: "tells that browser of the cluster's certificate authority", megabytes: 4, shownBy: ['certutil'] },
  ],
  process: [
    { name: 'caddy', reason: 'the edge', megabytes: 38, shownBy: ['caddy'] },
    { name: 'slapd', reason: 'the directory', megabytes: 6, shownBy: ['slapd'] },
    { name: 'ldap-utils', reason: "the directory's health check", megabytes: 1, shownBy: ['ldapsearch'] },
    { name: 'valkey-server', reason: 'sessions', megabytes: 4, shownBy: ['valkey-server', 'redis-server'] },
    { name: 'postgresql', reason: 'databases', megabytes: 60, shownBy: ['/usr/lib/postgresql'] },
    {
      name: 'libnss-wrapper',
      reason: 'gives the user of the databases a name',
      megabytes: 1,
      shownBy: libraryFolders.map((folder) => `${folder}/libnss_wrapper.so`),
    },
    { name: 'prometheus', reason: 'metrics', megabytes: 190, shownBy: ['prometheus'] },
    { name: 'prometheus-alertmanager', reason: 'alerts', megabytes: 60, shownBy: ['prometheus-alertmanager'] },
    { name: 'ntfy', reason: 'notifications', megabytes: 36, shownBy: ['ntfy'] },
    { name: 'radicale', reason: 'calendars', megabytes: 12, shownBy: ['radicale'] },
  ],
};

/**
 * The packages that these purposes need and that this machine lacks.
 * @param {readonly Purpose[]} purposes
 * @param {Distribution} system
 * @param {(shownBy: string) => boolean} isThere
 */
export function missingPackages(purposes, system, isThere = isOnMachine) {
  return purposes
    .flatMap((purpose) => wanted[purpose])
    .map((item) => inSystem(item, system))
    .filter((item) => item !== undefined)
    .filter((item) => !item.shownBy.some(isThere));
}

/** @param {string} shownBy */
function isOnMachine(shownBy) {
  return shownBy.startsWith('/') ? existsSync(shownBy) : findProgram(shownBy) !== undefined;
}

/**
 * Debian 12 has Redis where later releases have Valkey, and lacks some.
 * @param {Package} item
 * @param {Distribution} system
 * @returns {Package | undefined}
 */
function inSystem(item, system) {
  if (system.id !== 'debian' || system.version >= 13) return item;
  if (item.name === 'ntfy') return undefined;
  return item.name === 'valkey-server' ? { ...item, name: 'redis-server' } : item;
}

/**
 * Which apt packages bring the engine, and which bring Compose and buildx; where `plugins` is undefined, the release has none
 * and they come from Debian 13's packages.
 * @param {Distribution} system
 * @returns {{ engine: string[], client: string[], plugins: { compose: string, buildx: string } | undefined } | undefined} undefined: a system not known here
 */
export function enginePackages(system) {
  if (system.id === 'debian' && system.version >= 13) {
    const plugins = { compose: 'docker-compose', buildx: 'docker-buildx' };
    return { engine: ['docker.io', 'iptables'], client: ['docker-cli'], plugins };
  }
  if (system.id === 'debian' && system.version >= 12) {
    return { engine: ['docker.io', 'iptables'], client: ['docker.io'], plugins: undefined };
  }
  if (system.id === 'ubuntu' && system.version >= 24) {
    const plugins = { compose: 'docker-compose-v2', buildx: 'docker-buildx' };
    return { engine: ['docker.io', 'iptables'], client: ['docker.io'], plugins };
  }
  return undefined;
}
