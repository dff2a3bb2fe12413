"""A column whose text lies encrypted in the database and is plain in the program."""

from sqlalchemy import Dialect, Text, TypeDecorator

from forum.core.services import services


class SealedText(TypeDecorator[str]):
    """Text under the site's field keys (`FORUM_FIELD_KEYS`); the empty text stays empty."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """The text, encrypted."""
        return services().cipher.seal(value) if value else value

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """The text again; raises Unreadable if its key is gone."""
        return services().cipher.open(value) if value else value
