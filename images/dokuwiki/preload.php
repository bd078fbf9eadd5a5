<?php
// What comes with the wiki is read from conf.core, and what people change there from /storage/conf, as in the upstream image.
defined('DOKU_INC') || define('DOKU_INC', dirname(__DIR__) . '/');
define('DOKU_CONF', '/storage/conf/');
include __DIR__ . '/config_cascade.php';
$core = fn (array $files): array => array_map(fn (string $file): string => DOKU_INC . 'conf.core/' . basename($file), $files);
foreach ($config_cascade as $part => $levels) {
    if (is_array($levels['default'] ?? null) && $part !== 'styleini') {
        array_unshift($config_cascade[$part]['default'], ...$core($levels['default']));
    }
}
array_push($config_cascade['main']['default'], ...$core(['docker.php']));
array_unshift($config_cascade['main']['protected'], ...$core(['docker.protected.php']));
array_unshift($config_cascade['plugins']['protected'], ...$core(['plugins.required.php', 'plugins.docker.php']));
