"""What people write as the dialect's objects: comments, posts, topics, forums."""

from polybooru.api.philomena.present import date, date_or_none
from polybooru.api.philomena.wire_writing import CommentObject, ForumObject, PostObject, TopicObject
from polybooru.library.avatars import drawn_avatar
from polybooru.library.shown_comments import ShownComment
from polybooru.library.shown_forums import ShownForum, ShownTopic
from polybooru.library.shown_posts import ShownPost


def comment_object(comment: ShownComment) -> CommentObject:
    """A stub where the image is hidden; of a hidden comment neither its body nor its edit."""
    if comment.is_image_hidden:
        return CommentObject(id=comment.id, image_id=comment.image_id)
    return CommentObject(
        id=comment.id,
        image_id=comment.image_id,
        user_id=comment.user_id,
        author=comment.author,
        avatar=drawn_avatar(comment.author),
        body=comment.body,
        created_at=date(comment.created_at),
        updated_at=date(comment.updated_at),
        edited_at=None if comment.is_hidden else date_or_none(comment.edited_at),
        edit_reason=None if comment.is_hidden else comment.edit_reason,
    )


def post_object(post: ShownPost) -> PostObject:
    """A stub where the topic is hidden; of a hidden post neither its body nor its edit."""
    if post.is_topic_hidden:
        return PostObject(id=post.id)
    return PostObject(
        id=post.id,
        user_id=post.user_id,
        author=post.author,
        avatar=drawn_avatar(post.author),
        body=post.body,
        created_at=date(post.created_at),
        updated_at=date(post.updated_at),
        edited_at=None if post.is_hidden else date_or_none(post.edited_at),
        edit_reason=None if post.is_hidden else post.edit_reason,
    )


def topic_object(topic: ShownTopic) -> TopicObject:
    """A topic."""
    return TopicObject(
        slug=topic.slug,
        title=topic.title,
        post_count=topic.post_count,
        view_count=topic.view_count,
        sticky=topic.is_sticky,
        last_replied_to_at=date_or_none(topic.last_replied_to_at),
        locked=topic.is_locked,
        user_id=topic.user_id,
        author=topic.author,
    )


def forum_object(forum: ShownForum) -> ForumObject:
    """A forum."""
    return ForumObject(
        name=forum.name,
        short_name=forum.short_name,
        description=forum.description,
        topic_count=forum.topic_count,
        post_count=forum.post_count,
    )
