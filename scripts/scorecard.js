// @ts-check
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build as bundle } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Scores the rendered full example; status 1 where a unit misses something and nobody wrote why. */
async function main() {
  const folder = await mkdtemp(join(tmpdir(), 'datamancy-scorecard-'));
  try {
    const outfile = join(folder, 'scorecard.cjs');
    await bundle({
      absWorkingDir: root,
      entryPoints: ['test/bench/scorecard.ts'],
      bundle: true,
      format: 'cjs',
      platform: 'node',
      outfile,
      logLevel: 'error',
    });
    const { scoreOfExample, printScores, unexplained } = (await import(pathToFileURL(outfile).href)).default;
    const { units, scores } = scoreOfExample(await readFile(join(root, 'examples/full/cluster.yaml'), 'utf8'));
    console.log(`examples/full, ${units} units\n\n${printScores(scores)}`);
    const open = unexplained(scores);
    if (open.length === 0) return;
    console.error(`${open.length} without a reason`);
    process.exitCode = 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

await main();
