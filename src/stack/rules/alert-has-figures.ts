import type { Rule } from './rule.ts';
import { about } from './rule.ts';

export const alertHasFigures: Rule = {
  id: 'alert-has-figures',
  why: 'an alert about figures that nobody collects never rings',
  check: ({ services }) => {
    const measured = new Set(services.filter(({ service }) => service.metrics).map(({ family }) => family));
    return services
      .filter(({ name, service }) => (service.alerts ?? []).length > 0 && !measured.has(name))
      .map(({ name, service }) =>
        about(
          name,
          `it has the alert ${service.alerts?.[0]?.name ?? ''} and no metrics`,
          'say under metrics where its figures are, or drop the alert',
        ),
      );
  },
};
