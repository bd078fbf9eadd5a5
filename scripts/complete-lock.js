// @ts-check
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { absentOptionals, platformOf } from './setup/lock.js';

/**
 * npm leaves optional packages of other platforms out of package-lock.json where its registry does not carry them, and "npm ci" then
 * calls the lock incomplete. This adds them by name, version and platform; they are never installed here.
 */
const path = fileURLToPath(new URL('../package-lock.json', import.meta.url));
const lock = JSON.parse(readFileSync(path, 'utf8'));
const absent = absentOptionals(lock);
for (const { name, version, isDev } of absent) {
  lock.packages[`node_modules/${name}`] = { version, ...(isDev ? { dev: true } : {}), optional: true, ...platformOf(name) };
}
const { '': root, ...rest } = lock.packages;
lock.packages = { '': root, ...Object.fromEntries(Object.entries(rest).toSorted(([one], [other]) => one.localeCompare(other, 'en'))) };
if (absent.length > 0) writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`package-lock.json: ${absent.length} packages of other platforms added`);
