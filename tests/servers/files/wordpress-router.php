<?php
// What `.htaccess` says under Apache: a file as it is, and WordPress for every other address.
$path = urldecode(parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH));
if ($path !== '/' && is_file($_SERVER['DOCUMENT_ROOT'] . $path)) {
    return false;
}
register_shutdown_function(function () {  // PHP tells only of what it serves without a router
    $asked = [http_response_code(), $_SERVER['REQUEST_METHOD'], $_SERVER['REQUEST_URI']];
    error_log(vsprintf('[%d]: %s %s', $asked));
});
$_SERVER['SCRIPT_NAME'] = $_SERVER['PHP_SELF'] = '/index.php';
require $_SERVER['DOCUMENT_ROOT'] . '/index.php';
