"""Which competitors a cell names."""

import re
from functools import cache

from .aliases import meaning, plain

# Several in one cell; a comma parts them too, unless a legal form follows it ("Acme, Inc.").
_BETWEEN = re.compile(r"[;；、|\r\n]+|[,，](?!\s*(?:inc|ltd|co|corp|llc|llp|plc|gmbh|ag|sa|s\.a|bv|kk|limited|company)\b)", re.I)


@cache
def competitor_names(text: str) -> tuple[str, ...]:
    """The competitors that a cell names, each once; none where it says that there is none."""
    parts = (" ".join(part.split()) for part in _BETWEEN.split(text))
    return tuple({plain(part): part for part in parts if plain(part) and meaning("competitor", part) != "none"}.values())
