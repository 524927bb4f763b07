"""Handwritten digits as pictures of 8 × 8 grey levels, small enough to print as numbers."""

from course_lib.datasets.files import read_split

BRIGHTEST = 16  # the stored whole numbers 0 … 16 count the ink dots of a 4 × 4 block


def load_digits():
    """Return the handwritten digits zero to nine.

    A cell is x = (ink dots in a block of 4 × 4) / 16: 0 is paper, 1 is all ink.

    Returns
    -------
    X_train : ndarray of float32, shape (1397, 8, 8)
        (image, row, column), in [0, 1].
    y_train : ndarray of int, shape (1397,)
        The digit written, 0 to 9.
    X_test : ndarray of float32, shape (400, 8, 8)
        The same 13 writers as in the training images: who wrote what is not known.
    y_test : ndarray of int, shape (400,)
        Forty of each digit.

    Raises
    ------
    FileNotFoundError
        The data file is missing; the message says where it was looked for.
    ValueError
        The file found is not the one of the course.

    Notes
    -----
    Built in lesson 00, "Why deep learning".

    References
    ----------
    Alpaydin and Kaynak, "Optical Recognition of Handwritten Digits", UCI Machine Learning
    Repository, 1998, CC BY 4.0.

    Examples
    --------
    >>> X_train, y_train, X_test, y_test = load_digits()
    >>> X_train.reshape(len(X_train), -1).shape
    (1397, 64)
    """
    return read_split("digits.npz", BRIGHTEST)
