<?php
// Says whether the wiki can start: its directories are there and may be written. As in the upstream image.
define('DOKU_UNITTEST', 1);
header('Content-Type: text/plain; charset=utf-8');
ob_start();
try {
    require __DIR__ . '/inc/init.php';
    $answer = 'ok';
} catch (RuntimeException $problem) {
    http_response_code(500);
    $answer = trim(strip_tags($problem->getMessage()));
}
ob_end_clean();
echo $answer;
