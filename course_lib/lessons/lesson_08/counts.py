"""The rival of every writer: count which letter followed which past, and guess by the counts."""

import numpy as np


def counting_bits(seen, held_out, order, n_letters):
    """Bits per letter on held_out of a table that knows `order` letters before the next.

    Pasts that were rare are no safe guide, so the counts of a longer past lean on those of the
    shorter one, in proportion to how many different letters followed (Witten and Bell, 1991).

    Parameters
    ----------
    seen, held_out : (letters,) arrays of tokens below n_letters
    order : int, at most 8
    """
    before = order  # letters of a past that every scored place needs
    chances = np.full(len(held_out) - before, 1 / n_letters)
    for n in range(order + 1):
        # a past and the letter after it as one number, the letter its last digit
        codes = [sum(part[before - k:len(part) - k].astype(np.int64) * n_letters**k
                     for k in range(n + 1)) for part in (seen, held_out)]
        pairs, count = np.unique(codes[0], return_counts=True)
        pasts, where = np.unique(pairs // n_letters, return_inverse=True)
        total, kinds = np.bincount(where, count), np.bincount(where)
        at = np.minimum(np.searchsorted(pairs, codes[1]), len(pairs) - 1)
        n_pair = np.where(pairs[at] == codes[1], count[at], 0)
        past = codes[1] // n_letters
        at = np.minimum(np.searchsorted(pasts, past), len(pasts) - 1)
        mixed = (n_pair + kinds[at] * chances) / (total[at] + kinds[at])
        chances = np.where(pasts[at] == past, mixed, chances)
    return -np.mean(np.log2(chances))
