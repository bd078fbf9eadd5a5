import { defineService, http, lines, volume } from '../../service/index.ts';

/** Makes the sender whom the edge names the person who reads or writes; DokuWiki's own plugins ask for a password. */
const edgePlugin = `
<?php
class auth_plugin_authedge extends dokuwiki\\Extension\\AuthPlugin
{
    public function __construct()
    {
        parent::__construct();
        $this->cando['external'] = true;
        $this->cando['logout'] = false;
    }

    public function trustExternal($user, $pass, $sticky = false)
    {
        global $INPUT, $USERINFO;
        [$name, $groups, $fullName, $mail] = array_map(
            fn ($what) => $INPUT->server->str("HTTP_X_REMOTE_$what"),
            ['USER', 'GROUPS', 'NAME', 'EMAIL'],
        );
        if ($name === '') {
            return false;
        }
        $INPUT->server->set('REMOTE_USER', $name);
        $USERINFO = ['name' => $fullName ?: $name, 'mail' => $mail, 'grps' => ['user', ...array_map('trim', explode(',', $groups))]];
        return true;
    }
}
`;

/** Whoever may pass the edge writes, until an administrator says otherwise in the list of access rights, which is kept in the volume. */
export const dokuwiki = defineService('dokuwiki', {
  title: 'DokuWiki',
  summary: 'A wiki whose pages are plain text files, with every version that they had.',
  docs: 'https://www.dokuwiki.org/config',
  licence: 'GPL-2.0-only',
  category: 'apps',
  image: 'dokuwiki/dokuwiki:2026-07-14b',
  debian: 'dokuwiki',
  user: '33:33',

  ports: { web: http(8080) },
  volumes: { storage: volume('/storage', { role: 'data', backup: 'daily' }) },
  tmpfs: ['/run/apache2', '/run/lock/apache2'],

  route: {
    port: 'web',
    access: {
      groups: ['viewer'],
      identity: { user: 'X-Remote-User', groups: 'X-Remote-Groups', name: 'X-Remote-Name', email: 'X-Remote-Email' },
    },
    roles: { admin: ['admin'], writer: ['viewer'] },
  },
  health: { port: 'web', path: '/health.php', via: 'curl' },
  smoke: { command: ['sh', '-c', "echo '**bold**' | php /var/www/html/bin/render.php"], expect: '<strong>bold</strong>' },
  limits: { memory: '384MiB', cpus: 1 },
  logs: [
    { pattern: "isn't accessible or writable", means: 'The volume belongs to another user than 33: restore it, or give it to that user.' },
    { pattern: 'Allowed memory size of \\d+ bytes exhausted', means: 'A page or picture is too large for the memory of one request.' },
  ],

  files: {
    defaults: {
      path: '/var/www/html/conf.core/docker.php',
      content: ({ cluster }) => lines('<?php', "$conf['userewrite'] = 1;", `$conf['title'] = '${cluster.name}';`),
    },
    settings: {
      path: '/var/www/html/conf.core/docker.protected.php',
      content: ({ url, here }) =>
        lines(
          '<?php',
          `$conf['savedir'] = '${here.volume.storage}/data';`,
          `$conf['baseurl'] = '${url}';`,
          "$conf['basedir'] = '/';",
          "$conf['useacl'] = 1;",
          "$conf['authtype'] = 'authedge';",
          "$conf['superuser'] = '@admin';",
          "$conf['disableactions'] = 'register,resendpwd,profile,profile_delete';",
          "$conf['updatecheck'] = 0;",
        ),
    },
    plugin: { path: '/var/www/html/lib/plugins.core/authedge/auth.php', content: () => lines(...edgePlugin.trim().split('\n')) },
    // Nothing is left to install, and whoever comes first must not be its administrator.
    installer: { path: '/var/www/html/install.php', content: () => lines('<?php', 'http_response_code(404);') },
  },
  setup: () => [
    {
      title: 'who may write',
      argv: ['sh', '-c', "[ -s /storage/conf/acl.auth.php ] || printf '*\\t@ALL\\t0\\n*\\t@user\\t8\\n' >/storage/conf/acl.auth.php"],
    },
  ],
});
