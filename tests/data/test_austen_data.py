"""The novel and the network that has read it: made by the scripts beside them."""

import gzip
import re
from pathlib import Path

import numpy as np
import pytest

from course_lib.datasets.austen import load_austen
from course_lib.network import Network
from data.sources import make_austen
from data.sources import make_language_model as make_model

DATA = Path(__file__).resolve().parents[2] / "data"




@pytest.fixture(scope="module")
def text():
    return load_austen()


# The novel ----------------------------------------------------------------------------------------
def test_the_novel_is_whole_and_clean(text):
    assert len(text) == 680_738 and text.count("\n") == 2057 and len(set(text)) == 68
    assert text.startswith("It is a truth universally acknowledged, that a single man")
    assert text.endswith("had been the means of uniting them.\n")
    assert not re.search(r"  | \n|\n |\n\n|[_*\t]|Chapter \d", text)
    assert text.count("Darcy") > 400


def test_the_gzip_header_has_no_date_and_no_name(text):
    shipped = (DATA / "austen.txt.gz").read_bytes()
    assert shipped[3] == 0 and shipped[4:8] == bytes(4) and len(shipped) < 400_000
    content = make_austen.to_gz(text)
    assert content == make_austen.to_gz(text)
    assert gzip.decompress(content) == gzip.decompress(shipped)


def test_headings_italics_and_asterisks_go():
    lines = ["A TITLE", "", "Chapter 1", "", "", "It _was_", "  so.", "", "* * * * *", "", '"Oh!"',
             "", "Chapter 12", "", "The end."]
    assert make_austen.to_text(lines) == 'It was so.\n"Oh!"\nThe end.\n'
    with pytest.raises(ValueError, match="no line 'Chapter 1'"):
        make_austen.to_text(["It was so."])


def test_without_the_package_the_script_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setattr(make_austen, "SOURCE", tmp_path)
    with pytest.raises(SystemExit, match="install Debian's package r-cran-janeaustenr"):
        make_austen.main()


def test_the_source_gives_the_shipped_text(text):
    pytest.importorskip("rdata", reason="the package rdata reads the source; not installed")
    if not (make_austen.SOURCE / "Rdata.rdb").is_file():
        pytest.skip("Debian's package r-cran-janeaustenr, the source, is not installed")
    assert make_austen.to_text(make_austen.read_lines()) == text


@pytest.mark.parametrize("content", [b"not gzipped", gzip.compress("Überfluß".encode(), mtime=0)],
                         ids=["not gzipped", "not ASCII"])
def test_another_file_is_refused(content, tmp_path, monkeypatch):
    (tmp_path / "austen.txt.gz").write_bytes(content)
    monkeypatch.setenv("COURSE_DATA_DIR", str(tmp_path))
    with pytest.raises(ValueError, match="austen.txt.gz is not a gzipped ASCII text"):
        load_austen()


# The network that has read it ---------------------------------------------------------------------
@pytest.fixture(scope="module")
def network():
    return Network.load(DATA / "language_model.npz")


def test_the_checkpoint_is_small_and_in_float32(network):
    assert (DATA / "language_model.npz").stat().st_size <= 900_000
    assert network.parameters.dtype == np.float32 and np.isfinite(network.parameters).all()
    assert [layer.n_out for layer in network.layers] == [24, 204, 68]


def test_the_checkpoint_predicts_what_it_never_read(network, text):
    tokens, alphabet = make_model.to_tokens(text)
    held_out = tokens[len(tokens) * 9 // 10:][:20_000]
    bits = make_model.bits_per_character(network, held_out)
    assert 1.5 < bits < 1.8
    shuffled = np.random.default_rng(0).permutation(held_out)
    assert make_model.bits_per_character(network, shuffled) > 4


def test_training_learns_and_can_be_repeated(text):
    said = []
    networks = [make_model.train(text[:60_000], epochs=4, hidden=16, report=said.append,
                                 rng=np.random.default_rng(0)) for _ in range(2)]
    assert np.array_equal(networks[0].parameters, networks[1].parameters)
    bits = [float(re.search(r"([\d.]+) bits", sentence)[1]) for sentence in said]
    assert bits[0] > bits[3] and bits[3] < 5


def test_streams_are_the_text_in_order():
    X, y = make_model.streams(np.arange(11), 2)
    assert X.tolist() == [[0, 1, 2, 3, 4], [5, 6, 7, 8, 9]]
    assert y.tolist() == [[1, 2, 3, 4, 5], [6, 7, 8, 9, 10]]
