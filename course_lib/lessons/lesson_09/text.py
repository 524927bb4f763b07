"""The one text of the lesson, its number, and what counting letters alone can do."""

from functools import lru_cache

import numpy as np

from course_lib.datasets.austen import load_austen


@lru_cache(maxsize=1)
def _novel():
    text = load_austen()
    alphabet = "".join(sorted(set(text)))
    number = {character: k for k, character in enumerate(alphabet)}
    tokens = np.array([number[character] for character in text])
    first = len(tokens) * 9 // 10
    return alphabet, tokens[:first], tokens[first:]


def novel():
    """The alphabet (68 characters), and the tokens of the first nine tenths and of the last."""
    alphabet, train, test = _novel()
    return alphabet, train.copy(), test.copy()


def to_text(tokens, alphabet):
    """The characters of the tokens, as one string."""
    return "".join(alphabet[token] for token in tokens)


def to_tokens(text, alphabet):
    """The tokens of a text; characters that the novel does not have are left out."""
    return np.array([alphabet.index(c) for c in text if c in alphabet], dtype=int)


def pair_table(tokens, K):
    """The chances of each letter after each other, (K, K), from counts that begin at 1."""
    counts = np.ones((K, K))
    np.add.at(counts, (tokens[:-1], tokens[1:]), 1)
    return counts / counts.sum(axis=1, keepdims=True)


def counting(order, train, test, K):
    """Bits per character of counts of the `order` letters before: (on train, on test).

    Counts of longer pasts lean on those of shorter ones in proportion to how many different
    letters followed (Witten and Bell 1991).
    """
    chances = [np.full(len(part) - order, 1 / K) for part in (train, test)]
    for n in range(order + 1):
        codes = [sum(part[order - k: len(part) - k].astype(np.int64) * K**k for k in range(n + 1))
                 for part in (train, test)]
        pairs, count = np.unique(codes[0], return_counts=True)
        pasts, where = np.unique(pairs // K if n else 0 * pairs, return_inverse=True)
        total, kinds = np.bincount(where, count), np.bincount(where)
        for code, chance in zip(codes, chances, strict=True):
            at = np.minimum(np.searchsorted(pairs, code), len(pairs) - 1)
            n_pair = np.where(pairs[at] == code, count[at], 0)
            past = code // K if n else 0 * code
            at = np.minimum(np.searchsorted(pasts, past), len(pasts) - 1)
            mixed = (n_pair + kinds[at] * chance) / (total[at] + kinds[at])
            chance[:] = np.where(pasts[at] == past, mixed, chance)
    return tuple(-np.mean(np.log2(chance)) for chance in chances)


def pasts_seen(order, train, test, K):
    """The share of the places in the test text whose last `order` letters occur in the training."""
    codes = [sum(part[order - k - 1: len(part) - k].astype(np.int64) * K**k for k in range(order))
             for part in (train, test)]
    return np.isin(codes[1], codes[0]).mean()


def write_from_table(P, alphabet, n, *, rng, begin=" "):
    """n characters, each drawn with the row of the one before."""
    token, text = alphabet.index(begin), []
    for luck in rng.random(n):
        token = min(int(np.searchsorted(np.cumsum(P[token]), luck)), len(alphabet) - 1)
        text.append(alphabet[token])
    return "".join(text)
