"""Small grey pictures of clothes and shoes: the images that lesson 07 learns from."""

from course_lib.datasets.files import data_file, read_split

BRIGHTEST = 255  # the stored grey levels are whole numbers 0 … 255
CLASS_NAMES = ("T-shirt", "trousers", "pullover", "dress", "coat",
               "sandal", "shirt", "sneaker", "bag", "ankle boot")  # fmt: skip


def load_fashion():
    """Return 5,000 training and 1,000 test images of Fashion-MNIST, as many of each class.

    A pixel is x = grey level / 255: 0 is background.

    Returns
    -------
    X_train : ndarray of float32, shape (5000, 1, 28, 28)
        (image, channel, row, column), in [0, 1].
    y_train : ndarray of int, shape (5000,)
        The class, 0 to 9; 500 of each.
    X_test : ndarray of float32, shape (1000, 1, 28, 28)
        From the original's test images.
    y_test : ndarray of int, shape (1000,)
        100 of each.
    class_names : tuple of str
        What the ten numbers stand for.

    Raises
    ------
    FileNotFoundError
        The data file is missing; the message says where it was looked for.
    ValueError
        The file found is not the one of the course.

    Notes
    -----
    Built in lesson 07.

    References
    ----------
    Xiao, Rasul and Vollgraf, "Fashion-MNIST: a novel image dataset for benchmarking machine
    learning algorithms", 2017, MIT licence.

    Examples
    --------
    >>> X_train, y_train, X_test, y_test, class_names = load_fashion()
    >>> class_names[9], X_test[y_test == 9].shape
    ('ankle boot', (100, 1, 28, 28))
    """
    X_train, y_train, X_test, y_test = read_split("fashion.npz", BRIGHTEST)
    for X, y in ((X_train, y_train), (X_test, y_test)):
        if X.ndim != 3 or X.shape[1:] != (28, 28) or y.shape != X.shape[:1]:
            raise ValueError(
                f"{data_file('fashion.npz')} has images of shape {X.shape} and classes of shape "
                f"{y.shape}; expected (n, 28, 28) and (n,). Put the file of the course back."
            )
    return X_train[:, None], y_train, X_test[:, None], y_test, CLASS_NAMES
