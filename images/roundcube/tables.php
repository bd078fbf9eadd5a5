<?php
// Makes the tables in an empty database and brings older ones up to date; Debian ships Roundcube without a program for the former.
define('INSTALL_PATH', '/var/lib/roundcube/');
require INSTALL_PATH . 'program/include/clisetup.php';

$tables = rcmail_utils::db()->list_tables();
if ($tables === []) {
    rcmail_utils::db_init('/usr/share/roundcube/SQL');
} else {
    rcmail_utils::db_update('/usr/share/roundcube/SQL', 'roundcube', null, ['quiet' => true]);
}
