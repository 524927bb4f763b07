"""Make ``transformer_measured.json``: what each piece of a Transformer is worth on one novel.

    pip install torch
    python -m data.sources.make_transformer_pieces     # about a quarter of an hour on one core

Small networks, each with one piece more than the one before, are trained for equally many steps on
the first nine tenths of *Pride and Prejudice*, with several seeds, and judged on the last tenth in
bits per character. The file also has the LSTM of lesson 08 and the small GPT of
``make_transformer.py``, judged on the same letters. What is there already is not measured again.
"""

import json
import math
from pathlib import Path

import numpy as np

from course_lib.datasets.austen import load_austen
from course_lib.network import Network
from data.sources import make_transformer as gpt
from data.sources.make_language_model import to_tokens

DATA = Path(__file__).resolve().parents[1]
TARGET = DATA / "transformer_measured.json"
DIM, CONTEXT, BATCH, STEPS, RATE, SEEDS = 64, 64, 16, 1200, 5e-3, (1, 2, 3)
RATES = 0.005, 0.02                     # for four blocks, with normalisation and without

BLOCK = {"places": True, "heads": 4, "block": True}
PIECES = {
    "a bag of letters": {"look": "mean"},
    "attention": {},
    "+ positions": {"places": True},
    "+ 4 heads": {"places": True, "heads": 4},
    "+ a way around, and an MLP": BLOCK,
    "4 such blocks": BLOCK | {"blocks": 4},
    "+ layer normalisation": BLOCK | {"blocks": 4, "norm": True},
}


def network(n_tokens, torch, *, look="attention", places=False, heads=1, block=False, norm=False,
            blocks=1):
    """A small network with these pieces, in PyTorch."""
    nn, F = torch.nn, torch.nn.functional
    from course_lib.transformer import sinusoids

    def normed():
        return nn.LayerNorm(DIM) if norm else nn.Identity()

    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.norm1, self.norm2 = normed(), normed()
            self.qkv, self.out = nn.Linear(DIM, 3 * DIM, False), nn.Linear(DIM, DIM, False)
            self.mlp = nn.Sequential(nn.Linear(DIM, 4 * DIM), nn.GELU("tanh"),
                                     nn.Linear(4 * DIM, DIM))

        def attend(self, x):
            if look == "mean":
                return x.cumsum(1) / torch.arange(1, x.shape[1] + 1)[:, None]
            q, k, v = (p.view(*x.shape[:2], heads, -1).transpose(1, 2)
                       for p in self.qkv(x).chunk(3, dim=2))
            y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
            return self.out(y.transpose(1, 2).reshape(x.shape))

        def forward(self, x):
            if not block:
                return self.attend(x)
            x = x + self.attend(self.norm1(x))
            return x + self.mlp(self.norm2(x))

    class Small(nn.Module):
        def __init__(self):
            super().__init__()
            self.E, self.head = nn.Embedding(n_tokens, DIM), nn.Linear(DIM, n_tokens)
            self.P = torch.tensor(sinusoids(CONTEXT, DIM), dtype=torch.float32)
            self.blocks = nn.Sequential(*(Block() for _ in range(blocks)))
            self.norm = normed()

        def forward(self, tokens):
            x = self.E(tokens)
            x = x + self.P[: tokens.shape[1]] if places else x
            return self.head(self.norm(self.blocks(x)))

    return Small()


def measure(train, test, n_tokens, torch, seed, *, rate=RATE, **pieces):
    """Bits per character held out, after the training."""
    torch.manual_seed(seed)
    model, data = network(n_tokens, torch, **pieces), torch.tensor(train)
    optimizer = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=0.01, fused=True)
    for step in range(STEPS):
        for group in optimizer.param_groups:
            group["lr"] = rate * min(1, (step + 1) / 100) * (
                0.01 + 0.495 * (1 + math.cos(math.pi * step / STEPS)))
        at = torch.randint(len(data) - CONTEXT, (BATCH, 1))
        piece = data[at + torch.arange(CONTEXT + 1)]
        cost = torch.nn.functional.cross_entropy(
            model(piece[:, :-1]).reshape(-1, n_tokens), piece[:, 1:].reshape(-1))
        optimizer.zero_grad(set_to_none=True)
        cost.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
    return bits(lambda X: model(torch.tensor(X)).detach().numpy(), test, CONTEXT)


def bits(logits, tokens, context):
    """Bits per character; each is guessed from at least half a context of letters before it."""
    half, total, count = context // 2, 0.0, 0
    starts = np.arange(0, len(tokens) - 1 - context, half)
    for chunk in np.array_split(starts, max(1, len(starts) // 64)):
        z = logits(tokens[chunk[:, None] + np.arange(context)])[:, half:].astype(np.float64)
        y = tokens[chunk[:, None] + np.arange(half + 1, context + 1)]
        z -= z.max(axis=2, keepdims=True)
        right = np.take_along_axis(z, y[..., None], axis=2)[..., 0]
        total += (np.log(np.exp(z).sum(axis=2)) - right).sum()
        count += y.size
    return total / count / math.log(2)


def main():
    import torch
    torch.set_num_threads(1)
    tokens, alphabet = to_tokens(load_austen())
    first = len(tokens) * 9 // 10
    train, test = tokens[:first], tokens[first:]
    found = json.loads(TARGET.read_text()) if TARGET.exists() else {"pieces": {}}

    def save():
        TARGET.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", "utf-8")

    for name, pieces in PIECES.items():
        for seed in SEEDS:
            had = found["pieces"].setdefault(name, {})
            if str(seed) not in had:
                had[str(seed)] = round(measure(train, test, len(alphabet), torch, seed, **pieces),
                                       4)
                print(name, seed, had[str(seed)], flush=True)
                save()
    for name in ("4 such blocks", "+ layer normalisation"):
        for rate in RATES:
            for seed in SEEDS[:2]:
                had = found.setdefault("rates", {}).setdefault(name, {}).setdefault(str(rate), {})
                if rate == RATE:
                    had[str(seed)] = found["pieces"][name][str(seed)]
                if str(seed) not in had:
                    value = measure(train, test, len(alphabet), torch, seed, rate=rate,
                                    **PIECES[name])
                    had[str(seed)] = round(value, 4) if math.isfinite(value) else None
                    print(name, rate, seed, had[str(seed)], flush=True)
                    save()
    if "GPT, 20 passes" not in found:                   # as many as the LSTM had
        _, log = gpt.train(train, test, len(alphabet), passes=20)
        found["GPT, 20 passes"] = {"bits": round(log["bits"], 4)}
        save()
    for name, file in (("LSTM", "language_model.npz"), ("GPT", "transformer.npz")):
        if (DATA / file).exists():
            model = Network.load(DATA / file)
            found[name] = {"bits": round(bits(model.predict, test, gpt.CONTEXT), 4),
                           "weights": model.n_parameters}
            print(name, found[name])
    save()


if __name__ == "__main__":
    main()
