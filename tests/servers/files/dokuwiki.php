<?php
// Read before anything of DokuWiki: its settings and pages are those of one test.
define('DOKU_CONF', getenv('DOKUWIKI_CONF'));
