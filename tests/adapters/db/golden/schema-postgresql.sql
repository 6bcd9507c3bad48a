CREATE TABLE badges (
	id BIGSERIAL NOT NULL,
	title TEXT NOT NULL,
	description TEXT DEFAULT '' NOT NULL,
	is_disabled BOOLEAN DEFAULT false NOT NULL,
	created_at BIGINT NOT NULL,
	CONSTRAINT pk_badges PRIMARY KEY (id),
	CONSTRAINT uq_badges_title UNIQUE (title)
);

CREATE TABLE categories (
	id BIGSERIAL NOT NULL,
	path TEXT NOT NULL,
	name TEXT NOT NULL,
	query TEXT NOT NULL,
	comment TEXT DEFAULT '' NOT NULL,
	is_safe BOOLEAN DEFAULT false NOT NULL,
	is_enabled BOOLEAN DEFAULT true NOT NULL,
	created_at BIGINT NOT NULL,
	CONSTRAINT pk_categories PRIMARY KEY (id),
	CONSTRAINT uq_categories_path UNIQUE (path)
);

CREATE TABLE changes (
	number BIGSERIAL NOT NULL,
	kind TEXT NOT NULL,
	object_id BIGINT NOT NULL,
	user_id BIGINT,
	made_at BIGINT NOT NULL,
	CONSTRAINT pk_changes PRIMARY KEY (number)
);

CREATE TABLE dump_imports (
	id BIGSERIAL NOT NULL,
	dump_id TEXT NOT NULL,
	part TEXT NOT NULL,
	last_key BIGINT DEFAULT 0 NOT NULL,
	started_at BIGINT NOT NULL,
	finished_at BIGINT,
	CONSTRAINT pk_dump_imports PRIMARY KEY (id)
);

CREATE TABLE forums (
	id BIGSERIAL NOT NULL,
	short_name TEXT NOT NULL,
	name TEXT NOT NULL,
	description TEXT DEFAULT '' NOT NULL,
	access_level TEXT NOT NULL,
	topic_count INTEGER DEFAULT 0 NOT NULL,
	post_count INTEGER DEFAULT 0 NOT NULL,
	CONSTRAINT pk_forums PRIMARY KEY (id),
	CONSTRAINT ck_forums_access_level CHECK (access_level in ('normal', 'assistant', 'staff')),
	CONSTRAINT uq_forums_short_name UNIQUE (short_name)
);

CREATE TABLE happenings (
	id BIGSERIAL NOT NULL,
	change_number BIGINT NOT NULL,
	kind TEXT NOT NULL,
	object_id BIGINT NOT NULL,
	details TEXT NOT NULL,
	CONSTRAINT pk_happenings PRIMARY KEY (id)
);

CREATE INDEX ix_happenings_change_number ON happenings (change_number);

CREATE TABLE jobs (
	id BIGSERIAL NOT NULL,
	kind TEXT NOT NULL,
	object_id BIGINT NOT NULL,
	created_at BIGINT NOT NULL,
	attempts INTEGER DEFAULT 0 NOT NULL,
	leased_until BIGINT,
	parked_at BIGINT,
	parked_reason TEXT,
	CONSTRAINT pk_jobs PRIMARY KEY (id),
	CONSTRAINT uq_jobs_kind_object_id UNIQUE (kind, object_id)
);

CREATE TABLE moderation_log (
	id BIGSERIAL NOT NULL,
	made_at BIGINT NOT NULL,
	user_id BIGINT,
	action TEXT NOT NULL,
	object_kind TEXT NOT NULL,
	object_id BIGINT NOT NULL,
	details TEXT NOT NULL,
	sha256 BYTEA NOT NULL,
	CONSTRAINT pk_moderation_log PRIMARY KEY (id)
);

CREATE INDEX ix_moderation_log_object_kind_object_id ON moderation_log (object_kind, object_id);

CREATE TABLE secrets (
	name TEXT NOT NULL,
	value BYTEA NOT NULL,
	CONSTRAINT pk_secrets PRIMARY KEY (name)
);

CREATE TABLE tags (
	id BIGSERIAL NOT NULL,
	name TEXT NOT NULL,
	slug TEXT NOT NULL,
	namespace TEXT,
	name_in_namespace TEXT NOT NULL,
	category TEXT,
	description TEXT DEFAULT '' NOT NULL,
	short_description TEXT DEFAULT '' NOT NULL,
	image_count INTEGER DEFAULT 0 NOT NULL,
	aliased_tag_id BIGINT,
	created_at BIGINT NOT NULL,
	CONSTRAINT pk_tags PRIMARY KEY (id),
	CONSTRAINT uq_tags_name UNIQUE (name),
	CONSTRAINT uq_tags_slug UNIQUE (slug),
	CONSTRAINT fk_tags_aliased_tag_id FOREIGN KEY(aliased_tag_id) REFERENCES tags (id)
);

CREATE INDEX ix_tags_aliased_tag_id ON tags (aliased_tag_id) WHERE aliased_tag_id is not null;

CREATE TABLE users (
	id BIGSERIAL NOT NULL,
	name TEXT NOT NULL,
	folded_name TEXT NOT NULL,
	slug TEXT NOT NULL,
	password_hash TEXT NOT NULL,
	role TEXT NOT NULL,
	images_per_page INTEGER,
	current_filter_id BIGINT,
	forced_filter_id BIGINT,
	watched_query TEXT DEFAULT '' NOT NULL,
	watched_exclude TEXT DEFAULT '' NOT NULL,
	watched_hides_spoilered BOOLEAN DEFAULT false NOT NULL,
	created_at BIGINT NOT NULL,
	deactivated_at BIGINT,
	is_verified BOOLEAN DEFAULT false NOT NULL,
	is_deactivated_by_staff BOOLEAN DEFAULT false NOT NULL,
	deleted_at BIGINT,
	renamed_at BIGINT,
	bio TEXT DEFAULT '' NOT NULL,
	personal_title TEXT DEFAULT '' NOT NULL,
	hides_role BOOLEAN DEFAULT false NOT NULL,
	writes_anonymously BOOLEAN DEFAULT false NOT NULL,
	CONSTRAINT pk_users PRIMARY KEY (id),
	CONSTRAINT ck_users_role CHECK (role in ('user', 'assistant', 'moderator', 'admin')),
	CONSTRAINT uq_users_folded_name UNIQUE (folded_name),
	CONSTRAINT uq_users_slug UNIQUE (slug)
);

CREATE INDEX ix_users_current_filter_id ON users (current_filter_id, deactivated_at) WHERE current_filter_id is not null;

CREATE TABLE words (
	word TEXT NOT NULL,
	CONSTRAINT pk_words PRIMARY KEY (word)
);

CREATE TABLE artist_links (
	id BIGSERIAL NOT NULL,
	user_id BIGINT NOT NULL,
	tag_id BIGINT NOT NULL,
	url TEXT NOT NULL,
	is_public BOOLEAN DEFAULT true NOT NULL,
	code TEXT NOT NULL,
	state TEXT DEFAULT 'unverified' NOT NULL,
	staff_user_id BIGINT,
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	CONSTRAINT pk_artist_links PRIMARY KEY (id),
	CONSTRAINT ck_artist_links_state CHECK (state in ('unverified', 'link_verified', 'contacted', 'verified', 'rejected')),
	CONSTRAINT uq_artist_links_user_id_tag_id_url UNIQUE (user_id, tag_id, url),
	CONSTRAINT fk_artist_links_user_id FOREIGN KEY(user_id) REFERENCES users (id),
	CONSTRAINT fk_artist_links_tag_id FOREIGN KEY(tag_id) REFERENCES tags (id),
	CONSTRAINT fk_artist_links_staff_user_id FOREIGN KEY(staff_user_id) REFERENCES users (id)
);

CREATE INDEX ix_artist_links_staff_user_id ON artist_links (staff_user_id);

CREATE INDEX ix_artist_links_state_id ON artist_links (state, id);

CREATE INDEX ix_artist_links_tag_id_state ON artist_links (tag_id, state);

CREATE TABLE badge_awards (
	id BIGSERIAL NOT NULL,
	user_id BIGINT NOT NULL,
	badge_id BIGINT NOT NULL,
	label TEXT DEFAULT '' NOT NULL,
	reason TEXT DEFAULT '' NOT NULL,
	awarded_by_user_id BIGINT,
	awarded_at BIGINT NOT NULL,
	CONSTRAINT pk_badge_awards PRIMARY KEY (id),
	CONSTRAINT fk_badge_awards_user_id FOREIGN KEY(user_id) REFERENCES users (id),
	CONSTRAINT fk_badge_awards_badge_id FOREIGN KEY(badge_id) REFERENCES badges (id),
	CONSTRAINT fk_badge_awards_awarded_by_user_id FOREIGN KEY(awarded_by_user_id) REFERENCES users (id)
);

CREATE INDEX ix_badge_awards_awarded_by_user_id ON badge_awards (awarded_by_user_id);

CREATE INDEX ix_badge_awards_badge_id ON badge_awards (badge_id);

CREATE INDEX ix_badge_awards_user_id ON badge_awards (user_id);

CREATE TABLE bans (
	id BIGSERIAL NOT NULL,
	code TEXT NOT NULL,
	user_id BIGINT,
	network TEXT,
	reason TEXT NOT NULL,
	note TEXT DEFAULT '' NOT NULL,
	is_enabled BOOLEAN DEFAULT true NOT NULL,
	banned_by_user_id BIGINT,
	created_at BIGINT NOT NULL,
	expires_at BIGINT,
	CONSTRAINT pk_bans PRIMARY KEY (id),
	CONSTRAINT ck_bans_against CHECK ((user_id is null) <> (network is null)),
	CONSTRAINT uq_bans_code UNIQUE (code),
	CONSTRAINT fk_bans_user_id FOREIGN KEY(user_id) REFERENCES users (id),
	CONSTRAINT fk_bans_banned_by_user_id FOREIGN KEY(banned_by_user_id) REFERENCES users (id)
);

CREATE INDEX ix_bans_banned_by_user_id ON bans (banned_by_user_id);

CREATE INDEX ix_bans_network ON bans (network);

CREATE INDEX ix_bans_user_id ON bans (user_id);

CREATE TABLE blocks (
	id BIGSERIAL NOT NULL,
	sha512_hash TEXT,
	perceptual_hash BIGINT,
	bits INTEGER,
	reason TEXT NOT NULL,
	user_id BIGINT,
	created_at BIGINT NOT NULL,
	CONSTRAINT pk_blocks PRIMARY KEY (id),
	CONSTRAINT ck_blocks_hash CHECK ((sha512_hash is null) <> (perceptual_hash is null)),
	CONSTRAINT ck_blocks_bits CHECK ((bits is null) = (perceptual_hash is null)),
	CONSTRAINT uq_blocks_sha512_hash UNIQUE (sha512_hash),
	CONSTRAINT fk_blocks_user_id FOREIGN KEY(user_id) REFERENCES users (id)
);

CREATE INDEX ix_blocks_user_id ON blocks (user_id);

CREATE TABLE dnp_entries (
	id BIGSERIAL NOT NULL,
	tag_id BIGINT NOT NULL,
	user_id BIGINT,
	staff_user_id BIGINT,
	dnp_type TEXT NOT NULL,
	conditions TEXT DEFAULT '' NOT NULL,
	reason TEXT DEFAULT '' NOT NULL,
	hides_reason BOOLEAN DEFAULT false NOT NULL,
	instructions TEXT DEFAULT '' NOT NULL,
	state TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	CONSTRAINT pk_dnp_entries PRIMARY KEY (id),
	CONSTRAINT ck_dnp_entries_state CHECK (state in ('requested', 'claimed', 'listed', 'rescinded', 'acknowledged', 'closed')),
	CONSTRAINT fk_dnp_entries_tag_id FOREIGN KEY(tag_id) REFERENCES tags (id),
	CONSTRAINT fk_dnp_entries_user_id FOREIGN KEY(user_id) REFERENCES users (id),
	CONSTRAINT fk_dnp_entries_staff_user_id FOREIGN KEY(staff_user_id) REFERENCES users (id)
);

CREATE INDEX ix_dnp_entries_state ON dnp_entries (state);

CREATE INDEX ix_dnp_entries_tag_id ON dnp_entries (tag_id);

CREATE INDEX ix_dnp_entries_user_id ON dnp_entries (user_id);

CREATE TABLE earlier_names (
	slug TEXT NOT NULL,
	user_id BIGINT NOT NULL,
	name TEXT NOT NULL,
	folded_name TEXT NOT NULL,
	left_at BIGINT NOT NULL,
	CONSTRAINT pk_earlier_names PRIMARY KEY (slug),
	CONSTRAINT fk_earlier_names_user_id FOREIGN KEY(user_id) REFERENCES users (id)
);

CREATE INDEX ix_earlier_names_folded_name ON earlier_names (folded_name);

CREATE INDEX ix_earlier_names_user_id ON earlier_names (user_id);

CREATE TABLE filters (
	id BIGSERIAL NOT NULL,
	name TEXT NOT NULL,
	folded_name TEXT DEFAULT '' NOT NULL,
	description TEXT DEFAULT '' NOT NULL,
	user_id BIGINT,
	is_system BOOLEAN DEFAULT false NOT NULL,
	is_public BOOLEAN DEFAULT false NOT NULL,
	hidden_complex TEXT DEFAULT '' NOT NULL,
	spoilered_complex TEXT DEFAULT '' NOT NULL,
	created_at BIGINT NOT NULL,
	CONSTRAINT pk_filters PRIMARY KEY (id),
	CONSTRAINT uq_filters_user_id_name UNIQUE (user_id, name),
	CONSTRAINT fk_filters_user_id FOREIGN KEY(user_id) REFERENCES users (id)
);

CREATE INDEX ix_filters_user_id ON filters (user_id);

CREATE TABLE forum_subscriptions (
	forum_id BIGINT NOT NULL,
	user_id BIGINT NOT NULL,
	CONSTRAINT pk_forum_subscriptions PRIMARY KEY (forum_id, user_id),
	CONSTRAINT fk_forum_subscriptions_forum_id FOREIGN KEY(forum_id) REFERENCES forums (id),
	CONSTRAINT fk_forum_subscriptions_user_id FOREIGN KEY(user_id) REFERENCES users (id)
);

CREATE INDEX ix_forum_subscriptions_user_id ON forum_subscriptions (user_id);

CREATE TABLE grants (
	id BIGSERIAL NOT NULL,
	holder_id BIGINT NOT NULL,
	permission TEXT NOT NULL,
	target_id BIGINT,
	created_at BIGINT NOT NULL,
	CONSTRAINT pk_grants PRIMARY KEY (id),
	CONSTRAINT ck_grants_permission CHECK (permission in ('view_favorites', 'manage_favorites', 'report', 'admin')),
	CONSTRAINT fk_grants_holder_id FOREIGN KEY(holder_id) REFERENCES users (id),
	CONSTRAINT fk_grants_target_id FOREIGN KEY(target_id) REFERENCES users (id)
);

CREATE UNIQUE INDEX ix_grants_holder_id_permission_target_id ON grants (holder_id, permission, target_id);

CREATE UNIQUE INDEX ix_grants_over_everyone ON grants (holder_id, permission) WHERE target_id is null;

CREATE INDEX ix_grants_target_id ON grants (target_id);

CREATE TABLE images (
	id BIGSERIAL NOT NULL,
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	first_seen_at BIGINT NOT NULL,
	uploader_id BIGINT,
	is_anonymous BOOLEAN DEFAULT false NOT NULL,
	file_name TEXT,
	mime_type TEXT NOT NULL,
	format TEXT NOT NULL,
	width_px INTEGER NOT NULL,
	height_px INTEGER NOT NULL,
	size_bytes BIGINT NOT NULL,
	orig_size_bytes BIGINT NOT NULL,
	duration_seconds FLOAT NOT NULL,
	is_animated BOOLEAN NOT NULL,
	sha512_hash TEXT NOT NULL,
	orig_sha512_hash TEXT,
	blob TEXT NOT NULL,
	description TEXT DEFAULT '' NOT NULL,
	upvotes INTEGER DEFAULT 0 NOT NULL,
	downvotes INTEGER DEFAULT 0 NOT NULL,
	faves INTEGER DEFAULT 0 NOT NULL,
	hides INTEGER DEFAULT 0 NOT NULL,
	comment_count INTEGER DEFAULT 0 NOT NULL,
	intensity_nw FLOAT,
	intensity_ne FLOAT,
	intensity_sw FLOAT,
	intensity_se FLOAT,
	perceptual_hash BIGINT,
	dominant_color TEXT,
	thumbnails_generated BOOLEAN DEFAULT false NOT NULL,
	is_processed BOOLEAN DEFAULT false NOT NULL,
	hidden_from_users BOOLEAN DEFAULT false NOT NULL,
	deletion_reason TEXT,
	deleted_by_user_id BIGINT,
	duplicate_id BIGINT,
	is_approved BOOLEAN DEFAULT true NOT NULL,
	is_destroyed BOOLEAN DEFAULT false NOT NULL,
	alt_text TEXT DEFAULT '' NOT NULL,
	scratchpad TEXT DEFAULT '' NOT NULL,
	are_comments_locked BOOLEAN DEFAULT false NOT NULL,
	is_description_locked BOOLEAN DEFAULT false NOT NULL,
	are_tags_locked BOOLEAN DEFAULT false NOT NULL,
	md5_hash TEXT,
	CONSTRAINT pk_images PRIMARY KEY (id),
	CONSTRAINT fk_images_uploader_id FOREIGN KEY(uploader_id) REFERENCES users (id),
	CONSTRAINT uq_images_orig_sha512_hash UNIQUE (orig_sha512_hash),
	CONSTRAINT fk_images_deleted_by_user_id FOREIGN KEY(deleted_by_user_id) REFERENCES users (id),
	CONSTRAINT fk_images_duplicate_id FOREIGN KEY(duplicate_id) REFERENCES images (id)
);

CREATE INDEX ix_images_awaiting_approval ON images (id) WHERE is_approved IS false;

CREATE INDEX ix_images_blob ON images (blob);

CREATE INDEX ix_images_duplicate_id ON images (duplicate_id);

CREATE INDEX ix_images_file_name ON images (file_name);

CREATE INDEX ix_images_intensities ON images (intensity_nw, intensity_ne, intensity_sw, intensity_se) WHERE intensity_nw IS NOT NULL;

CREATE INDEX ix_images_md5_hash ON images (md5_hash);

CREATE INDEX ix_images_perceptual_hash ON images (perceptual_hash);

CREATE INDEX ix_images_sha512_hash ON images (sha512_hash);

CREATE INDEX ix_images_uploader_id ON images (uploader_id);

CREATE TABLE listed_tags (
	tag_id BIGINT NOT NULL,
	name TEXT NOT NULL,
	description TEXT DEFAULT '' NOT NULL,
	is_nsfw BOOLEAN DEFAULT false NOT NULL,
	CONSTRAINT pk_listed_tags PRIMARY KEY (tag_id),
	CONSTRAINT fk_listed_tags_tag_id FOREIGN KEY(tag_id) REFERENCES tags (id),
	CONSTRAINT uq_listed_tags_name UNIQUE (name)
);

CREATE TABLE notices (
	id BIGSERIAL NOT NULL,
	kind TEXT NOT NULL,
	subject_id BIGINT NOT NULL,
	number INTEGER NOT NULL,
	user_id BIGINT,
	object_id BIGINT NOT NULL,
	happened_at BIGINT NOT NULL,
	other_number INTEGER,
	other_object_id BIGINT,
	other_happened_at BIGINT,
	CONSTRAINT pk_notices PRIMARY KEY (id),
	CONSTRAINT ck_notices_kind CHECK (kind in ('image_comment', 'image_merge', 'topic_post', 'forum_topic', 'gallery_image')),
	CONSTRAINT uq_notices_kind_subject_id UNIQUE (kind, subject_id),
	CONSTRAINT fk_notices_user_id FOREIGN KEY(user_id) REFERENCES users (id)
);

CREATE TABLE reports (
	id BIGSERIAL NOT NULL,
	object_kind TEXT NOT NULL,
	object_id BIGINT NOT NULL,
	user_id BIGINT,
	category TEXT NOT NULL,
	reason TEXT NOT NULL,
	is_shared BOOLEAN DEFAULT false NOT NULL,
	state TEXT DEFAULT 'open' NOT NULL,
	staff_user_id BIGINT,
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	CONSTRAINT pk_reports PRIMARY KEY (id),
	CONSTRAINT ck_reports_state CHECK (state in ('open', 'in_progress', 'closed')),
	CONSTRAINT fk_reports_user_id FOREIGN KEY(user_id) REFERENCES users (id),
	CONSTRAINT fk_reports_staff_user_id FOREIGN KEY(staff_user_id) REFERENCES users (id)
);

CREATE INDEX ix_reports_object_kind_object_id ON reports (object_kind, object_id);

CREATE INDEX ix_reports_staff_user_id ON reports (staff_user_id);

CREATE INDEX ix_reports_state_id ON reports (state, id);

CREATE INDEX ix_reports_user_id_state ON reports (user_id, state);

CREATE TABLE shortlinks (
	id BIGSERIAL NOT NULL,
	code TEXT NOT NULL,
	url TEXT NOT NULL,
	url_sha256 BYTEA NOT NULL,
	credit TEXT NOT NULL,
	management_sha256 BYTEA,
	created_at BIGINT NOT NULL,
	modified_at BIGINT,
	user_id BIGINT,
	token_id BIGINT,
	address TEXT,
	user_agent TEXT,
	CONSTRAINT pk_shortlinks PRIMARY KEY (id),
	CONSTRAINT uq_shortlinks_code UNIQUE (code),
	CONSTRAINT uq_shortlinks_url_sha256 UNIQUE (url_sha256),
	CONSTRAINT fk_shortlinks_user_id FOREIGN KEY(user_id) REFERENCES users (id)
);

CREATE INDEX ix_shortlinks_user_id ON shortlinks (user_id);

CREATE TABLE tag_batches (
	id BIGSERIAL NOT NULL,
	kind TEXT NOT NULL,
	user_id BIGINT,
	created_at BIGINT NOT NULL,
	state TEXT NOT NULL,
	query TEXT,
	added_tag_ids TEXT DEFAULT '' NOT NULL,
	removed_tag_ids TEXT DEFAULT '' NOT NULL,
	images BYTEA,
	position BIGINT DEFAULT 0 NOT NULL,
	subject_user_id BIGINT,
	since BIGINT,
	until BIGINT,
	total INTEGER NOT NULL,
	done INTEGER DEFAULT 0 NOT NULL,
	CONSTRAINT pk_tag_batches PRIMARY KEY (id),
	CONSTRAINT ck_tag_batches_kind CHECK (kind in ('retag', 'revert')),
	CONSTRAINT ck_tag_batches_state CHECK (state in ('running', 'done', 'undoing', 'undone')),
	CONSTRAINT fk_tag_batches_user_id FOREIGN KEY(user_id) REFERENCES users (id),
	CONSTRAINT fk_tag_batches_subject_user_id FOREIGN KEY(subject_user_id) REFERENCES users (id)
);

CREATE TABLE tag_implications (
	tag_id BIGINT NOT NULL,
	implied_tag_id BIGINT NOT NULL,
	CONSTRAINT pk_tag_implications PRIMARY KEY (tag_id, implied_tag_id),
	CONSTRAINT fk_tag_implications_tag_id FOREIGN KEY(tag_id) REFERENCES tags (id),
	CONSTRAINT fk_tag_implications_implied_tag_id FOREIGN KEY(implied_tag_id) REFERENCES tags (id)
);

CREATE INDEX ix_tag_implications_implied_tag_id ON tag_implications (implied_tag_id);

CREATE TABLE tokens (
	id BIGSERIAL NOT NULL,
	user_id BIGINT NOT NULL,
	name TEXT NOT NULL,
	sha256 BYTEA NOT NULL,
	hint TEXT NOT NULL,
	scopes TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	expires_at BIGINT,
	is_active BOOLEAN DEFAULT true NOT NULL,
	is_disabled BOOLEAN DEFAULT false NOT NULL,
	disabled_reason TEXT,
	is_unlimited BOOLEAN DEFAULT false NOT NULL,
	bulk_limit INTEGER,
	short_window_ms INTEGER,
	short_limit INTEGER,
	long_window_ms INTEGER,
	long_limit INTEGER,
	CONSTRAINT pk_tokens PRIMARY KEY (id),
	CONSTRAINT uq_tokens_user_id_name UNIQUE (user_id, name),
	CONSTRAINT fk_tokens_user_id FOREIGN KEY(user_id) REFERENCES users (id),
	CONSTRAINT uq_tokens_sha256 UNIQUE (sha256)
);

CREATE INDEX ix_tokens_user_id ON tokens (user_id);

CREATE TABLE topics (
	id BIGSERIAL NOT NULL,
	forum_id BIGINT NOT NULL,
	slug TEXT NOT NULL,
	title TEXT NOT NULL,
	user_id BIGINT,
	is_anonymous BOOLEAN DEFAULT false NOT NULL,
	is_sticky BOOLEAN DEFAULT false NOT NULL,
	is_locked BOOLEAN DEFAULT false NOT NULL,
	hidden_from_users BOOLEAN DEFAULT false NOT NULL,
	deletion_reason TEXT,
	deleted_by_user_id BIGINT,
	post_count INTEGER DEFAULT 0 NOT NULL,
	view_count INTEGER DEFAULT 0 NOT NULL,
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	last_replied_to_at BIGINT,
	CONSTRAINT pk_topics PRIMARY KEY (id),
	CONSTRAINT uq_topics_forum_id_slug UNIQUE (forum_id, slug),
	CONSTRAINT fk_topics_forum_id FOREIGN KEY(forum_id) REFERENCES forums (id),
	CONSTRAINT fk_topics_user_id FOREIGN KEY(user_id) REFERENCES users (id),
	CONSTRAINT fk_topics_deleted_by_user_id FOREIGN KEY(deleted_by_user_id) REFERENCES users (id)
);

CREATE INDEX ix_topics_listed ON topics (forum_id, hidden_from_users, is_sticky, last_replied_to_at);

CREATE INDEX ix_topics_user_id ON topics (user_id);

CREATE TABLE watched_tags (
	user_id BIGINT NOT NULL,
	tag_id BIGINT NOT NULL,
	CONSTRAINT pk_watched_tags PRIMARY KEY (user_id, tag_id),
	CONSTRAINT fk_watched_tags_user_id FOREIGN KEY(user_id) REFERENCES users (id),
	CONSTRAINT fk_watched_tags_tag_id FOREIGN KEY(tag_id) REFERENCES tags (id)
);

CREATE INDEX ix_watched_tags_tag_id ON watched_tags (tag_id);

CREATE TABLE comments (
	id BIGSERIAL NOT NULL,
	image_id BIGINT NOT NULL,
	user_id BIGINT,
	is_anonymous BOOLEAN DEFAULT false NOT NULL,
	body TEXT NOT NULL,
	body_html TEXT,
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	edited_at BIGINT,
	edit_reason TEXT,
	hidden_from_users BOOLEAN DEFAULT false NOT NULL,
	deletion_reason TEXT,
	deleted_by_user_id BIGINT,
	is_destroyed BOOLEAN DEFAULT false NOT NULL,
	is_approved BOOLEAN DEFAULT true NOT NULL,
	CONSTRAINT pk_comments PRIMARY KEY (id),
	CONSTRAINT fk_comments_image_id FOREIGN KEY(image_id) REFERENCES images (id),
	CONSTRAINT fk_comments_user_id FOREIGN KEY(user_id) REFERENCES users (id),
	CONSTRAINT fk_comments_deleted_by_user_id FOREIGN KEY(deleted_by_user_id) REFERENCES users (id)
);

CREATE INDEX ix_comments_created_at ON comments (created_at);

CREATE INDEX ix_comments_image_id ON comments (image_id);

CREATE INDEX ix_comments_user_id ON comments (user_id);

CREATE TABLE duplicate_reports (
	id BIGSERIAL NOT NULL,
	image_id BIGINT NOT NULL,
	duplicate_of_image_id BIGINT NOT NULL,
	user_id BIGINT,
	reason TEXT NOT NULL,
	state TEXT DEFAULT 'open' NOT NULL,
	staff_user_id BIGINT,
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	CONSTRAINT pk_duplicate_reports PRIMARY KEY (id),
	CONSTRAINT ck_duplicate_reports_two CHECK (image_id <> duplicate_of_image_id),
	CONSTRAINT ck_duplicate_reports_state CHECK (state in ('open', 'claimed', 'accepted', 'rejected')),
	CONSTRAINT fk_duplicate_reports_image_id FOREIGN KEY(image_id) REFERENCES images (id),
	CONSTRAINT fk_duplicate_reports_duplicate_of_image_id FOREIGN KEY(duplicate_of_image_id) REFERENCES images (id),
	CONSTRAINT fk_duplicate_reports_user_id FOREIGN KEY(user_id) REFERENCES users (id),
	CONSTRAINT fk_duplicate_reports_staff_user_id FOREIGN KEY(staff_user_id) REFERENCES users (id)
);

CREATE INDEX ix_duplicate_reports_duplicate_of_image_id ON duplicate_reports (duplicate_of_image_id);

CREATE INDEX ix_duplicate_reports_image_id ON duplicate_reports (image_id);

CREATE INDEX ix_duplicate_reports_staff_user_id ON duplicate_reports (staff_user_id);

CREATE INDEX ix_duplicate_reports_state_id ON duplicate_reports (state, id);

CREATE INDEX ix_duplicate_reports_user_id_state ON duplicate_reports (user_id, state);

CREATE TABLE faves (
	image_id BIGINT NOT NULL,
	user_id BIGINT NOT NULL,
	liked_at BIGINT NOT NULL,
	CONSTRAINT pk_faves PRIMARY KEY (image_id, user_id),
	CONSTRAINT fk_faves_image_id FOREIGN KEY(image_id) REFERENCES images (id),
	CONSTRAINT fk_faves_user_id FOREIGN KEY(user_id) REFERENCES users (id)
);

CREATE INDEX ix_faves_user_id_liked_at ON faves (user_id, liked_at);

CREATE TABLE features (
	id BIGSERIAL NOT NULL,
	image_id BIGINT NOT NULL,
	user_id BIGINT,
	created_at BIGINT NOT NULL,
	CONSTRAINT pk_features PRIMARY KEY (id),
	CONSTRAINT fk_features_image_id FOREIGN KEY(image_id) REFERENCES images (id),
	CONSTRAINT fk_features_user_id FOREIGN KEY(user_id) REFERENCES users (id)
);

CREATE TABLE filter_tags (
	filter_id BIGINT NOT NULL,
	tag_id BIGINT NOT NULL,
	effect TEXT NOT NULL,
	CONSTRAINT pk_filter_tags PRIMARY KEY (filter_id, tag_id, effect),
	CONSTRAINT ck_filter_tags_effect CHECK (effect in ('hide', 'spoiler')),
	CONSTRAINT fk_filter_tags_filter_id FOREIGN KEY(filter_id) REFERENCES filters (id),
	CONSTRAINT fk_filter_tags_tag_id FOREIGN KEY(tag_id) REFERENCES tags (id)
);

CREATE INDEX ix_filter_tags_tag_id ON filter_tags (tag_id);

CREATE TABLE galleries (
	id BIGSERIAL NOT NULL,
	user_id BIGINT NOT NULL,
	title TEXT NOT NULL,
	folded_title TEXT NOT NULL,
	spoiler_warning TEXT DEFAULT '' NOT NULL,
	description TEXT DEFAULT '' NOT NULL,
	thumbnail_id BIGINT,
	is_anonymous BOOLEAN DEFAULT false NOT NULL,
	is_descending BOOLEAN DEFAULT false NOT NULL,
	image_count INTEGER DEFAULT 0 NOT NULL,
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	CONSTRAINT pk_galleries PRIMARY KEY (id),
	CONSTRAINT fk_galleries_user_id FOREIGN KEY(user_id) REFERENCES users (id),
	CONSTRAINT fk_galleries_thumbnail_id FOREIGN KEY(thumbnail_id) REFERENCES images (id)
);

CREATE INDEX ix_galleries_user_id ON galleries (user_id);

CREATE TABLE hides (
	image_id BIGINT NOT NULL,
	user_id BIGINT NOT NULL,
	hidden_at BIGINT NOT NULL,
	CONSTRAINT pk_hides PRIMARY KEY (image_id, user_id),
	CONSTRAINT fk_hides_image_id FOREIGN KEY(image_id) REFERENCES images (id),
	CONSTRAINT fk_hides_user_id FOREIGN KEY(user_id) REFERENCES users (id)
);

CREATE INDEX ix_hides_user_id ON hides (user_id);

CREATE TABLE image_locked_tags (
	image_id BIGINT NOT NULL,
	tag_id BIGINT NOT NULL,
	CONSTRAINT pk_image_locked_tags PRIMARY KEY (image_id, tag_id),
	CONSTRAINT fk_image_locked_tags_image_id FOREIGN KEY(image_id) REFERENCES images (id),
	CONSTRAINT fk_image_locked_tags_tag_id FOREIGN KEY(tag_id) REFERENCES tags (id) ON DELETE CASCADE
);

CREATE INDEX ix_image_locked_tags_tag_id ON image_locked_tags (tag_id);

CREATE TABLE image_merges (
	id BIGSERIAL NOT NULL,
	image_id BIGINT NOT NULL,
	target_id BIGINT NOT NULL,
	user_id BIGINT,
	target_first_seen_at BIGINT NOT NULL,
	merged_at BIGINT NOT NULL,
	undone_at BIGINT,
	CONSTRAINT pk_image_merges PRIMARY KEY (id),
	CONSTRAINT fk_image_merges_image_id FOREIGN KEY(image_id) REFERENCES images (id),
	CONSTRAINT fk_image_merges_target_id FOREIGN KEY(target_id) REFERENCES images (id),
	CONSTRAINT fk_image_merges_user_id FOREIGN KEY(user_id) REFERENCES users (id)
);

CREATE INDEX ix_image_merges_image_id ON image_merges (image_id);

CREATE INDEX ix_image_merges_target_id ON image_merges (target_id);

CREATE TABLE image_sources (
	image_id BIGINT NOT NULL,
	position INTEGER NOT NULL,
	url TEXT NOT NULL,
	folded_url TEXT NOT NULL,
	CONSTRAINT pk_image_sources PRIMARY KEY (image_id, position),
	CONSTRAINT fk_image_sources_image_id FOREIGN KEY(image_id) REFERENCES images (id)
);

CREATE INDEX ix_image_sources_folded_url ON image_sources (folded_url);

CREATE TABLE image_subscriptions (
	image_id BIGINT NOT NULL,
	user_id BIGINT NOT NULL,
	CONSTRAINT pk_image_subscriptions PRIMARY KEY (image_id, user_id),
	CONSTRAINT fk_image_subscriptions_image_id FOREIGN KEY(image_id) REFERENCES images (id),
	CONSTRAINT fk_image_subscriptions_user_id FOREIGN KEY(user_id) REFERENCES users (id)
);

CREATE INDEX ix_image_subscriptions_user_id ON image_subscriptions (user_id);

CREATE TABLE image_tags (
	image_id BIGINT NOT NULL,
	tag_id BIGINT NOT NULL,
	CONSTRAINT pk_image_tags PRIMARY KEY (image_id, tag_id),
	CONSTRAINT fk_image_tags_image_id FOREIGN KEY(image_id) REFERENCES images (id),
	CONSTRAINT fk_image_tags_tag_id FOREIGN KEY(tag_id) REFERENCES tags (id)
);

CREATE INDEX ix_image_tags_tag_id_image_id ON image_tags (tag_id, image_id);

CREATE TABLE inherited_counts (
	image_id BIGINT NOT NULL,
	upvotes INTEGER DEFAULT 0 NOT NULL,
	downvotes INTEGER DEFAULT 0 NOT NULL,
	faves INTEGER DEFAULT 0 NOT NULL,
	hides INTEGER DEFAULT 0 NOT NULL,
	comment_count INTEGER DEFAULT 0 NOT NULL,
	CONSTRAINT pk_inherited_counts PRIMARY KEY (image_id),
	CONSTRAINT fk_inherited_counts_image_id FOREIGN KEY(image_id) REFERENCES images (id)
);

CREATE TABLE notice_reads (
	user_id BIGINT NOT NULL,
	notice_id BIGINT NOT NULL,
	seen_number INTEGER NOT NULL,
	CONSTRAINT pk_notice_reads PRIMARY KEY (user_id, notice_id),
	CONSTRAINT fk_notice_reads_user_id FOREIGN KEY(user_id) REFERENCES users (id),
	CONSTRAINT fk_notice_reads_notice_id FOREIGN KEY(notice_id) REFERENCES notices (id)
);

CREATE INDEX ix_notice_reads_notice_id ON notice_reads (notice_id);

CREATE TABLE polls (
	id BIGSERIAL NOT NULL,
	topic_id BIGINT NOT NULL,
	title TEXT NOT NULL,
	is_multiple BOOLEAN NOT NULL,
	ends_at BIGINT NOT NULL,
	voter_count INTEGER DEFAULT 0 NOT NULL,
	created_at BIGINT NOT NULL,
	CONSTRAINT pk_polls PRIMARY KEY (id),
	CONSTRAINT uq_polls_topic_id UNIQUE (topic_id),
	CONSTRAINT fk_polls_topic_id FOREIGN KEY(topic_id) REFERENCES topics (id)
);

CREATE TABLE posts (
	id BIGSERIAL NOT NULL,
	topic_id BIGINT NOT NULL,
	topic_position INTEGER NOT NULL,
	user_id BIGINT,
	is_anonymous BOOLEAN DEFAULT false NOT NULL,
	body TEXT NOT NULL,
	body_html TEXT,
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	edited_at BIGINT,
	edit_reason TEXT,
	hidden_from_users BOOLEAN DEFAULT false NOT NULL,
	deletion_reason TEXT,
	deleted_by_user_id BIGINT,
	is_destroyed BOOLEAN DEFAULT false NOT NULL,
	is_approved BOOLEAN DEFAULT true NOT NULL,
	CONSTRAINT pk_posts PRIMARY KEY (id),
	CONSTRAINT uq_posts_topic_id_topic_position UNIQUE (topic_id, topic_position),
	CONSTRAINT fk_posts_topic_id FOREIGN KEY(topic_id) REFERENCES topics (id),
	CONSTRAINT fk_posts_user_id FOREIGN KEY(user_id) REFERENCES users (id),
	CONSTRAINT fk_posts_deleted_by_user_id FOREIGN KEY(deleted_by_user_id) REFERENCES users (id)
);

CREATE INDEX ix_posts_created_at ON posts (created_at);

CREATE INDEX ix_posts_user_id ON posts (user_id);

CREATE TABLE sightings (
	image_id BIGINT NOT NULL,
	times BIGINT NOT NULL,
	CONSTRAINT pk_sightings PRIMARY KEY (image_id),
	CONSTRAINT fk_sightings_image_id FOREIGN KEY(image_id) REFERENCES images (id)
);

CREATE TABLE source_changes (
	id BIGSERIAL NOT NULL,
	image_id BIGINT NOT NULL,
	user_id BIGINT,
	url TEXT NOT NULL,
	is_added BOOLEAN NOT NULL,
	changed_at BIGINT NOT NULL,
	CONSTRAINT pk_source_changes PRIMARY KEY (id),
	CONSTRAINT fk_source_changes_image_id FOREIGN KEY(image_id) REFERENCES images (id),
	CONSTRAINT fk_source_changes_user_id FOREIGN KEY(user_id) REFERENCES users (id)
);

CREATE INDEX ix_source_changes_image_id ON source_changes (image_id);

CREATE INDEX ix_source_changes_user_id_changed_at ON source_changes (user_id, changed_at);

CREATE TABLE tag_changes (
	id BIGSERIAL NOT NULL,
	image_id BIGINT NOT NULL,
	user_id BIGINT,
	made_at BIGINT NOT NULL,
	tag_batch_id BIGINT,
	is_revert BOOLEAN DEFAULT false NOT NULL,
	reverted_by_id BIGINT,
	CONSTRAINT pk_tag_changes PRIMARY KEY (id),
	CONSTRAINT fk_tag_changes_image_id FOREIGN KEY(image_id) REFERENCES images (id),
	CONSTRAINT fk_tag_changes_user_id FOREIGN KEY(user_id) REFERENCES users (id),
	CONSTRAINT fk_tag_changes_tag_batch_id FOREIGN KEY(tag_batch_id) REFERENCES tag_batches (id)
);

CREATE INDEX ix_tag_changes_image_id_id ON tag_changes (image_id, id);

CREATE INDEX ix_tag_changes_tag_batch_id_id ON tag_changes (tag_batch_id, id);

CREATE INDEX ix_tag_changes_user_id_made_at ON tag_changes (user_id, made_at);

CREATE TABLE topic_subscriptions (
	topic_id BIGINT NOT NULL,
	user_id BIGINT NOT NULL,
	CONSTRAINT pk_topic_subscriptions PRIMARY KEY (topic_id, user_id),
	CONSTRAINT fk_topic_subscriptions_topic_id FOREIGN KEY(topic_id) REFERENCES topics (id),
	CONSTRAINT fk_topic_subscriptions_user_id FOREIGN KEY(user_id) REFERENCES users (id)
);

CREATE INDEX ix_topic_subscriptions_user_id ON topic_subscriptions (user_id);

CREATE TABLE votes (
	image_id BIGINT NOT NULL,
	user_id BIGINT NOT NULL,
	is_up BOOLEAN NOT NULL,
	voted_at BIGINT NOT NULL,
	CONSTRAINT pk_votes PRIMARY KEY (image_id, user_id),
	CONSTRAINT fk_votes_image_id FOREIGN KEY(image_id) REFERENCES images (id),
	CONSTRAINT fk_votes_user_id FOREIGN KEY(user_id) REFERENCES users (id)
);

CREATE INDEX ix_votes_user_id ON votes (user_id);

CREATE TABLE comment_edits (
	id BIGSERIAL NOT NULL,
	comment_id BIGINT NOT NULL,
	user_id BIGINT,
	edited_at BIGINT NOT NULL,
	reason TEXT DEFAULT '' NOT NULL,
	body TEXT NOT NULL,
	CONSTRAINT pk_comment_edits PRIMARY KEY (id),
	CONSTRAINT fk_comment_edits_comment_id FOREIGN KEY(comment_id) REFERENCES comments (id),
	CONSTRAINT fk_comment_edits_user_id FOREIGN KEY(user_id) REFERENCES users (id)
);

CREATE INDEX ix_comment_edits_comment_id ON comment_edits (comment_id);

CREATE TABLE gallery_images (
	gallery_id BIGINT NOT NULL,
	image_id BIGINT NOT NULL,
	position INTEGER NOT NULL,
	CONSTRAINT pk_gallery_images PRIMARY KEY (gallery_id, image_id),
	CONSTRAINT fk_gallery_images_gallery_id FOREIGN KEY(gallery_id) REFERENCES galleries (id),
	CONSTRAINT fk_gallery_images_image_id FOREIGN KEY(image_id) REFERENCES images (id)
);

CREATE INDEX ix_gallery_images_gallery_id_position ON gallery_images (gallery_id, position);

CREATE INDEX ix_gallery_images_image_id ON gallery_images (image_id);

CREATE TABLE gallery_subscriptions (
	gallery_id BIGINT NOT NULL,
	user_id BIGINT NOT NULL,
	CONSTRAINT pk_gallery_subscriptions PRIMARY KEY (gallery_id, user_id),
	CONSTRAINT fk_gallery_subscriptions_gallery_id FOREIGN KEY(gallery_id) REFERENCES galleries (id),
	CONSTRAINT fk_gallery_subscriptions_user_id FOREIGN KEY(user_id) REFERENCES users (id)
);

CREATE INDEX ix_gallery_subscriptions_user_id ON gallery_subscriptions (user_id);

CREATE TABLE merged_rows (
	merge_id BIGINT NOT NULL,
	kind TEXT NOT NULL,
	row_id BIGINT NOT NULL,
	made_at BIGINT,
	url TEXT,
	CONSTRAINT pk_merged_rows PRIMARY KEY (merge_id, kind, row_id),
	CONSTRAINT fk_merged_rows_merge_id FOREIGN KEY(merge_id) REFERENCES image_merges (id)
);

CREATE TABLE poll_options (
	id BIGSERIAL NOT NULL,
	poll_id BIGINT NOT NULL,
	position INTEGER NOT NULL,
	label TEXT NOT NULL,
	vote_count INTEGER DEFAULT 0 NOT NULL,
	CONSTRAINT pk_poll_options PRIMARY KEY (id),
	CONSTRAINT uq_poll_options_poll_id_position UNIQUE (poll_id, position),
	CONSTRAINT fk_poll_options_poll_id FOREIGN KEY(poll_id) REFERENCES polls (id)
);

CREATE TABLE post_edits (
	id BIGSERIAL NOT NULL,
	post_id BIGINT NOT NULL,
	user_id BIGINT,
	edited_at BIGINT NOT NULL,
	reason TEXT DEFAULT '' NOT NULL,
	body TEXT NOT NULL,
	CONSTRAINT pk_post_edits PRIMARY KEY (id),
	CONSTRAINT fk_post_edits_post_id FOREIGN KEY(post_id) REFERENCES posts (id),
	CONSTRAINT fk_post_edits_user_id FOREIGN KEY(user_id) REFERENCES users (id)
);

CREATE INDEX ix_post_edits_post_id ON post_edits (post_id);

CREATE TABLE tag_change_tags (
	tag_change_id BIGINT NOT NULL,
	tag_id BIGINT NOT NULL,
	is_added BOOLEAN NOT NULL,
	CONSTRAINT pk_tag_change_tags PRIMARY KEY (tag_change_id, tag_id),
	CONSTRAINT fk_tag_change_tags_tag_change_id FOREIGN KEY(tag_change_id) REFERENCES tag_changes (id),
	CONSTRAINT fk_tag_change_tags_tag_id FOREIGN KEY(tag_id) REFERENCES tags (id)
);

CREATE INDEX ix_tag_change_tags_tag_id_tag_change_id ON tag_change_tags (tag_id, tag_change_id);

CREATE TABLE poll_votes (
	poll_id BIGINT NOT NULL,
	user_id BIGINT NOT NULL,
	option_id BIGINT NOT NULL,
	voted_at BIGINT NOT NULL,
	CONSTRAINT pk_poll_votes PRIMARY KEY (poll_id, user_id, option_id),
	CONSTRAINT fk_poll_votes_poll_id FOREIGN KEY(poll_id) REFERENCES polls (id),
	CONSTRAINT fk_poll_votes_user_id FOREIGN KEY(user_id) REFERENCES users (id),
	CONSTRAINT fk_poll_votes_option_id FOREIGN KEY(option_id) REFERENCES poll_options (id)
);

CREATE INDEX ix_poll_votes_option_id ON poll_votes (option_id);

CREATE INDEX ix_poll_votes_user_id ON poll_votes (user_id);
