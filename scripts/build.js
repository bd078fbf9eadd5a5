// @ts-check
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const chunkKeptMs = 3_600_000;

/** Optional native parts of dockerode's ssh, and programs that are loaded from node_modules where they are used. */
const external = ['esbuild', 'playwright-core', 'cpu-features', '*.node'];

/** CommonJS packages in an ESM bundle ask for these. */
const banner = [
  "import { createRequire as bundleRequire } from 'node:module';",
  "import { dirname as bundleDirname } from 'node:path';",
  "import { fileURLToPath as bundlePath } from 'node:url';",
  'const require = bundleRequire(import.meta.url), __filename = bundlePath(import.meta.url), __dirname = bundleDirname(__filename);',
].join('\n');

/**
 * Bundles src into dist: main.js and service-api.js, which share chunks and so share one copy of every module; and serve.js, which
 * stands alone in the core image, with the compiled part of libsql for this machine and the driver of Chromium beside it. The same source
 * gives the same bytes. Each file is written beside its place and renamed, the ones that others import first, so that a program started
 * meanwhile finds the old bundle or the new one.
 * @param {string} root
 * @returns {Promise<{ ms: number, files: number, bytes: number }>}
 */
export async function build(root) {
  const began = performance.now();
  const { build: bundle } = await import('esbuild');
  const out = join(root, 'dist');
  /** @type {import('esbuild').BuildOptions & { write: false }} */
  const options = {
    absWorkingDir: root,
    outdir: out,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    legalComments: 'none',
    logLevel: 'silent',
    banner: { js: banner },
    external,
    write: false,
  };
  const [shared, alone] = await Promise.all([
    bundle({ ...options, entryPoints: ['src/main.ts', 'src/service-api.ts'], splitting: true, chunkNames: 'chunks/[name]-[hash]' }),
    bundle({ ...options, entryPoints: ['src/serve.ts', 'src/supervise.ts'] }),
  ]);
  const files = [...shared.outputFiles, ...alone.outputFiles];
  const chunks = files.filter((file) => dirname(file.path) !== out);
  const entries = files.filter((file) => dirname(file.path) === out);
  await mkdir(join(out, 'chunks'), { recursive: true });
  await writeFile(join(out, 'package.json'), '{ "type": "module" }\n');
  for (const file of [...chunks, ...entries]) await put(file.path, file.contents);
  await dropOldChunks(join(out, 'chunks'), new Set(chunks.map((file) => file.path)));
  await placeNative(root, out);
  await placeDriver(root, out, options);
  return {
    ms: Math.round(performance.now() - began),
    files: files.length,
    bytes: files.reduce((sum, file) => sum + file.contents.length, 0),
  };
}

/** @param {string} path @param {string | Uint8Array} contents */
async function put(path, contents) {
  const beside = `${path}.${process.pid}.new`;
  await writeFile(beside, contents);
  await rename(beside, path);
}

/**
 * Puts libsql's compiled part for this machine beside serve.js, which cannot hold it and asks node_modules for it. What a running program
 * has loaded is never written into.
 * @param {string} root @param {string} out
 */
async function placeNative(root, out) {
  const name = `node_modules/@libsql/linux-${process.arch}-gnu`;
  await mkdir(join(out, name), { recursive: true });
  for (const file of ['index.node', 'package.json']) {
    const [from, to] = [join(root, name, file), join(out, name, file)];
    const [wanted, found] = [await stat(from), await stat(to).catch(() => undefined)];
    if (found?.size === wanted.size && found.mtimeMs >= wanted.mtimeMs) continue;
    await put(to, await readFile(from));
  }
}

/**
 * Puts playwright-core beside serve.js as one module: in serve.js every daemon would read its four megabytes, and of the package only a
 * quarter is needed.
 * @param {string} root @param {string} out @param {import('esbuild').BuildOptions & { write: false }} options
 */
async function placeDriver(root, out, options) {
  const name = 'node_modules/playwright-core';
  const from = join(root, name);
  const { build: bundle } = await import('esbuild');
  const { outputFiles } = await bundle({
    ...options,
    entryPoints: [{ in: join(from, 'index.mjs'), out: 'index' }],
    external: [],
    minify: true,
  });
  const { version, license } = JSON.parse(await readFile(join(from, 'package.json'), 'utf8'));
  const described = { name: 'playwright-core', version, license, type: 'module', exports: './lib/index.js' };
  await mkdir(join(out, name, 'lib'), { recursive: true });
  await put(join(out, name, 'package.json'), `${JSON.stringify(described)}\n`);
  // Its licence wants the other three wherever the program goes.
  for (const file of ['browsers.json', 'LICENSE', 'NOTICE', 'ThirdPartyNotices.txt']) {
    await put(join(out, name, file), await readFile(join(from, file)));
  }
  const [driver] = outputFiles;
  if (!driver || outputFiles.length !== 1) throw new Error(`playwright-core became ${outputFiles.length} files, and not one`);
  await put(join(out, name, 'lib/index.js'), driver.contents);
}

/**
 * A program that runs still may load a chunk of the build before, so those stay for an hour.
 * @param {string} folder @param {ReadonlySet<string>} current
 */
async function dropOldChunks(folder, current) {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    if (current.has(path)) continue;
    const found = await stat(path).catch(() => undefined);
    if (found !== undefined && Date.now() - found.mtimeMs > chunkKeptMs) await rm(path, { force: true });
  }
}

/**
 * esbuild's own account of what is wrong in the source, with file and line.
 * @param {unknown} cause
 */
export function buildErrors(cause) {
  const errors = cause instanceof Error && 'errors' in cause && Array.isArray(cause.errors) ? cause.errors : [];
  if (errors.length === 0) return cause instanceof Error ? cause.message : String(cause);
  return errors
    .map(({ location, text }) => `${location ? `${location.file}:${location.line}:${location.column}: ` : ''}${text}`)
    .join('\n');
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    const { ms, files, bytes } = await build(fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, ''));
    console.log(`dist: ${files} files, ${(bytes / 1e6).toFixed(1)} MB, ${ms} ms`);
  } catch (cause) {
    console.error(`dist was not built:\n${buildErrors(cause)}`);
    process.exitCode = 1;
  }
}
