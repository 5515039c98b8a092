<?php
// Sets a blog up and fills it, as its owner would by hand; prints an application password.
function wp_new_blog_notification() {}  // no letter is sent
define('WP_INSTALLING', true);
$_SERVER['HTTP_HOST'] = parse_url(getenv('SITE_URL'), PHP_URL_HOST);
require getenv('WORDPRESS') . '/wp-load.php';
require ABSPATH . 'wp-admin/includes/upgrade.php';
$mira = wp_install('Mower blog', 'mira', 'mira@example.com', true, '', 'a long pass word')['user_id'];
update_option('permalink_structure', '/%year%/%postname%/');
update_option('timezone_string', 'America/New_York');
wp_update_user(['ID' => $mira, 'display_name' => 'Mira Moss']);
$tomas = wp_insert_user([
    'user_login' => 'tomas', 'user_pass' => 'another pass word', 'user_email' => 'tomas@example.com',
    'display_name' => 'Tomás Reed & Son', 'role' => 'author',
]);
wp_set_current_user($mira);
foreach (get_posts(['post_type' => ['post', 'page'], 'post_status' => 'any']) as $sample) {
    wp_delete_post($sample->ID, true);
}
$mowers = wp_create_category('Mowers');

function write(array $more): int {
    $id = wp_insert_post($more + ['post_status' => 'publish'], true);
    if (is_wp_error($id)) {
        throw new Exception($id->get_error_message());
    }
    return $id;
}

for ($day = 1; $day <= 120; $day++) {
    $at = gmdate('Y-m-d H:i:s', strtotime("2024-01-01 09:00 UTC +$day days"));
    $note = write([
        'post_title' => "Note $day: what the blade said &amp; didn&#8217;t",
        'post_content' => "<p>On day $day the mower stopped.</p>\n<pre><code>blade --turn $day</code></pre>"
            . "\n<ul><li>Check the <b>belt</b></li><li>Größe: $day mm</li></ul>",
        'post_author' => $tomas, 'post_date_gmt' => $at, 'post_date' => get_date_from_gmt($at),
        'post_category' => [$mowers], 'tags_input' => ['belt', 'E17'],
    ]);
}
$contact = write(['post_title' => 'Contact', 'post_content' => 'Write to the <i>workshop</i>.',
    'post_type' => 'page', 'post_author' => $mira]);
write(['post_title' => 'Opening hours', 'post_content' => 'Nine to five, but not on Mondays.',
    'post_type' => 'page', 'post_parent' => $contact, 'post_author' => $mira]);
write(['post_title' => 'A draft', 'post_content' => 'Not yet.', 'post_status' => 'draft']);
write(['post_title' => 'Private', 'post_content' => 'For us alone.', 'post_status' => 'private']);
write(['post_title' => 'Locked', 'post_content' => 'The code is 4711.', 'post_password' => 'sesame']);

function comment(int $post, array $more): int {
    return wp_insert_comment($more + ['comment_post_ID' => $post, 'comment_approved' => 1]);
}

$asked = comment($note, ['comment_author' => 'Jo &amp; Friends', 'comment_author_email' => 'jo@example.com',
    'comment_content' => 'Which belt is it?', 'comment_date_gmt' => '2024-06-01 10:00:00',
    'comment_date' => get_date_from_gmt('2024-06-01 10:00:00')]);
comment($note, ['comment_author' => 'Mira Moss', 'user_id' => $mira, 'comment_parent' => $asked,
    'comment_content' => 'The long one.']);
comment($note, ['comment_author' => 'Held', 'comment_content' => 'Later.', 'comment_approved' => 0]);
comment($note, ['comment_author' => 'Spam', 'comment_content' => 'Buy!', 'comment_approved' => 'spam']);
flush_rewrite_rules();
[$password] = WP_Application_Passwords::create_new_application_password($mira, ['name' => 'tests']);
echo "password=$password\n";
