import { defineService, tcp, volume } from '../../service/index.ts';

/** Says `describe` as Home Assistant does, and waits for the first words of the answer. */
const describes = [
  'import socket',
  "s = socket.create_connection(('127.0.0.1', 10200), 3)",
  's.sendall(b\'{"type": "describe"}\\n\')',
  'assert b\'"info"\' in s.recv(4096)',
].join('\n');

/** Home Assistant finds it when one adds the Wyoming integration there with this unit's name and port. */
export const piper = defineService('piper', {
  title: 'Piper',
  summary: 'Reads text aloud, for Home Assistant and whatever else speaks the Wyoming protocol.',
  docs: 'https://github.com/rhasspy/wyoming-piper',
  licence: 'MIT AND GPL-3.0-or-later',
  category: 'ai',
  image: 'rhasspy/wyoming-piper:2.3.1',
  user: '1000:1000',

  ports: { wyoming: tcp(10200) },
  provides: { speech: { port: 'wyoming' } },
  volumes: { voices: volume('/data', { role: 'cache', backup: { skip: 'voices are downloaded again from Hugging Face' } }) },

  // A first start downloads the voice.
  health: { command: ['/usr/src/.venv/bin/python3', '-c', describes], startSeconds: 300 },
  limits: { memory: '1GiB', cpus: 2 },
  logs: [
    {
      pattern: 'URLError|Unexpected error while downloading files',
      means: 'the voice could not be downloaded: look at the way out of this machine',
    },
  ],

  command: () => ['--voice', 'en_US-lessac-medium'],
});
