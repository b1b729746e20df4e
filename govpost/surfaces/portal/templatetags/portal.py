"""Small words for the portal's templates. No tag asks the database."""

from __future__ import annotations

from django import template

from govpost.surfaces.portal import words

register = template.Library()

register.filter("local", words.local)
register.filter("word", words.word_of)
register.filter("id_type_word", words.id_type_word)
register.filter("notice_text", words.notice_text)
register.filter("clause", words.clause)
