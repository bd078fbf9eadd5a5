import { nearest } from '../nearest.ts';
import type { Rule } from './rule.ts';
import { about } from './rule.ts';

/** https://man7.org/linux/man-pages/man7/capabilities.7.html */
const capabilities = (
  'AUDIT_CONTROL AUDIT_READ AUDIT_WRITE BLOCK_SUSPEND BPF CHECKPOINT_RESTORE CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID IPC_LOCK ' +
  'IPC_OWNER KILL LEASE LINUX_IMMUTABLE MAC_ADMIN MAC_OVERRIDE MKNOD NET_ADMIN NET_BIND_SERVICE NET_BROADCAST NET_RAW PERFMON SETFCAP ' +
  'SETGID SETPCAP SETUID SYS_ADMIN SYS_BOOT SYS_CHROOT SYS_MODULE SYS_NICE SYS_PACCT SYS_PTRACE SYS_RAWIO SYS_RESOURCE SYS_TIME ' +
  'SYS_TTY_CONFIG SYSLOG WAKE_ALARM'
).split(' ');

export const capabilityKnown: Rule = {
  id: 'capability-known',
  why: 'the engine refuses a capability it does not know, and one without a reason is never taken away again',
  check: ({ services }) =>
    services.flatMap(({ name, service }) =>
      Object.entries(service.allow?.capabilities ?? {}).flatMap(([capability, reason]) => {
        if (!capabilities.includes(capability)) {
          const meant = nearest(capability.replace(/^CAP_/i, '').toUpperCase(), capabilities);
          const fix = meant === undefined ? 'use a name of capabilities(7), without CAP_' : `write ${meant}`;
          return [about(name, `it is allowed ${JSON.stringify(capability)}, which is no capability`, fix)];
        }
        return reason.trim() === ''
          ? [about(name, `it is allowed ${capability} without a reason`, 'say what it needs the capability for')]
          : [];
      }),
    ),
};
