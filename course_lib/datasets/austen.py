"""One novel, letter by letter: the text on which a small network learns to write."""

import gzip

from course_lib.datasets.files import Unfit, data_file, read


def load_austen():
    """Return Jane Austen's *Pride and Prejudice* as one string, a paragraph a line.

    Title, headings of chapters and marks of italics are left out; capitals and punctuation are
    as printed.

    Returns
    -------
    str
        680,738 characters, 68 different ones, all ASCII; 2,057 paragraphs, each ends with
        a line break.

    Raises
    ------
    FileNotFoundError
        The data file is missing; the message says where it was looked for.
    ValueError
        The file found is not a gzipped ASCII text.

    Notes
    -----
    Built in lesson 08, "Recurrent networks".

    References
    ----------
    Jane Austen, *Pride and Prejudice* (1813), out of copyright; from the R package janeaustenr.

    Examples
    --------
    >>> load_austen()[:23]
    'It is a truth universal'
    """
    return read(data_file("austen.txt.gz"), parse, "a gzipped ASCII text")


def parse(path) -> str:
    text = gzip.decompress(path.read_bytes()).decode("ascii")
    if not text:
        raise Unfit("it is empty")
    return text
