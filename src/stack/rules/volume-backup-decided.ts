import type { Rule } from './rule.ts';
import { about } from './rule.ts';

const schedules: readonly unknown[] = ['hourly', 'daily', 'weekly'];

export const volumeBackupDecided: Rule = {
  id: 'volume-backup-decided',
  why: 'a volume that nobody decided about is the one that is missing after the fire',
  check: ({ services }) =>
    services.flatMap(({ name, service }) =>
      Object.entries(service.volumes ?? {})
        .filter(([, { backup }]) => !(schedules.includes(backup) || (typeof backup === 'object' && backup.skip.trim() !== '')))
        .map(([volume]) =>
          about(name, `nobody decided how its volume ${volume} is backed up`, 'say hourly, daily, weekly, or { skip: the reason }'),
        ),
    ),
};
