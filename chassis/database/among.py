"""One of many words, asked with one parameter however many there are."""

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import String, any_, bindparam, column, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql import ColumnElement


def among(
    asked: ColumnElement[Any], words: Iterable[str], *, postgres: bool
) -> ColumnElement[bool]:
    """Whether a column holds one of these words.

    A city has hundreds of agencies. Each as a parameter of its own would make a statement for every
    number of them, which no driver keeps prepared; so they travel as one array, or as one JSON text.
    """
    told = sorted(words)
    if postgres:
        return asked == any_(bindparam(None, told, ARRAY(String)))
    each = func.json_each(json.dumps(told)).table_valued(column("value", String))
    return asked.in_(select(each.c.value))
