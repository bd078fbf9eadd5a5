<?php
// The settings that the upstream image writes at its start, read from the environment at each request instead.
function setting(string $name, string $default = ''): string {
    return getenv($name) ?: $default;
}

$account = rawurlencode(setting('ROUNDCUBEMAIL_DB_USER')) . ':' . rawurlencode(setting('ROUNDCUBEMAIL_DB_PASSWORD'));
$config['db_dsnw'] = setting('ROUNDCUBEMAIL_DB_TYPE') === 'pgsql'
    ? "pgsql://$account@" . setting('ROUNDCUBEMAIL_DB_HOST', 'postgres') . ':' . setting('ROUNDCUBEMAIL_DB_PORT', '5432') . '/' . setting('ROUNDCUBEMAIL_DB_NAME', 'roundcubemail')
    : 'sqlite:////var/roundcube/db/sqlite.db?mode=0640';
$config['imap_host'] = setting('ROUNDCUBEMAIL_DEFAULT_HOST', 'localhost') . ':' . setting('ROUNDCUBEMAIL_DEFAULT_PORT', '143');
$config['smtp_host'] = setting('ROUNDCUBEMAIL_SMTP_SERVER', 'localhost') . ':' . setting('ROUNDCUBEMAIL_SMTP_PORT', '587');
$config['username_domain'] = setting('ROUNDCUBEMAIL_USERNAME_DOMAIN');
$config['skin'] = setting('ROUNDCUBEMAIL_SKIN', 'elastic');
$config['plugins'] = preg_split('/[, ]+/', setting('ROUNDCUBEMAIL_PLUGINS', 'archive,zipdownload'));
$config['zipdownload_selection'] = true;
$config['temp_dir'] = '/tmp';
$config['log_driver'] = 'stdout';
$config['enable_spellcheck'] = false;
if (setting('ROUNDCUBEMAIL_DES_KEY') !== '') {
    $config['des_key'] = setting('ROUNDCUBEMAIL_DES_KEY');
}

foreach (glob('/var/roundcube/config/*.php') as $path) {
    include $path;
}
