"""Words for the full-text index, Chinese and English alike.

The databases' own parsers do not cut Chinese into words, so the text is cut here, in the same way
for what is stored and for what is searched. Text is folded first: compatibility forms (full-width
letters, ligatures) and upper case go, and so do marks that do not compose and characters without
a width. Then

- a run of Chinese, Japanese or Korean characters gives every character and every pair of
  neighbours (投诉单: 投 诉 单 投诉 诉单). A large index leaves out the single characters that
  begin a pair: one character is asked for as the beginning of a word;
- a run of other letters and digits is a word; a mixed one such as `iphone15` gives `iphone` and
  `15` as well;
- words joined by one of `-_./@:` give the words and every two neighbours joined by `-`, so an
  order number is found whole, by its parts, and whatever sign joins them.

A token holds letters, digits and `-` only, so it needs no escaping in a quoted tsquery lexeme or
FTS5 string. PostgreSQL: `array_to_tsvector(tokens)`, no parser. SQLite: FTS5 over the tokens
joined by blanks with `tokenize="ascii tokenchars '-'"`, which parts them at the blanks only.
`as_tsquery` and `as_fts5` say what is asked for in the language of each.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise
from operator import add

MAX_CHARACTERS = 40_000
"""How many characters of folded text are indexed: what they give fits into one tsvector (1 MB)."""

MAX_QUERY_CHARACTERS = 200
MAX_WORD_CHARACTERS = 64

_MAX_MARKS = 8  # marks in a row; beyond, composing them takes quadratic time
_MAX_PARTS = 3  # a mixed run of more parts is a key or a checksum, not a name with a number

_CJK = (
    r"\u3005-\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f\u31a0-\u31bf"
    r"\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U000323af"
)
_WORD = rf"[^\W_{_CJK}]+"
_JOINT = r"[-_./@:\u2010-\u2015\u2212]"
_PLAIN = re.compile(r"[\x00-\x7f\u3001-\u3029\u4e00-\u9fff\uff01-\uff5e]*")
_WIDE = re.compile(r"[\uff01-\uff5e]")
_RUN = re.compile(rf"(?P<cjk>[{_CJK}]+)|{_WORD}(?:{_JOINT}{_WORD})*")
_CHARACTER = re.compile(rf"[{_CJK}]")
_JOINTS = re.compile(_JOINT)
_PART = re.compile(r"\d+|\D+")


def index_tokens(*texts: str) -> list[str]:
    """Return the distinct words by which the texts are found together.

    The texts share MAX_CHARACTERS, the short ones first: a number or a name is never crowded out
    by a long description, whose end is left out instead. No text raises an error.
    """
    together = "\n".join(sorted(filter(None, texts), key=len))
    return _tokens(_folded(together, limit=MAX_CHARACTERS), searching=False)


def begun_tokens(*texts: str) -> list[str]:
    """Return what an index needs that finds one character as the beginning of a word.

    Those of `index_tokens` without the characters that another one follows: some 60 % as many.
    """
    together = "\n".join(sorted(filter(None, texts), key=len))
    return _tokens(_folded(together, limit=MAX_CHARACTERS), searching=False, begun=True)


def is_character(token: str) -> bool:
    """Whether the token is a single Chinese, Japanese or Korean character."""
    return len(token) == 1 and _CHARACTER.match(token) is not None


def as_tsquery(tokens: Sequence[str], *, any_of: bool = False) -> str:
    """Return what asks PostgreSQL for rows with all, or any, of these tokens."""
    asked = (f"'{token}':*" if is_character(token) else f"'{token}'" for token in tokens)
    return (" | " if any_of else " & ").join(asked)


def as_fts5(tokens: Sequence[str], *, any_of: bool = False) -> str:
    """Return what asks SQLite for rows with all, or any, of these tokens."""
    asked = (f'"{token}" *' if is_character(token) else f'"{token}"' for token in tokens)
    return (" OR " if any_of else " AND ").join(asked)


def query_tokens(text: str) -> list[str]:
    """Return the distinct tokens that a text must all have in order to be found.

    A text that contains the query is found if the query is Chinese, or whole words; a word does
    not find its longer sisters. Without letters and digits in the query the list is empty: then
    nothing was asked for. What exceeds MAX_QUERY_CHARACTERS is left out. No text raises an error.
    """
    return _tokens(_folded(text, limit=MAX_QUERY_CHARACTERS), searching=True)


def _folded(text: str, *, limit: int) -> str:
    """Fold the text, cut at the limit before and after, because folding can make it longer."""
    text = text[:limit]
    if text.isascii():
        return text.lower()
    if _PLAIN.fullmatch(text):  # nothing in it that composes, has no width or grows
        return _WIDE.sub(_narrow, text).lower()
    text = unicodedata.normalize("NFKC", "".join(_composable(text)))[:limit]
    text = unicodedata.normalize("NFKC", text.casefold())
    return "".join(sign for sign in text if unicodedata.category(sign)[0] != "M")[:limit]


def _narrow(sign: re.Match[str]) -> str:
    return chr(ord(sign[0]) - 0xFEE0)


def _composable(text: str) -> Iterator[str]:
    """Yield the characters without those of no width and without marks piled up."""
    marks = 0
    for sign in text:
        marks = marks + 1 if unicodedata.combining(sign) else 0
        if marks <= _MAX_MARKS and unicodedata.category(sign) != "Cf":
            yield sign


def _tokens(folded: str, *, searching: bool, begun: bool = False) -> list[str]:
    """Return the tokens of a folded text. Imports spend their time here, hence no generators."""
    found: list[str] = []
    for run in _RUN.finditer(folded):
        text = run[0]
        if run.lastgroup == "cjk":
            if len(text) == 1 or not (searching or begun):
                found += text
            elif begun:
                found.append(text[-1])
            found += map(add, text, text[1:])
        elif text.isalpha() or text.isdecimal():
            found.append(text[:MAX_WORD_CHARACTERS])
        else:
            found += _words(_JOINTS.split(text), searching=searching)
    return list(dict.fromkeys(found))


def _words(words: list[str], *, searching: bool) -> list[str]:
    words = [word[:MAX_WORD_CHARACTERS] for word in words]
    found = words + [f"{first}-{second}" for first, second in pairwise(words)]
    if not searching:
        for word in words:
            parts = _PART.findall(word)
            if 1 < len(parts) <= _MAX_PARTS:
                found += parts
    return found
