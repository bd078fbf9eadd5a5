<?php
// One directory, named by the environment; whoever signs in does so with an account of that directory.
$config->custom->appearance['hide_template_warning'] = true;

$servers = new Datastore();
$servers->newServer('ldap_pla');
$servers->setValue('server', 'name', getenv('LDAP_NAME') ?: 'directory');
$servers->setValue('server', 'host', getenv('LDAP_HOST') ?: 'openldap');
$servers->setValue('server', 'port', (int) (getenv('LDAP_PORT') ?: 389));
$servers->setValue('server', 'base', [getenv('LDAP_BASE_DN') ?: '']);
$servers->setValue('login', 'auth_type', 'session');
$servers->setValue('login', 'anon_bind', false);
$servers->setValue('appearance', 'pla_password_hash', '');
