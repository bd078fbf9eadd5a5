import type { Rule } from './rule.ts';
import { about } from './rule.ts';

export const healthPathAnswers: Rule = {
  id: 'health-path-answers',
  why: 'a check of a page that asks for a login fails for ever, while the service is well',
  from: 'a healthcheck asked a path that wants a login, and got 401',
  check: ({ services }) =>
    services.flatMap(({ name, service: { health, smoke, route } }) => {
      if (!smoke || !('path' in smoke) || !('port' in health) || !('path' in health)) return [];
      const isSame = smoke.path === health.path && (smoke.port ?? route?.port ?? health.port) === health.port;
      const status = smoke.expect.status ?? 200;
      return isSame && status >= 400
        ? [
            about(
              name,
              `its health check asks ${health.path}, which answers ${status} by its own smoke test`,
              'ask a path that answers everybody, or its port alone',
            ),
          ]
        : [];
    }),
};
