// @ts-check

/**
 * @typedef {{ readonly packages: Readonly<Record<string, { readonly dev?: boolean, readonly optionalDependencies?: Readonly<Record<string, string>> }>> }} FullLock
 */

const systems = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];
const processors = ['arm', 'arm64', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'wasm32', 'x64'];

/**
 * Optional packages that some package in the lock names and the lock does not hold.
 * @param {FullLock} lock
 */
export function absentOptionals(lock) {
  return Object.entries(lock.packages).flatMap(([at, item]) =>
    Object.entries(item.optionalDependencies ?? {})
      .filter(([name]) => !(`node_modules/${name}` in lock.packages) && !(`${at}/node_modules/${name}` in lock.packages))
      .map(([name, range]) => ({ name, version: range.replace(/^[~^]/, ''), isDev: item.dev === true })),
  );
}

/**
 * The platform that such a package's name ends with, as npm writes it.
 * @param {string} name
 */
export function platformOf(name) {
  const words = name.split('/').at(-1)?.split('-') ?? [];
  const os = words.find((word) => systems.includes(word)) ?? (words.includes('linuxmusl') ? 'linux' : undefined);
  const cpu = words.find((word) => processors.includes(word));
  const isMusl = words.some((word) => word.includes('musl'));
  const libc = isMusl ? 'musl' : words.some((word) => word.startsWith('gnu')) ? 'glibc' : undefined;
  return {
    ...(cpu === undefined ? {} : { cpu: [cpu] }),
    ...(os === 'linux' && libc !== undefined ? { libc: [libc] } : {}),
    ...(os === undefined ? {} : { os: [os] }),
  };
}
