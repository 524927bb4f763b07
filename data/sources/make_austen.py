"""Make ``austen.txt.gz``: the novel *Pride and Prejudice* as plain text, a paragraph a line.

    pip install rdata                      # reads R's file format
    apt-get install r-cran-janeaustenr     # the source
    python -m data.sources.make_austen

The source is the text ``prideprejudice`` of the R package janeaustenr. The novel is of 1813 and
long out of copyright. The same source gives the same text, byte for byte, and the gzip header
has no date and no file name.
"""

import gzip
import io
import re
import sys
from pathlib import Path

from data.sources.formats import read_r

# Debian installs the R package here; the first pair of files is R's "lazy-load" data base.
SOURCE = Path("/usr/lib/R/site-library/janeaustenr/data")
TARGET = Path(__file__).resolve().parents[1] / "austen.txt.gz"


def read_lines(source=SOURCE):
    """Return the lines of the novel as the package has them, a list of str."""
    return [str(line) for line in read_r(source, "prideprejudice")]


def to_text(lines):
    """Return the novel without title and headings, each paragraph one line.

    Marks of italics (``_so_``) and rows of asterisks go; so do spaces that are not needed.
    """
    text = "\n".join(line.strip() for line in lines)
    chapters = re.split(r"^Chapter \d+$", text, flags=re.MULTILINE)[1:]
    if not chapters:
        raise ValueError("no line 'Chapter 1' in the text; is it the source that is described?")
    paragraphs = [" ".join(paragraph.replace("_", "").split())
                  for chapter in chapters for paragraph in re.split(r"\n\n+", chapter)]
    return "".join(p + "\n" for p in paragraphs if p and not re.fullmatch(r"[* ]+", p))


def to_gz(text):
    """Return the bytes of the gzipped text, the same for the same text."""
    buffer = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=buffer, mtime=0) as file:
        file.write(text.encode("ascii"))
    return buffer.getvalue()


def main():
    if not (SOURCE / "Rdata.rdb").is_file():
        sys.exit(f"{SOURCE} has no Rdata.rdb: install Debian's package r-cran-janeaustenr.")
    text = to_text(read_lines())
    content = to_gz(text)
    TARGET.write_bytes(content)
    print(f"{TARGET.name}: {len(text)} characters, {len(content)} bytes")


if __name__ == "__main__":
    main()
