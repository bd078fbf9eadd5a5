import { http } from '../service/index.ts';

/** What every sign-on server of ours has in common: gate and Authelia read one configuration and answer at one address. */
export const signOnServer = {
  category: 'identity',
  ports: { web: http(9091), metrics: http(9959) },
  provides: { 'sign-on': { port: 'web' } },
  route: { port: 'web', host: 'auth', access: { open: 'people sign in here, so they cannot be signed in yet' } },
  health: { port: 'web', path: '/api/health' },
  metrics: { port: 'metrics', path: '/metrics' },
} as const;
