"""Spoken digits as small pictures: time runs down the rows, pitch bands along the columns."""

from course_lib.datasets.files import read_split

RANGE_DB = 48  # the stored whole numbers 0 … 48 are dB above the faintest level kept


def load_spoken_digits():
    """Return the digits zero to nine as log-mel arrays, said by synthetic voices.

    A recording of 0.72 s is cut into 32 frames, each with the energy in 32 bands that are evenly
    spaced in mel from 80 to 7600 Hz. The value of a cell is

        x = max(0, 1 + (E − E_max) / 48 dB)

    with E the cell's energy in dB and E_max that of the recording's loudest cell: 1 is the
    loudest, 0 is 48 dB below it or fainter. No voice is in both parts, so the test asks about
    speakers never heard. Rows are in random order and the ten digits equally frequent.

    Returns
    -------
    X_train : ndarray of float32, shape (1200, 32, 32)
        (recording, time, band), from 24 voices.
    y_train : ndarray of int, shape (1200,)
        The digit said, 0 to 9.
    X_test : ndarray of float32, shape (400, 32, 32)
        From 8 other voices.
    y_test : ndarray of int, shape (400,)

    Raises
    ------
    FileNotFoundError
        The data file is missing; the message says where it was looked for.
    ValueError
        The file found is not the one of the course.

    Notes
    -----
    Built in lesson 00, "Why deep learning". Made with espeak-ng: a network that understands these
    voices need not understand a human one. See ``data/README.md``.

    References
    ----------
    Davis and Mermelstein, "Comparison of parametric representations for monosyllabic word
    recognition in continuously spoken sentences", IEEE Trans. ASSP 28(4), 1980 (mel bands).

    Examples
    --------
    >>> X_train, y_train, X_test, y_test = load_spoken_digits()
    >>> X_train.reshape(len(X_train), -1).shape
    (1200, 1024)
    """
    return read_split("spoken_digits.npz", RANGE_DB)
