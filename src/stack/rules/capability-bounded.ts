import type { Rule } from './rule.ts';
import { about } from './rule.ts';

/** Each of these is as good as root on the machine (https://man7.org/linux/man-pages/man7/capabilities.7.html). */
const unbounded: readonly string[] = ['ALL', 'BPF', 'MAC_ADMIN', 'MAC_OVERRIDE', 'SYS_ADMIN', 'SYS_BOOT', 'SYS_MODULE', 'SYS_RAWIO'];

export const capabilityBounded: Rule = {
  id: 'capability-bounded',
  why: 'with such a capability a container is no boundary any more',
  check: ({ services }) =>
    services.flatMap(({ name, service }) =>
      Object.keys(service.allow?.capabilities ?? {})
        .filter((capability) => unbounded.includes(capability))
        .map((capability) =>
          about(
            name,
            `it is allowed ${capability}, which makes it master of the machine`,
            'find the narrower capability that the work needs',
          ),
        ),
    ),
};
