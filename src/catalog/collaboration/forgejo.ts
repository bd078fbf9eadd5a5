import { oidc, postgres, secret, smtp } from '../../contracts/index.ts';
import { defineService, file, http, lines, optional, tcp, text, volume } from '../../service/index.ts';

/** Name of the sign-on server inside Forgejo; a part of the address to which it sends people back. */
const source = 'sso';

/**
 * Forgejo takes the client's secret as an argument alone, so for as long as the command runs it is in a process list, where only those
 * see it who could read the secret's file too.
 */
const signOnSource = [
  'set -eu',
  'secret=$(cat)',
  `id=$(forgejo admin auth list | awk '$2 == "${source}" { print $1 }')`,
  `set -- --name ${source} --provider openidConnect --key "$0" --secret "$secret" --auto-discover-url "$1" --skip-local-2fa \\`,
  '  --scopes openid --scopes profile --scopes email --scopes groups --group-claim-name groups --admin-group admin',
  'if [ -n "$id" ]; then forgejo admin auth update-oauth --id "$id" "$@"; else forgejo admin auth add-oauth "$@"; fi',
].join('\n');

/** A runner is known by the first 16 characters of its token, written as a UUID. */
const runner = lines(
  'set -eu',
  'token=$(cat "$TOKEN_FILE")',
  'id=$(printf %.16s "$token" | od -An -tx1 | tr -d " \\n" | sed -E "s/^(.{8})(.{4})(.{4})(.{4})/\\1-\\2-\\3-\\4-/")',
  'umask 077',
  'mkdir -p "$TMPDIR"',
  'cat >/tmp/runner.yaml <<END',
  'log: { level: warn, job_level: info }',
  'runner: { capacity: 1, timeout: 1h, shutdown_timeout: 1m, labels: ["self-hosted:host", "alpine:host"] }',
  'cache: { enabled: false }',
  'host: { workdir_parent: "$HOME/work" }',
  'server: { connections: { forgejo: { url: "$INSTANCE_URL", uuid: "$id", token: "$token" } } }',
  'END',
  // It ends at once where Forgejo does not know it yet, and asked to end it lets a job finish.
  'stop() { kill "$child"; wait "$child" || true; exit 0; }',
  'trap stop TERM INT',
  'while :; do',
  '  rm -f /tmp/waiting',
  '  forgejo-runner daemon --config /tmp/runner.yaml & child=$!',
  '  wait "$child" && exit 0',
  '  touch /tmp/waiting',
  '  sleep 20 & child=$!',
  '  wait "$child"',
  'done',
);

/**
 * The runner is registered for one owner's repositories: the cluster's administrator's, or who is named in RUNNER_SCOPE, because whoever
 * may push a workflow runs programs in it. It waits for that account, which is made when the person first signs in.
 */
const register = [
  'set -eu',
  'scope=${RUNNER_SCOPE:-$0}',
  'if [ -z "${RUNNER_SCOPE:-}" ] && ! forgejo admin user list | awk -v name="$0" \'tolower($2) == tolower(name) { found = 1 } END { exit !found }\'; then',
  '  echo "the runner waits until $0 has signed in"',
  '  exit 0',
  'fi',
  'exec forgejo forgejo-cli actions register --secret-stdin=true --name "$1" --labels self-hosted,alpine --scope "$scope"',
].join('\n');

/**
 * Jobs run in the runner's own unit, as the runner's own user: an engine for them would be one more way to become root on this machine,
 * and without one nothing keeps a job from what the runner has, which is its registration. A job that wants an image of its own, or
 * Node for actions in JavaScript, needs a runner on another machine.
 */
export const forgejo = defineService('forgejo', {
  title: 'Forgejo',
  summary: 'Git repositories with issues, reviews, packages and jobs of their own.',
  caution:
    'Let only people whom you trust with the runner push workflows to the repositories that it serves: those of the administrator, or of the user, organisation or repository (`team` or `team/site`) in the variable `RUNNER_SCOPE`. Jobs run in its unit under its own user. They can read the token it is registered with and pose as it, see what other jobs leave there, reach what is on its networks, and the internet. It has a shell and git and no Node, so `actions/checkout` and other actions in JavaScript fail: clone with git.',
  docs: 'https://forgejo.org/docs/latest/admin/config-cheat-sheet/',
  licence: 'GPL-3.0-or-later',
  category: 'collaboration',
  image: 'codeberg.org/forgejo/forgejo:16.0.3-rootless',
  user: '1000:1000',

  ports: { web: http(3000), ssh: tcp(2222) },
  publish: ['ssh'],
  volumes: {
    data: volume('/var/lib/gitea', { role: 'data', backup: 'hourly', size: '3GiB' }),
    config: volume('/etc/gitea', { role: 'config', backup: 'daily' }),
    temp: volume('/var/lib/forgejo-temp', {
      role: 'cache',
      backup: { skip: 'what is uploaded or edited, until that is done' },
      size: '1GiB',
    }),
    jobs: volume('/data', { role: 'cache', backup: { skip: 'what jobs work on, and leave' }, size: '2GiB', only: 'runner' }),
  },
  needs: {
    db: postgres(),
    signIn: oidc({ callback: `/user/oauth2/${source}/callback` }),
    mail: optional(smtp()),
    key: secret({ kind: 'hex', bytes: 32 }, { keeps: 'data' }),
    runnerToken: secret({ kind: 'hex', bytes: 20 }),
  },

  route: {
    port: 'web',
    host: 'git',
    access: { login: 'signIn', groups: ['viewer'], start: `/user/oauth2/${source}` },
    roles: { admin: ['admin'], user: ['viewer'] },
  },
  health: { port: 'web', path: '/api/healthz', startSeconds: 120 },
  smoke: { path: '/user/login', expect: { text: `/user/oauth2/${source}` } },
  limits: { memory: '1GiB', cpus: 2 },
  stopSeconds: 60,
  metrics: { port: 'web', path: '/metrics' },
  alerts: [
    {
      name: 'GitServerOutOfFiles',
      expr: 'process_open_fds{service="forgejo"} > 0.8 * process_max_fds{service="forgejo"}',
      for: '10m',
      severity: 'warning',
      summary: 'Forgejo has nearly as many files open as it may, and will refuse connections.',
    },
  ],
  dashboard: [
    { title: 'Repositories', expr: 'gitea_repositories', unit: 'short' },
    { title: 'People', expr: 'gitea_users', unit: 'short' },
    { title: 'Open issues', expr: 'gitea_issues_open', unit: 'short' },
    { title: 'Comments', expr: 'gitea_comments', unit: 'short' },
  ],
  logs: [
    {
      pattern: 'Unable to register source',
      means: 'The sign-on server did not answer when Forgejo started: restart Forgejo once it does.',
    },
    {
      pattern: 'Failed to connect to database|ORM engine initialization attempt',
      means: 'PostgreSQL does not answer yet; Forgejo tries again ten times.',
    },
    {
      pattern: 'unauthenticated: unregistered runner',
      means: 'The runner is not registered yet: let the administrator sign in to Forgejo once, then run `datamancy up`.',
    },
  ],

  // Its start takes each of these for a line of a shell, so no value has a space in it.
  env: ({ db, signIn, mail, key, url, here }) => ({
    FORGEJO__server__PROTOCOL: 'http',
    FORGEJO__server__HTTP_ADDR: here.listen.web.address,
    FORGEJO__server__HTTP_PORT: here.listen.web.port,
    FORGEJO__server__DOMAIN: new URL(url).hostname,
    FORGEJO__server__ROOT_URL: `${url}/`,
    FORGEJO__server__START_SSH_SERVER: true,
    FORGEJO__server__SSH_DOMAIN: new URL(url).hostname,
    FORGEJO__server__SSH_PORT: here.listen.ssh.port,
    FORGEJO__server__SSH_LISTEN_PORT: here.listen.ssh.port,
    FORGEJO__database__DB_TYPE: 'postgres',
    FORGEJO__database__HOST: db.address,
    FORGEJO__database__NAME: db.name,
    FORGEJO__database__USER: db.user,
    FORGEJO__database__PASSWD__FILE: file(db.password),
    // Its first start wrote /tmp into app.ini, where 64 MiB are.
    GITEA_TEMP: here.volume.temp,
    TMPDIR: here.volume.temp,
    FORGEJO__repository_0X2E_local__LOCAL_COPY_PATH: `${here.volume.temp}/local-repo`,
    FORGEJO__repository_0X2E_upload__TEMP_PATH: `${here.volume.temp}/uploads`,
    FORGEJO__security__INSTALL_LOCK: true,
    FORGEJO__security__SECRET_KEY__FILE: file(key),
    FORGEJO__service__ALLOW_ONLY_EXTERNAL_REGISTRATION: true,
    FORGEJO__service__ENABLE_INTERNAL_SIGNIN: false,
    FORGEJO__service__REQUIRE_SIGNIN_VIEW: true,
    FORGEJO__oauth2_client__ENABLE_AUTO_REGISTRATION: true,
    FORGEJO__oauth2_client__USERNAME: 'nickname',
    FORGEJO__openid__ENABLE_OPENID_SIGNIN: false,
    FORGEJO__openid__ENABLE_OPENID_SIGNUP: false,
    FORGEJO__session__PROVIDER: 'db',
    FORGEJO__session__COOKIE_SECURE: true,
    FORGEJO__actions__ENABLED: true,
    FORGEJO__metrics__ENABLED: true,
    FORGEJO__log__LEVEL: 'Warn',
    FORGEJO__cron_0X2E_update_checker__ENABLED: false,
    SSL_CERT_FILE: file(signIn.authority),
    ...(mail
      ? {
          FORGEJO__mailer__ENABLED: true,
          FORGEJO__mailer__PROTOCOL: mail.tls === 'implicit' ? 'smtps' : 'smtp+starttls',
          FORGEJO__mailer__SMTP_ADDR: mail.host,
          FORGEJO__mailer__SMTP_PORT: mail.port,
          FORGEJO__mailer__USER: mail.user,
          FORGEJO__mailer__PASSWD__FILE: file(mail.password),
          FORGEJO__mailer__FROM: mail.from,
        }
      : {}),
  }),
  setup: ({ signIn, runnerToken, cluster }) => [
    {
      title: 'the sign-on server',
      argv: ['sh', '-c', signOnSource, signIn.clientId, signIn.discoveryUrl],
      input: text`${signIn.clientSecret}`,
    },
    {
      title: 'the runner',
      argv: ['sh', '-c', register, cluster.admin.name, cluster.name],
      input: text`${runnerToken}`,
    },
  ],
  workers: {
    runner: {
      title: 'jobs',
      image: 'code.forgejo.org/forgejo/runner:12.13.1',
      // Neither the repositories nor what Forgejo itself is given: jobs see all that the runner does, and that is its own token.
      shares: ['files'],
      health: { command: ['sh', '-c', 'pgrep -f "[f]orgejo-runner daemon" >/dev/null || test -e /tmp/waiting'] },
      limits: { memory: '1GiB', cpus: 2, pids: 512 },
      stopSeconds: 70,
      env: ({ runnerToken, here }) => ({
        HOME: here.volume.jobs,
        TMPDIR: `${here.volume.jobs}/tmp`,
        TOKEN_FILE: file(runnerToken),
        INSTANCE_URL: `http://${here.reach('web').host}:${here.reach('web').port}/`,
      }),
      command: ({ here }) => ['sh', here.file.runner],
    },
  },
  files: { runner: { path: '/etc/forgejo-runner/start.sh', content: () => runner } },
});
