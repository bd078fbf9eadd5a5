// @ts-check
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
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
    await measureExample(folder);
    const loads = await bundleLoads();
    await measureForwardAuth(loads);
    if (process.argv.includes('--no-engine')) return;
    await measureCluster(join(folder, 'cluster'), loads);
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

/**
 * The largest example. Its first build makes the secrets, and is not measured.
 * @param {string} folder
 */
async function measureExample(folder) {
  const outfile = join(folder, 'example.cjs');
  await bundle({
    absWorkingDir: root,
    entryPoints: ['test/bench/example.ts'],
    bundle: true,
    format: 'cjs',
    platform: 'node',
    outfile,
    logLevel: 'error',
  });
  const { examplePass } = (await import(pathToFileURL(outfile).href)).default;
  const declared = (await readFile(join(root, 'examples/full/cluster.yaml'), 'utf8')).concat('\nruntime: compose\nimages: upstream\n');
  for (let round = 0; round < 5; round++) examplePass(declared);
  const passes = Array.from({ length: 15 }, () => examplePass(declared));
  if (passes[0].problems > 0) throw new Error(`the full example has ${passes[0].problems} problems`);
  row(
    `examples/full, ${passes[0].services} units resolved, checked, rendered`,
    passes.map(({ ms }) => ms),
  );

  const cluster = join(folder, 'full');
  await mkdir(cluster);
  await writeFile(join(cluster, 'cluster.yaml'), declared);
  const build = () => execa(datamancy, ['build', '--cluster', cluster]);
  await build();
  row('build of examples/full, a process of its own', await rounds(7, () => timed(build)));
}

/** Bundles the programs that make load, and gives their folder: beside node_modules, so that what is not bundled is found. */
async function bundleLoads() {
  const outdir = join(root, 'node_modules/.cache/datamancy-bench');
  await bundle({
    absWorkingDir: root,
    entryPoints: ['test/bench/forward-auth.ts', 'test/bench/edge.ts', 'test/bench/load.ts', 'src/serve.ts'],
    entryNames: '[name]',
    bundle: true,
    splitting: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    outdir,
    logLevel: 'error',
  });
  return outdir;
}

/**
 * Gate on loopback with a real Valkey, its load on the same cores. `--soak <minutes>` goes on under load and looks at gate's memory.
 * @param {string} outdir
 */
async function measureForwardAuth(outdir) {
  const { startForwardAuthBench } = await import(pathToFileURL(join(outdir, 'forward-auth.js')).href);
  const bench = await startForwardAuthBench(outdir);
  if (!bench) {
    console.log('forward-auth: not measured, there is neither valkey-server nor redis-server here');
    return;
  }
  try {
    await bench.withSession(3);
    loadRows('forward-auth with a session', await rounds(5, () => bench.withSession(5)));
    loadRows('forward-auth without one', await rounds(5, () => bench.withoutSession(2)));
    const minutes = Number(process.argv[process.argv.indexOf('--soak') + 1]);
    if (process.argv.includes('--soak')) await soak(bench, minutes);
  } finally {
    await bench.close();
  }
}

/** @param {import('../test/bench/forward-auth.ts').ForwardAuthBench} bench @param {number} minutes */
async function soak(bench, minutes) {
  if (!(minutes > 0)) throw new Error('--soak wants a number of minutes');
  const seen = [];
  for (let count = 0; count < minutes * 6; count++) {
    await bench.withSession(10);
    seen.push((await bench.memory()) / 1e6);
  }
  const third = Math.ceil(seen.length / 3);
  spreadRow(`gate's memory, first third of ${minutes} min`, seen.slice(0, third), (mb) => `${mb.toFixed(1)} MB`);
  spreadRow("gate's memory, last third", seen.slice(-third), (mb) => `${mb.toFixed(1)} MB`);
}

/** @param {string} title @param {import('../test/bench/load.ts').LoadResult[]} results */
function loadRows(title, results) {
  const failures = results.reduce((sum, each) => sum + each.failures, 0);
  if (failures > 0) throw new Error(`${title}: ${failures} wrong answers`);
  spreadRow(
    `${title}, answers per second`,
    results.map(({ perSecond }) => perSecond),
    (value) => value.toFixed(0),
  );
  spreadRow(
    `${title}, p50`,
    results.map(({ p50 }) => p50),
    (value) => `${value.toFixed(1)} ms`,
  );
  spreadRow(
    `${title}, p99`,
    results.map(({ p99 }) => p99),
    (value) => `${value.toFixed(1)} ms`,
  );
}

/** @template T @param {number} count @param {() => Promise<T>} work @returns {Promise<T[]>} */
async function rounds(count, work) {
  const results = [];
  for (let round = 0; round < count; round++) results.push(await work());
  return results;
}

/** @param {string} folder @param {string} loads */
async function measureCluster(folder, loads) {
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
    await measureEdge(folder, loads);
  } finally {
    await execa(datamancy, ['down', '--volumes', '--cluster', folder], { reject: false });
  }
}

/**
 * Two equal apps through TLS and the edge, which asks the sign-on server about one of them. In turns, so that both see the same machine.
 * @param {string} folder @param {string} loads
 */
async function measureEdge(folder, loads) {
  const { startEdgeBench } = await import(pathToFileURL(join(loads, 'edge.js')).href);
  const run = async (/** @type {string[]} */ ...words) => (await execa(datamancy, [...words, '--cluster', folder])).stdout;
  const bench = await startEdgeBench({ folder, domain: 'datamancy.localhost', http: 18090, https: 18490, run }, loads);
  const guarded = [];
  const open = [];
  try {
    await bench.guarded(2);
    for (let round = 0; round < 5; round++) {
      open.push(await bench.open(4));
      guarded.push(await bench.guarded(4));
    }
  } finally {
    bench.close();
  }
  loadRows('through the edge, nobody is asked', open);
  loadRows('through the edge, with forward-auth', guarded);
  ratio(
    'with forward-auth / without',
    guarded.map(({ perSecond }, i) => perSecond / (open[i]?.perSecond ?? Number.NaN)),
  );
}

/** @param {() => Promise<unknown>} work */
async function timed(work) {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** @param {string} title @param {number[]} ms */
function row(title, ms) {
  spreadRow(title, ms, seconds);
}

/** @param {string} title @param {number[]} values */
function ratio(title, values) {
  spreadRow(title, values, (value) => value.toFixed(2));
}

/** @param {string} title @param {number[]} values @param {(value: number) => string} inWords */
function spreadRow(title, values, inWords) {
  const { least, median, most } = spread(values);
  console.log(`${title.padEnd(52)} median ${inWords(median)}  (${inWords(least)} to ${inWords(most)}, ${values.length} runs)`);
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
