"""Make ``surnames.csv.gz``: surnames of eight languages from the lists of the package Faker.

    pip install faker==40.54.0             # MIT; only the build needs it
    python -m data.sources.make_surnames

Names are spelled with the letters a to z; a name that the lists give for two languages is left
out. The same lists give the same text, byte for byte.
"""

import collections
import gzip
import importlib
import io
import pkgutil
from pathlib import Path

import numpy as np
import pandas as pd

from course_lib.datasets.surnames import fold

TARGET = Path(__file__).resolve().parents[1] / "surnames.csv.gz"
# Language -> the locales of Faker whose lists are taken.
LOCALES = {
    "Croatian": ["hr_HR"],
    "Dutch": ["nl_NL"],
    "English": ["en_GB", "en_US"],
    "French": ["fr_BE", "fr_CA", "fr_CH", "fr_FR"],
    "German": ["de_AT", "de_DE"],
    "Italian": ["it_IT"],
    "Polish": ["pl_PL"],
    "Spanish": ["es_ES"],
}
EACH, TEST_EACH = 600, 120  # names of each language, and how many of them are for the test
LISTS = ("last_names", "last_names_male", "male_last_names", "unisex_last_names")


def names_of(locale):
    """The folded surnames of a locale's lists, as a set."""
    provider = importlib.import_module(f"faker.providers.person.{locale}").Provider
    return {fold(name) for attribute in LISTS for name in getattr(provider, attribute, ())}


def read_faker():
    """Return {locale: set of folded surnames} for every locale of Faker."""
    import faker.providers.person as person  # only the build needs it

    return {module.name: names_of(module.name) for module in pkgutil.iter_modules(person.__path__)}


def to_table(lists):
    """Return the columns surname, language, split; EACH names a language, in random order."""
    language_of = {locale: name for name, locales in LOCALES.items() for locale in locales}
    # Other countries of a language that is here, or lists of mixed origin, exclude nothing.
    language_of |= {locale: locale for locale in lists
                    if locale not in language_of and locale[:2] not in {"de", "en", "es", "fr"}}
    seen = collections.defaultdict(set)
    for locale, language in language_of.items():
        for name in lists[locale]:
            seen[name].add(language)
    rng, parts = np.random.default_rng(26), []
    for language in LOCALES:
        own = sorted(n for n, found in seen.items() if found == {language} and len(n) >= 3)
        if len(own) < EACH:
            raise ValueError(f"{language}: {len(own)} names; expected at least {EACH}")
        chosen = rng.permutation(own)[:EACH]
        split = np.where(np.arange(EACH) < TEST_EACH, "test", "train")
        parts.append(pd.DataFrame({"surname": chosen, "language": language, "split": split}))
    table = pd.concat(parts, ignore_index=True)
    return table.iloc[rng.permutation(len(table))].reset_index(drop=True)


def to_csv_gz(table):
    """Return the bytes of the table as gzipped CSV, the same for the same table."""
    text = table.to_csv(index=False, lineterminator="\n")
    buffer = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=buffer, mtime=0) as file:
        file.write(text.encode("ascii"))
    return buffer.getvalue()


def main():
    table = to_table(read_faker())
    content = to_csv_gz(table)
    TARGET.write_bytes(content)
    print(f"{TARGET.name}: {len(table)} rows, {len(content)} bytes")


if __name__ == "__main__":
    main()
