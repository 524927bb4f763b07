"""What a house sold for: four numbers about it and its price, 25,219 real sales."""

from course_lib.datasets.files import read_table

COLUMNS = {
    "area_sqft": "int64",
    "bedrooms": "int64",
    "distance_miles": "float64",
    "age_years": "int64",
    "price_usd": "int64",
}


def load_property_prices():
    """Return house sales in Lucas County (Toledo), Ohio, 1993 to 1998.

    The first four columns are the inputs of the property example, the last is the target. Rows
    are in random order, so the first n of them are a fair sample. Prices are of their time: no
    inflation is taken out, and the year of sale is not a column.

    Returns
    -------
    pandas.DataFrame
        25,219 rows and the columns

        - ``area_sqft``: living area in square feet, int64
        - ``bedrooms``: 1 to 9, int64
        - ``distance_miles``: straight line to downtown Toledo, float64
        - ``age_years``: year of sale minus year built, int64
        - ``price_usd``: price paid in US dollars, int64

    Raises
    ------
    FileNotFoundError
        The data file is missing; the message says where it was looked for.
    ValueError
        The file found has other columns than these.

    Notes
    -----
    Built in lesson 01, "The neuron".

    References
    ----------
    Data set ``house`` of the R package spData (Bivand, Nowosad, Lovelace), CC0 1.0.

    Examples
    --------
    >>> table = load_property_prices()
    >>> X = table.drop(columns="price_usd").to_numpy(float)
    >>> X.shape
    (25219, 4)
    """
    return read_table("property_prices.csv.gz", COLUMNS)
