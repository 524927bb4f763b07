"""Surnames and their language: the shortest texts there are, 4,800 of them in eight languages."""

import unicodedata

from course_lib.datasets.files import read_table

COLUMNS = dict.fromkeys(("surname", "language", "split"), str)
LANGUAGES = ("Croatian", "Dutch", "English", "French", "German", "Italian", "Polish", "Spanish")
# Letters that are not a plain letter with an accent on it.
OTHER_LETTERS = str.maketrans({"ß": "ss", "ł": "l", "ø": "o", "æ": "ae", "œ": "oe", "đ": "d",
                               "ð": "d", "þ": "th", "ı": "i", "ə": "e"})


def fold(name):
    """A name in the letters a to z, as the names of the data set are spelled.

    No capitals, accents, spaces or hyphens. The data set was made with this function, and whoever
    asks a network that has learnt from it must spell in the same way.

    Examples
    --------
    >>> fold("Müller"), fold("Wałęsa"), fold("O'Neill")
    ('muller', 'walesa', 'oneill')
    """
    name = unicodedata.normalize("NFKD", name.lower().translate(OTHER_LETTERS))
    return "".join(letter for letter in name if "a" <= letter <= "z")


def load_surnames():
    """Return surnames, each with the language whose list it is from.

    Spelled with the letters a to z by `fold`, without accents, spaces and capitals: an accent would
    give the language away. A name that is in the lists of two languages is in neither.

    Returns
    -------
    pandas.DataFrame
        4,800 rows in random order and the columns

        - ``surname``: 3 letters or more
        - ``language``: one of `LANGUAGES`, 600 names each
        - ``split``: ``"train"`` or ``"test"``, 480 and 120 of each language

    Raises
    ------
    FileNotFoundError
        The data file is missing; the message says where it was looked for.
    ValueError
        The file found has other columns than these.

    Notes
    -----
    Built in lesson 00, "Why deep learning".

    References
    ----------
    The name lists of the Python package Faker, MIT licence.

    Examples
    --------
    >>> table = load_surnames()
    >>> (table.split == "train").sum()
    np.int64(3840)
    """
    return read_table("surnames.csv.gz", COLUMNS)
