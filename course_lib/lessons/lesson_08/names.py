"""Surnames that have the same letters and come from different languages."""

from course_lib.datasets.surnames import load_surnames


def anagrams():
    """Lists of "name (language)" with the same letters in another order, in several languages."""
    table, bags = load_surnames(), {}
    for name, language in zip(table.surname, table.language, strict=True):
        bags.setdefault("".join(sorted(name)), []).append(f"{name} ({language})")
    found = [names for names in bags.values() if len({n.split()[1] for n in names}) > 1]
    return sorted(found, key=lambda names: -len(names[0]))
