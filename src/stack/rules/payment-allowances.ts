import type { Payments } from '../../contracts/index.ts';

/** What a policy allows of one token. */
interface PlacedAllowance {
  readonly policy: Payments['policies'][number];
  readonly allowance: Payments['policies'][number]['allow'][number];
  /** Keys below `payments`. */
  readonly below: readonly string[];
}

/** What all policies allow, in their order. */
export function allowancesOf({ policies }: Payments): readonly PlacedAllowance[] {
  return policies.flatMap((policy, i) =>
    policy.allow.map((allowance, j) => ({ policy, allowance, below: ['policies', String(i), 'allow', String(j)] })),
  );
}

/** Each item that has the key of one before it, with its place. */
export function repeated<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
): readonly { readonly item: Item; readonly index: number }[] {
  const seen = new Set<string>();
  return items.flatMap((item, index) => {
    const key = keyOf(item);
    if (seen.has(key)) return [{ item, index }];
    seen.add(key);
    return [];
  });
}
