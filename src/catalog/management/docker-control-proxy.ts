import { defineService } from '../../service/index.ts';
import { doorTo, engineDoor } from './docker-socket-proxy.ts';

/**
 * Whoever reaches its port is root on this machine: no filter can change that, because who may start containers may mount every disk.
 * It forwards bytes as they are, since HAProxy's HTTP mode breaks `exec` and `attach`.
 */
export const dockerControlProxy = defineService('docker-control-proxy', {
  ...engineDoor,
  title: 'Docker control proxy',
  summary: "The whole of the engine's socket, for services that start and change containers.",

  provides: { 'engine-control': { port: 'engine' } },
  command: ({ here }) => ['haproxy', '-f', here.file.settings],
  files: {
    settings: {
      path: '/usr/local/etc/haproxy/door.cfg',
      content: ({ here: { listen } }) => doorTo('tcp', `${listen.engine.address}:${listen.engine.port}`, []),
    },
  },
});
