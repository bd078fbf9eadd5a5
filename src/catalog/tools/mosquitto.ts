import { secret } from '../../contracts/index.ts';
import { defineService, file, lines, tcp, volume } from '../../service/index.ts';

/** The clear text lives in memory only, for as long as it takes to hash it. Health checks sign in as any client does. */
const start = lines(
  'set -eu',
  'umask 0077',
  'printf "home:%s\\n" "$(cat "$MQTT_PASSWORD_FILE")" > /tmp/accounts',
  'mosquitto_passwd -U /tmp/accounts',
  'printf -- "-u home\\n-P %s\\n" "$(cat "$MQTT_PASSWORD_FILE")" > "$XDG_CONFIG_HOME/mosquitto_sub"',
  'exec mosquitto -c "$MQTT_SETTINGS"',
);

/** Devices at home sign in as `home`; `datamancy secrets show mosquitto.password` prints the password. Few of them can do TLS. */
export const mosquitto = defineService('mosquitto', {
  title: 'Mosquitto',
  summary: 'MQTT broker: sensors and switches tell it, and whoever wants to know listens.',
  docs: 'https://mosquitto.org/man/mosquitto-conf-5.html',
  licence: 'EPL-2.0 OR BSD-3-Clause',
  category: 'tools',
  image: 'eclipse-mosquitto:2.1.2-alpine',
  debian: 'mosquitto',
  user: '1883:1883',

  ports: { mqtt: tcp(1883) },
  publish: ['mqtt'],
  provides: { mqtt: { port: 'mqtt' } },
  volumes: { data: volume('/mosquitto/data', { role: 'data', backup: 'daily' }) },
  needs: { password: secret({ kind: 'password' }) },

  health: { command: ['mosquitto_sub', '-t', '$SYS/broker/uptime', '-C', '1', '-W', '4'] },
  smoke: { command: ['mosquitto_sub', '-t', '$SYS/broker/version', '-C', '1', '-W', '15'], expect: 'mosquitto version' },
  limits: { memory: '64MiB', cpus: 0.5 },
  logs: [
    {
      pattern: 'not authori[sz]ed',
      means: 'A device signs in with the wrong name or password: it is `home` and the password of this service.',
    },
    {
      pattern: 'Error saving in-memory database',
      means: 'Retained messages cannot be kept: the disk is full, or the volume belongs to another user.',
    },
  ],

  env: ({ password, here }) => ({
    MQTT_PASSWORD_FILE: file(password),
    MQTT_SETTINGS: here.file.settings,
    XDG_CONFIG_HOME: '/tmp',
  }),
  command: ({ here }) => ['sh', here.file.start],
  files: {
    start: { path: '/mosquitto/config/start.sh', content: () => start },
    settings: {
      path: '/mosquitto/config/mosquitto.conf',
      content: ({ here }) =>
        lines(
          `listener ${here.listen.mqtt.port} ${here.listen.mqtt.address}`,
          'allow_anonymous false',
          'password_file /tmp/accounts',
          'persistence true',
          `persistence_location ${here.volume.data}/`,
          'autosave_interval 300',
          'log_dest stdout',
          'log_type error',
          'log_type warning',
          'log_type notice',
          'connection_messages false',
        ),
    },
  },
});
