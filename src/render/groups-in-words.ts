import { tiers } from '../contracts/index.ts';

/** Groups for a person to read, as in `operator and above`: of the tiers only the lowest is named, because it stands for those above. */
export function groupsInWords(groups: readonly string[], show: (group: string) => string = (group) => group): string {
  const lowest = tiers.find((tier) => groups.includes(tier));
  const others = groups.filter((group) => !tiers.some((tier) => tier === group)).map(show);
  return [...(lowest === undefined ? [] : [`${show(lowest)}${lowest === tiers.at(-1) ? '' : ' and above'}`]), ...others].join(', ');
}
