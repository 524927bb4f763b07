"""A table becomes numbers by what its training rows teach; what does not fit is named."""

import numpy as np
import pandas as pd
import pytest

from course_lib.datasets.table import Preparation, missing, prepare, read_table


def table(**columns):
    start = {"age": [20, 30, 40, 50], "land": ["France", "Spain", "Spain", "Germany"],
             "card": ["yes", "no", "No", "YES"], "left": [0, 1, 1, 0]}
    return pd.DataFrame(start | columns)


def test_each_kind_of_column():
    prepared = prepare(table(), "left")
    assert prepared.names == ["age", "land Germany", "land Spain", "card"]
    X = prepared(table())
    assert X[:, 0].mean() == pytest.approx(0) and X[:, 0].std() == pytest.approx(1)
    assert X[:, 1:].tolist() == [[0, 0, 1], [0, 1, 0], [0, 1, 0], [1, 0, 1]]
    assert prepared.answers(table()).tolist() == [0, 1, 1, 0]


def test_statistics_are_those_of_the_training_rows():
    prepared = prepare(table(), "left")
    new = prepared(table(age=[120, 30, 40, 50]))
    assert new[0, 0] == pytest.approx((120 - 35) / np.std([20, 30, 40, 50]))
    assert prepared(table().iloc[[1]]).tolist() == [prepared(table())[1].tolist()]


def test_missing_values_are_filled_and_marked():
    prepared = prepare(table(age=[20, np.nan, 40, 60], land=["France", None, "Spain", " "]), "left")
    assert prepared.names == ["age", "age missing", "land Spain", "land missing", "card"]
    X = prepared(table(age=[40, np.nan, "", 40], land=["France", None, "Spain", ""]))
    assert X[:, 0].tolist() == [X[0, 0]] * 4                     # the median is 40
    assert X[:, 1].tolist() == [0, 1, 1, 0] and X[:, 3].tolist() == [0, 1, 0, 1]
    complete = prepare(table(), "left")
    assert np.isfinite(complete(table(age=[np.nan, 1, 2, 3]))).all()


def test_another_order_and_more_columns_change_nothing():
    prepared = prepare(table(), "left")
    other = table(branch=list("abcd"))[["branch", "card", "left", "age", "land"]]
    assert np.array_equal(prepared(other), prepared(table()))


def test_numbers_that_are_text_are_numbers():
    assert np.array_equal(prepare(table(age=["20", " 30", "40.0", "5e1"]), "left")(table()),
                          prepare(table(), "left")(table()))


@pytest.mark.parametrize("answers", [["Yes", "No", "no", "Y"], [True, False, False, True],
                                     [1.0, 0.0, 0.0, 1.0], ["1", "0", "0", "1"]])
def test_answers_may_be_written_in_many_ways(answers):
    mine = table(left=answers)
    assert prepare(mine, "left").answers(mine).tolist() == [1, 0, 0, 1]


@pytest.mark.parametrize("change, said", [
    ({"land": ["France", "Spain", "Spain", "Italy"]},
     "row 3, column 'land': 'Italy' is none of France, Germany, Spain"),
    ({"land": ["France", "spain", "Spain", "Germany"]}, "did you mean 'Spain'"),
    ({"age": [20, 30, "about 40", 50]}, "row 2, column 'age': 'about 40' is no number"),
    ({"card": ["yes", "no", "perhaps", "no"]}, "row 2, column 'card': 'perhaps' is neither yes"),
])
def test_a_new_row_that_does_not_fit_is_named(change, said):
    with pytest.raises(ValueError, match=said):
        prepare(table(), "left")(table(**change))


@pytest.mark.parametrize("change, said", [
    ({"left": [0, 1, 2, 0]}, "row 2, column 'left': 2 is neither yes nor no"),
    ({"left": [0, 1, None, 0]}, "row 2, column 'left'.*is neither yes nor no"),
    ({"age": [np.nan] * 4}, "column 'age' has no value in the training rows; leave it out"),
    ({"age": [7] * 4}, "column 'age' is always '7'"),
    ({"age": [1.5, 2.5, "1.234,50", 4]}, "row 2, column 'age': '1.234,50' is no number"),
])
def test_training_rows_that_teach_nothing_are_named(change, said):
    with pytest.raises(ValueError, match=said):
        prepare(table(**change), "left")


def test_texts_that_name_rows_are_no_categories():
    many = pd.DataFrame({"name": [f"n{k}" for k in range(30)], "left": [0, 1] * 15,
                         "age": range(30)})
    with pytest.raises(ValueError, match="column 'name' has 30 different texts.*leave_out"):
        prepare(many, "left")
    assert prepare(many, "left", leave_out="name").names == ["age"]


def test_columns_that_are_not_there():
    with pytest.raises(ValueError, match="no column 'Left'. .*did you mean 'left'"):
        prepare(table(), "Left")
    with pytest.raises(ValueError, match="no column 'age'"):
        prepare(table(), "left")(table().drop(columns="age"))
    with pytest.raises(ValueError, match="another sign separates"):
        prepare(pd.DataFrame({"age;land;left": ["1;2;3"]}), "left")
    twice = pd.concat([table(), table()[["age"]]], axis=1)
    with pytest.raises(ValueError, match="several columns 'age'"):
        prepare(table(), "left")(twice)
    with pytest.raises(ValueError, match="no rows"):
        prepare(table().iloc[:0], "left")
    with pytest.raises(ValueError, match="no column is left"):
        prepare(table()[["age", "left"]], "left", leave_out=["age"])


@pytest.mark.parametrize("value", [None, [[1, 2]], np.zeros((2, 2)), {"age": [1]}, "my.csv"])
def test_only_tables_are_taken(value):
    with pytest.raises(TypeError, match="expected a table, a pandas DataFrame; got"):
        prepare(value, "left")
    with pytest.raises(TypeError, match="one row is table.iloc"):
        prepare(table(), "left")(value)


def test_saved_and_loaded_it_gives_the_same_numbers(tmp_path):
    prepared = prepare(table(age=[20, np.nan, 40, 60]), "left")
    prepared.save(tmp_path / "bank.json")
    again = Preparation.load(tmp_path / "bank.json")
    assert again.names == prepared.names and again.target == "left"
    assert np.array_equal(again(table()), prepared(table()))


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"target": "a", "columns": {"b": {}}}'])
def test_another_file_is_refused(tmp_path, text):
    (tmp_path / "bank.json").write_text(text)
    with pytest.raises(ValueError, match="was not written by Preparation.save"):
        Preparation.load(tmp_path / "bank.json")


@pytest.mark.parametrize("blank", ["", "  ", None, np.nan])
def test_a_missing_category_is_not_the_first_one(blank):
    training = pd.DataFrame({"land": ["France", "Spain", "Spain"], "left": [0, 1, 0]})
    new = pd.DataFrame({"land": ["Spain", blank]})
    with pytest.raises(ValueError, match="row 1, column 'land' has no value"):
        prepare(training, "left")(new)


@pytest.mark.parametrize(("text", "encoding"), [
    ("a,b\n1.5,x\n2,\n", "utf-8"), ("a;b\n1,5;x\n2;\n", "utf-8-sig"),
    ("a\tb\r\n1,5\tx\r\n2,0\t\r\n", "utf-16"), (" a ; b\n1.5; x\n2; \n", "latin-1")])
def test_a_file_is_read_whichever_sign_separates(tmp_path, text, encoding):
    (tmp_path / "my.csv").write_text(text, encoding=encoding, newline="")
    table = read_table(tmp_path / "my.csv")
    assert list(table.columns) == ["a", "b"] and list(table.a) == [1.5, 2.0]
    assert table.b[0] == "x" and missing(table.b)[1]


def test_a_decimal_comma_may_have_gaps_and_text_keeps_its_commas(tmp_path):
    (tmp_path / "my.csv").write_bytes("a;b\n3,5;Köln, Süd\n;Ulm\n4;Ulm\n".encode("latin-1"))
    table = read_table(tmp_path / "my.csv")
    assert np.array_equal(table.a, [3.5, np.nan, 4], equal_nan=True)
    assert list(table.b) == ["Köln, Süd", "Ulm", "Ulm"]


@pytest.mark.parametrize(("content", "message"), [(b"", "is empty"), (b"PK\0\3", "not a text")])
def test_what_is_no_table_of_text_is_refused(tmp_path, content, message):
    (tmp_path / "my.csv").write_bytes(content)
    with pytest.raises(ValueError, match=message):
        read_table(tmp_path / "my.csv")
