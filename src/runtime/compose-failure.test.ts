import { expect, test } from 'vitest';
import { explainFailure } from './compose-failure.ts';

function failure(stderr: string, status = 1): unknown {
  const explained = explainFailure({ status, stdout: '', stderr });
  return explained.kind === 'final' ? explained.error.code : explained.kind === 'port-taken' ? explained.port : explained.kind;
}

test.each([
  [
    'driver failed programming external connectivity on endpoint x (4a32): Bind for 127.0.0.1:28123 failed: port is already allocated',
    28_123,
  ],
  ['Error starting userland proxy: listen tcp4 0.0.0.0:443: bind: address already in use', 443],
  ['Error starting userland proxy: listen tcp6 [::]:80: bind: address already in use', 80],
  ['failed to bind host port for 0.0.0.0:8443:172.18.0.2:8443/tcp: address already in use', 8443],
  ['failed to bind host port 0.0.0.0:8080/tcp: address already in use', 8080],
  ['cannot expose privileged port 80, you can add net.ipv4.ip_unprivileged_port_start=80 to /etc/sysctl.conf', 'E_ENGINE_FAILED'],
  [
    'failed to create network a_fixed-door-mailu: Error response from daemon: Pool overlaps with other one on this address space',
    'E_ENGINE_FAILED',
  ],
  ['write /var/lib/docker/tmp/x: no space left on device', 'E_DISK_FULL'],
  ['Error response from daemon: Conflict. The container name "/datamancy-a-x-1" is already in use by container "2f"', 'transient'],
  ['Error response from daemon: network datamancy-a_apps is ambiguous (2 matches found on name)', 'transient'],
  ['Container datamancy-a-x-1  Starting', 'transient'],
  [' Network datamancy-a_apps  Error', 'transient'],
  [' Network datamancy-a_apps  Error\ncontext canceled', 'transient'],
  ['Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?', 'unreachable'],
  ['Error response from daemon: No such image: datamancy/a/x:1', 'E_ENGINE_FAILED'],
  ["docker: 'compose' is not a docker command.", 'E_HOST_MISSING'],
])('%s', (stderr, wanted) => {
  expect(failure(` Container other  Running\n${stderr}\n`)).toBe(wanted);
});

test('a client that is not installed is missing on the host', () => {
  expect(failure('', 127)).toBe('E_HOST_MISSING');
});

test('the last words are the telling lines, without what a terminal would obey', () => {
  const explained = explainFailure({
    status: 1,
    stdout: '',
    stderr: ' Network a_apps  Creating\n\u001B[31minvalid mount config: /x\u001B[0m\n',
  });
  expect(explained.kind === 'final' ? explained.error.message : explained.kind).toBe('invalid mount config: /x');
});
