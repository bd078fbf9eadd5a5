// @ts-check
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build as bundle } from 'esbuild';
import { execa } from 'execa';

const root = fileURLToPath(new URL('..', import.meta.url));
const datamancy = join(root, 'bin/datamancy');

/** Times what a person waits for. Medians of several rounds, and ratios taken within one round, because machines are noisy. */
async function main() {
  const folder = await mkdtemp(join(tmpdir(), 'datamancy-bench-'));
  try {
    await measureSynthetic(folder);
    if (process.argv.includes('--no-engine')) return;
    await measureCluster(join(folder, 'cluster'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** @param {string} folder */
async function measureSynthetic(folder) {
  const outfile = join(folder, 'synthetic.cjs');
  await bundle({
    absWorkingDir: root,
    entryPoints: ['test/bench/synthetic.ts'],
    bundle: true,
    format: 'cjs',
    platform: 'node',
    outfile,
    logLevel: 'error',
  });
  const { pass } = (await import(pathToFileURL(outfile).href)).default;
  pass(200);
  const rounds = Array.from({ length: 5 }, () => [500, 1000, 2000].map((count) => pass(count)));
  const problems = rounds.flat().reduce((sum, each) => sum + each.problems, 0);
  if (problems > 0) throw new Error(`the synthetic stack has ${problems} problems`);
  for (const i of [0, 1, 2])
    row(
      `${rounds[0]?.[i]?.services} services resolved, checked, rendered`,
      rounds.map((round) => round[i].ms),
    );
  ratio(
    'time(1000) / time(500)',
    rounds.map((round) => round[1].ms / round[0].ms),
  );
}

/** @param {string} folder */
async function measureCluster(folder) {
  await execa(datamancy, ['init', '--cluster', folder]);
  const file = join(folder, 'cluster.yaml');
  const declared = (await readFile(file, 'utf8')).replace(/^name: .*$/m, 'name: bench').concat('\nports: { http: 18090, https: 18490 }\n');
  await writeFile(file, declared);
  const run = async (/** @type {string[]} */ ...words) => timed(() => execa(datamancy, [...words, '--cluster', folder]));
  try {
    row('up, images may have to be built, no volume there', [await run('up')]);
    row('up with nothing to do', [await run('up'), await run('up'), await run('up')]);
    row('build of the starter, a process of its own', [
      await run('build'),
      await run('build'),
      await run('build'),
      await run('build'),
      await run('build'),
    ]);

    const ours = [];
    const plain = [];
    for (let round = 0; round < 3; round++) {
      await run('down');
      ours.push(await run('up'));
      const release = join(
        folder,
        '.datamancy/releases',
        (await readFile(join(folder, '.datamancy/releases/current'), 'utf8')).trim(),
        'compose.yaml',
      );
      await run('down');
      plain.push(await timed(() => execa('docker', ['compose', '--file', release, 'up', '--detach', '--wait'])));
    }
    row('up, warm images, everything down', ours);
    row('docker compose up --wait on the same file', plain);
    ratio(
      'ours / plain',
      ours.map((ms, i) => ms / (plain[i] ?? Number.NaN)),
    );
  } finally {
    await execa(datamancy, ['down', '--volumes', '--cluster', folder], { reject: false });
  }
}

/** @param {() => Promise<unknown>} work */
async function timed(work) {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** @param {string} title @param {number[]} ms */
function row(title, ms) {
  const { least, median, most } = spread(ms);
  console.log(`${title.padEnd(52)} median ${seconds(median)}  (${seconds(least)} to ${seconds(most)}, ${ms.length} runs)`);
}

/** @param {string} title @param {number[]} values */
function ratio(title, values) {
  const { least, median, most } = spread(values);
  console.log(`${title.padEnd(52)} median ${median.toFixed(2)}  (${least.toFixed(2)} to ${most.toFixed(2)})`);
}

/** @param {number[]} values */
function spread(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return { least: sorted[0] ?? 0, median: sorted[Math.floor(sorted.length / 2)] ?? 0, most: sorted.at(-1) ?? 0 };
}

/** @param {number} ms */
function seconds(ms) {
  return `${(ms / 1000).toFixed(ms < 1000 ? 3 : 1)} s`;
}

await main();
