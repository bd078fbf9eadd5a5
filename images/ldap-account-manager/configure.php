<?php
// Sets what the upstream image sets in config.cfg and in the server profile lam.conf; other settings are left as found.
function setting(string $name, string $default = ''): string {
    $file = getenv($name . '_FILE');
    if ($file !== false && $file !== '') {
        return rtrim(file_get_contents($file), "\n");
    }
    return getenv($name) ?: $default;
}

function change(string $path, string $sample, array $values): void {
    $text = file_get_contents(is_readable($path) ? $path : $sample);
    $config = json_decode($text, true, 512, JSON_THROW_ON_ERROR);
    $text = json_encode(array_replace_recursive($config, $values), JSON_PRETTY_PRINT | JSON_THROW_ON_ERROR);
    umask(0077);
    file_put_contents("$path.new", $text);
    rename("$path.new", $path);
}

$directory = getenv('LAM_CONFIG_DIR') ?: '/var/lib/ldap-account-manager/config';
$domain = setting('LDAP_DOMAIN', 'my-domain.com');
$base = setting('LDAP_BASE_DN', 'dc=' . str_replace('.', ',dc=', $domain));
$salt = substr(strtr(base64_encode(random_bytes(16)), '+', '.'), 0, 16);
$hash = '{CRYPT-SHA512}' . crypt(setting('LAM_PASSWORD', 'lam'), '$6$' . $salt . '$') . ' ' . base64_encode($salt);

change("$directory/config.cfg", "$directory/config.cfg.sample", [
    'password' => $hash,
    'default' => 'lam',
    'logDestination' => '/proc/self/fd/2',
    'license' => setting('LAM_LICENSE'),
    'configDatabaseType' => setting('LAM_CONFIGURATION_DATABASE', 'files'),
    'configDatabaseServer' => setting('LAM_CONFIGURATION_HOST'),
    'configDatabasePort' => setting('LAM_CONFIGURATION_PORT'),
    'configDatabaseName' => setting('LAM_CONFIGURATION_DATABASE_NAME'),
    'configDatabaseUser' => setting('LAM_CONFIGURATION_USER'),
    'configDatabasePassword' => setting('LAM_CONFIGURATION_PASSWORD'),
]);
change("$directory/lam.conf", "$directory/unix.sample.conf", [
    'ServerURL' => setting('LDAP_SERVER', 'ldap://ldap:389'),
    'Admins' => setting('LDAP_USER', "cn=admin,$base"),
    'Passwd' => $hash,
    'defaultLanguage' => setting('LAM_LANG', 'en_US') . '.utf8',
    'typeSettings' => [
        'suffix_user' => setting('LDAP_USERS_DN', $base),
        'suffix_group' => setting('LDAP_GROUPS_DN', $base),
    ],
    'toolSettings' => ['treeViewSuffix' => $base],
]);
