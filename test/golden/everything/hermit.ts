import { defineService } from '../../../src/service/index.ts';

/** A service that nobody reaches, with every exception from the hardening that needs a reason. */
export const hermit = defineService('hermit', {
  title: 'Hermit',
  summary: 'Made up for the golden files',
  docs: 'https://example.org/',
  licence: 'Apache-2.0',
  user: '1000:1000',
  category: 'tools',
  image: 'example/hermit:1.0.0',
  allow: { ownInit: 'its first process starts the others' },
  tmpfs: [{ path: '/run', size: '16MiB', exec: 'its first process makes programs there' }, { path: '/tmp', size: '1GiB' }],
  hostPaths: [
    { path: '/sys', target: '/host/sys', reason: 'it counts what the machine does' },
    { path: '/srv/films', reason: 'it watches them', writable: 'it cuts them' },
  ],
  ports: {},
  health: { command: ['true'] },
  limits: { memory: '64MiB', cpus: 0.25 },
});
