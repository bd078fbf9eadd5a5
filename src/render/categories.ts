import type { Category } from '../service/index.ts';
import type { ResolvedService } from '../stack/stack.ts';

/** What people came for stands first, and what keeps it running last. */
const categoryTitles: Readonly<Record<Category, string>> = {
  apps: 'Apps',
  collaboration: 'Working together',
  communication: 'Communication',
  media: 'Media',
  ai: 'AI',
  docs: 'Documentation',
  automation: 'Automation',
  tools: 'Tools',
  identity: 'Sign-in and people',
  monitoring: 'Monitoring',
  backup: 'Backup',
  management: 'Management',
  data: 'Data',
  chain: 'Chains',
  edge: 'Edge',
};

export interface CategoryOfServices {
  readonly title: string;
  /** Its colour, in degrees; far from those of its neighbours. */
  readonly hue: number;
  readonly services: readonly ResolvedService[];
}

/** The services of each category that has any, in the order of their titles. */
export function byCategory(services: readonly ResolvedService[]): readonly CategoryOfServices[] {
  return Object.entries(categoryTitles).flatMap(([category, title], i) => {
    const own = services.filter(({ service }) => service.category === category);
    return own.length === 0 ? [] : [{ title, hue: (i * 137) % 360, services: own.toSorted(byTitle) }];
  });
}

function byTitle({ service: a }: ResolvedService, { service: b }: ResolvedService): number {
  const [one, other] = [a.title.toLowerCase(), b.title.toLowerCase()];
  return one < other ? -1 : one > other ? 1 : 0;
}
