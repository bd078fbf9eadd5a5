import type { Rule } from './rule.ts';
import { about } from './rule.ts';

export const healthToolPresent: Rule = {
  id: 'health-tool-present',
  why: 'a check by a program that the image lacks fails for ever, while the service is well',
  from: 'healthchecks called programs that the images lack: 34 of 45 containers were unhealthy, and most of them well',
  check: ({ services }) =>
    services.flatMap(({ name, image, service: { health } }) => {
      const program = 'command' in health ? health.command[0] : (health.via ?? 'wget');
      const tools = image?.tools;
      return tools === undefined || program.includes('/') || tools.includes(program)
        ? []
        : [
            about(
              name,
              `its health check calls ${program}, which its image does not have`,
              `ask with one of ${tools.toSorted().join(', ')}`,
            ),
          ];
    }),
};
