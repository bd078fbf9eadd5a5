import axe from 'axe-core';
import * as z from 'zod';
import type { Visitor } from './visitor.ts';

const resultSchema = z.object({
  passes: z.array(z.unknown()),
  violations: z.array(z.object({ id: z.string(), help: z.string(), nodes: z.array(z.object({ target: z.array(z.unknown()) })) })),
});

/** What keeps people with a handicap from using the page that is open, by the rules of WCAG 2.2 and the usual practice. https://github.com/dequelabs/axe-core */
export async function barriersOn({ page }: Visitor): Promise<readonly string[]> {
  await page.waitForLoadState();
  await page.evaluate(axe.source);
  const { passes, violations } = resultSchema.parse(await page.evaluate('axe.run(document)'));
  if (passes.length < 5) throw new Error(`only ${passes.length} rules had something to look at on ${page.url()}`);
  return violations.flatMap(({ id, help, nodes }) => nodes.map(({ target }) => `${id} at ${target.join(' ')}: ${help}`));
}
