<?php
// Adminer with the two settings the upstream image takes from its environment.
const ADMINER_HOME = '/usr/share/adminer';

function adminer_object() {
    require_once ADMINER_HOME . '/plugins/version-noverify.php';

    final class DefaultServer extends Adminer\Plugin {
        public function loginFormField($name, $heading, $value) {
            if ($name !== 'server') {
                return null;
            }
            $server = htmlspecialchars(getenv('ADMINER_DEFAULT_SERVER') ?: 'db', ENT_QUOTES);
            return $heading . str_replace('value=""', "value=\"$server\"", $value) . "\n";
        }
    }

    return new Adminer\Plugins([new DefaultServer(), new AdminerVersionNoverify()]);
}

$design = basename(getenv('ADMINER_DESIGN') ?: '');
if (basename(strtok($_SERVER['REQUEST_URI'], '?')) === 'adminer.css') {
    $file = ADMINER_HOME . "/designs/$design/adminer.css";
    if ($design === '' || !is_readable($file)) {
        http_response_code(404);
        exit;
    }
    header('Content-Type: text/css');
    readfile($file);
    exit;
}

require ADMINER_HOME . '/adminer.php';
