"""Collect what the customer's site says into the catalogues that people translate: `make messages`.

The words stand in Python code and in templates. Each catalogue then has exactly these messages, in order of the
alphabet and without the places where they stand, so that two changes meet in one line only where they change the same
sentence. What was translated stays; what nobody says any more goes.
"""

import io
import os
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import django
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "sevenpanel"
CATALOGUES = PACKAGE / "web" / "locale"

# The rooms whose words customers read on the site; of the API, what its own page says. The operator's desk, the API's
# answers and the commands speak English.
ROOMS = (
    "kernel", "links", "terms", "ledger", "accounts", "catalog", "shortlinks", "notices", "orders", "fulfilment",
    "deposits", "support", "insight", "letters", "rehearsal", "webhooks", "exports", "erasure", "web",
    "api",
)  # fmt: skip

# The forms of each language by the number that they stand beside, in the order of the CLDR: zero, one, two, few, many,
# other. (The form that Spanish and Portuguese have for whole millions is left out: no number here is so round.)
_ONE_OR_OTHER = "nplurals=2; plural=(n != 1);"
_UP_TO_ONE_OR_OTHER = "nplurals=2; plural=(n > 1);"
PLURALS = {
    "fa": _UP_TO_ONE_OR_OTHER,
    "ar": "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5);",
    "tr": _ONE_OR_OTHER,
    "hi": _UP_TO_ONE_OR_OTHER,
    "pt_BR": _UP_TO_ONE_OR_OTHER,
    "ru": "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);",
    "es": _ONE_OR_OTHER,
}

Id = str | tuple[str, ...]
Key = tuple[Id, str | None]

KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
    "say": None,
    "say_many": (1, 2),
}


@cache
def said() -> dict[Key, Message]:
    """Everything that the site says, by its id and its context."""
    found: dict[Key, Message] = {}
    for path in _sources():
        for _line, message, comments, context in _in(path):
            found.setdefault((message, context), Message(message, auto_comments=comments, context=context))
    return found


def _sources() -> Iterator[Path]:
    for room in ROOMS:
        yield from sorted((PACKAGE / room).rglob("*.py"))
        for ending in ("html", "txt"):
            yield from sorted((PACKAGE / room / "templates").rglob(f"*.{ending}"))


def _in(path: Path) -> Iterator[tuple[int, Id, list[str], str | None]]:
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        # What Django makes of a template for its own tools. In brackets, because indentation means nothing there.
        text = f"(\n{templatize(text, origin=str(path))}\n)"
    yield from extract("python", io.BytesIO(text.encode()), KEYWORDS, ["Translators:"], {"encoding": "utf-8"})


def languages() -> list[str]:
    """The languages that are translated into, as the folders of their catalogues are called, such as "pt_BR"."""
    return [_folder(code) for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]


def _folder(code: str) -> str:
    language, _, country = code.partition("-")
    return f"{language}_{country.upper()}" if country else language


def path_of(language: str) -> Path:
    """Where a language's catalogue lies."""
    return CATALOGUES / language / "LC_MESSAGES" / "django.po"


def translated(language: str) -> Catalog:
    """A language's catalogue as it lies in its file; an empty one before there is any."""
    path = path_of(language)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def merged(language: str, before: Catalog) -> Catalog:
    """The catalogue with exactly the messages that are said now, and what was translated of them."""
    catalog = Catalog(locale=language)
    catalog.mime_headers = [("Plural-Forms", PLURALS[language])]
    for (message, context), found in said().items():
        old = before.get(found.id, context)
        kept = old.string if old is not None and old.pluralizable == found.pluralizable else None
        catalog.add(message, kept, auto_comments=found.auto_comments, context=context)
    return catalog


def written(language: str, catalog: Catalog) -> bytes:
    """A catalogue as its file. Its head says what programs need, and nothing that changes from day to day."""
    file = io.BytesIO()
    write_po(file, catalog, width=0, no_location=True, omit_header=True, sort_output=True)
    head = {
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": catalog.plural_forms,
    }
    lines = "".join(f'"{name}: {value}\\n"\n' for name, value in head.items())
    return f'msgid ""\nmsgstr ""\n{lines}\n'.encode() + file.getvalue().rstrip() + b"\n"


def save(language: str, catalog: Catalog) -> None:
    """Write a catalogue to its file."""
    path_of(language).parent.mkdir(parents=True, exist_ok=True)
    path_of(language).write_bytes(written(language, catalog))


def main() -> int:
    """Bring every catalogue up to date, and tell how much of it is translated."""
    # Those of the tests leave nothing behind.
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sevenpanel.settings.test")
    django.setup()
    for language in languages():
        catalog = merged(language, translated(language))
        save(language, catalog)
        missing = sum(1 for each in catalog if each.id and not is_whole(each, catalog.num_plurals))
        print(f"{language}: {len(catalog)} messages, {missing} not translated")
    return 0


def is_whole(message: Message, forms: int) -> bool:
    """Whether a message is translated in every form that its language has."""
    if message.pluralizable:
        return len(message.string) == forms and all(message.string)
    return bool(message.string)


if __name__ == "__main__":
    sys.exit(main())
