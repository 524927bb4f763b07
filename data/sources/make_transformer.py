"""Make ``transformer.npz``: a small GPT that has read nine tenths of *Pride and Prejudice*.

    pip install torch
    python -m data.sources.make_transformer     # about half an hour on one core; can be stopped

The same text, the same split and as many weights as the LSTM of ``make_language_model.py``. The
network is built of the course's own layers; PyTorch computes the gradients, because it is faster,
and the weights come back into the course's layers at the end. Every few hundred steps everything
is written to ``build/transformer_training.pt``; started again, the script goes on from
there. Numbers depend a little on the machine.

The settings were chosen on the ninth tenth of the text, with training on the first eight
(``--pilot``). The last tenth is read once, at the end.
"""

import argparse
import math
import time
from pathlib import Path

import numpy as np

from course_lib.datasets.austen import load_austen
from course_lib.network import Network
from course_lib.normalization import LayerNorm
from course_lib.recurrent import DenseEachStep, Embedding
from course_lib.transformer import Positions, TransformerBlock
from data.sources.make_language_model import to_tokens

TARGET = Path(__file__).resolve().parents[1] / "transformer.npz"
SAVED = TARGET.parents[1] / "build" / "transformer_training.pt"
DIM, HEADS, BLOCKS, CONTEXT = 64, 4, 4, 128
BATCH, RATE, DECAY, DROPOUT, WARM = 24, 6e-3, 0.1, 0.05, 200
MINUTES = 27


def new_network(n_tokens, *, rng, dim=DIM, heads=HEADS, blocks=BLOCKS, hidden=240,
                context=CONTEXT, learnt=False, dtype=np.float32):
    """An embedding, positions, the blocks, a last normalization, and a Dense layer to the logits.

    What each block adds starts small, so that at first the blocks change little.
    """
    given = {"rng": rng, "dtype": dtype}
    network = Network([
        Embedding(n_tokens, dim, **given), Positions(context, dim, learnt=learnt, **given),
        *(TransformerBlock(dim, heads, hidden=hidden, **given) for _ in range(blocks)),
        LayerNorm(dim, dtype=dtype), DenseEachStep(dim, n_tokens, **given)])
    for block in network.layers[2:-2]:
        for W in (block.attention.W_o, block.mlp.layers[2].W):
            W *= 1 / math.sqrt(2 * blocks)
    if learnt:
        network.layers[1].P *= 0.3
    return network


def tensors(network, torch):
    """One PyTorch parameter for each array of the network, in a list of one dict a layer."""
    def of(layer):
        return {name: torch.nn.Parameter(torch.tensor(np.array(getattr(layer, name))))
                for name in layer.parameter_names}
    E, P, *blocks, norm, head = network.layers
    return [of(E), of(P) or {"P": torch.tensor(np.array(P.P))},
            *({"norm1": of(b.norm1), "attention": of(b.attention), "norm2": of(b.norm2),
               "first": of(b.mlp.layers[0]), "second": of(b.mlp.layers[2])} for b in blocks),
            of(norm), of(head)]


def copy_back(parts, network):
    """Write the PyTorch parameters into the layers of the network."""
    def into(layer, part):
        for name in layer.parameter_names:
            getattr(layer, name)[...] = part[name].detach().numpy()
    E, P, *blocks, norm, head = network.layers
    into(E, parts[0])
    into(P, parts[1])
    for block, part in zip(blocks, parts[2:-2], strict=True):
        for layer, name in ((block.norm1, "norm1"), (block.attention, "attention"),
                            (block.norm2, "norm2"), (block.mlp.layers[0], "first"),
                            (block.mlp.layers[2], "second")):
            into(layer, part[name])
    into(norm, parts[-2])
    into(head, parts[-1])


def logits(parts, tokens, heads, torch, dropout=0.0):
    """The network's forward in PyTorch: tokens (batch, time) → logits (batch, time, n_tokens)."""
    F = torch.nn.functional

    def norm(x, part):
        return F.layer_norm(x, x.shape[-1:], part["gamma"], part["beta"])

    def drop(x):
        return F.dropout(x, dropout) if dropout else x

    def cut(x):
        return x.view(*x.shape[:2], heads, -1).transpose(1, 2)

    x = drop(parts[0]["E"][tokens] + parts[1]["P"][: tokens.shape[1]])
    for part in parts[2:-2]:
        a, h = part["attention"], norm(x, part["norm1"])
        y = F.scaled_dot_product_attention(
            cut(h @ a["W_q"]), cut(h @ a["W_k"]), cut(h @ a["W_v"]), is_causal=True)
        x = x + drop(y.transpose(1, 2).reshape(x.shape) @ a["W_o"])
        h = norm(x, part["norm2"]) @ part["first"]["W"] + part["first"]["b"]
        h = F.gelu(h, approximate="tanh") @ part["second"]["W"] + part["second"]["b"]
        x = x + drop(h)
    return norm(x, parts[-2]) @ parts[-1]["W"] + parts[-1]["b"]


def leaves(parts):
    for part in parts:
        for value in part.values():
            if isinstance(value, dict):
                yield from leaves([value])
            elif value.requires_grad:
                yield value


def held_out_bits(parts, tokens, heads, context, torch):
    """Bits per character; each is guessed from at least half a context of letters before it."""
    half, n = context // 2, len(tokens) - 1
    starts = np.arange(0, n - context, half)
    total = count = 0
    with torch.no_grad():
        for chunk in np.array_split(starts, max(1, len(starts) // 64)):
            X = torch.tensor(tokens[chunk[:, None] + np.arange(context)])
            y = torch.tensor(tokens[chunk[:, None] + np.arange(1, context + 1)])[:, half:]
            z = logits(parts, X, heads, torch)[:, half:]
            total += torch.nn.functional.cross_entropy(
                z.reshape(-1, z.shape[-1]), y.reshape(-1), reduction="sum").item()
            count += y.numel()
    return total / count / math.log(2)


def train(train_tokens, test_tokens, n_tokens, *, seconds=math.inf, passes=math.inf, saved=None,
          settings=None, batch=BATCH, rate=RATE, decay=DECAY, dropout=DROPOUT, seed=1813,
          report=print):
    """Return (network, log); the rate falls along a cosine that ends with the time or the passes.

    A pass is as many characters as the training text has.
    """
    import torch
    network = new_network(n_tokens, rng=np.random.default_rng(seed), **(settings or {}))
    heads, context = network.layers[2].attention.heads, network.layers[1].n_steps
    parts = tensors(network, torch)
    parameters = list(leaves(parts))
    matrices = [p for p in parameters if p.ndim > 1]
    others = [p for p in parameters if p.ndim < 2]
    optimizer = torch.optim.AdamW(
        [{"params": matrices, "weight_decay": decay}, {"params": others, "weight_decay": 0.0}],
        lr=rate, betas=(0.9, 0.99), fused=True)
    generator = torch.Generator().manual_seed(seed)
    torch.manual_seed(seed)
    data, steps, used, log = torch.tensor(train_tokens), 0, 0.0, []
    if saved is not None and saved.exists():
        old = torch.load(saved)
        with torch.no_grad():
            for p, value in zip(parameters, old["parameters"], strict=True):
                p.copy_(value)
        optimizer.load_state_dict(old["optimizer"])
        generator.set_state(old["generator"])
        steps, used, log = old["steps"], old["used"], old["log"]
    began, running = time.monotonic() - used, []
    one_pass = len(data) / (batch * context)
    while True:
        used = time.monotonic() - began
        part = max(used / seconds, steps / one_pass / passes)
        if part >= 1:
            break
        for group in optimizer.param_groups:
            group["lr"] = rate * min(1, (steps + 1) / WARM) * (
                0.01 + 0.495 * (1 + math.cos(math.pi * part)))
        at = torch.randint(len(data) - context, (batch, 1), generator=generator)
        piece = data[at + torch.arange(context + 1)]
        z = logits(parts, piece[:, :-1], heads, torch, dropout)
        cost = torch.nn.functional.cross_entropy(
            z.reshape(-1, n_tokens), piece[:, 1:].reshape(-1))
        optimizer.zero_grad(set_to_none=True)
        cost.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        steps += 1
        running.append(cost.item() / math.log(2))
        if steps % 500 == 0:
            log.append((steps, steps * batch * context / len(data), float(np.mean(running))))
            running = []
            report(f"{steps} steps, {log[-1][1]:.1f} passes, {used:.0f} s: "
                   f"{log[-1][2]:.3f} bits a character in training", flush=True)
            if saved is not None:
                saved.parent.mkdir(exist_ok=True)
                torch.save({"parameters": [p.detach() for p in parameters],
                            "optimizer": optimizer.state_dict(), "steps": steps, "used": used,
                            "generator": generator.get_state(), "log": log}, saved)
    bits = held_out_bits(parts, test_tokens, heads, context, torch)
    report(f"{steps} steps, {steps * batch * context / len(data):.1f} passes: "
           f"{bits:.4f} bits a character held out", flush=True)
    copy_back(parts, network)
    return network, {"bits": bits, "steps": steps, "log": log}


def main():
    import torch
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=MINUTES)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--pilot", action="store_true", help="eight tenths, judged on the ninth")
    for name, value in (("rate", RATE), ("decay", DECAY), ("dropout", DROPOUT), ("batch", BATCH),
                        ("context", CONTEXT)):
        parser.add_argument(f"--{name}", type=type(value), default=value)
    parser.add_argument("--learnt", action="store_true", help="learnt places, no sinusoids")
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    tokens, alphabet = to_tokens(load_austen())
    first, last = (8, 9) if given.pilot else (9, 10)
    first, last = len(tokens) * first // 10, len(tokens) * last // 10
    settings = {"context": given.context, "learnt": given.learnt}
    network, log = train(
        tokens[:first], tokens[first:last], len(alphabet), seconds=60 * given.minutes,
        saved=None if given.pilot else SAVED, settings=settings, rate=given.rate,
        decay=given.decay, dropout=given.dropout, batch=given.batch)
    if not given.pilot:
        network.save(TARGET)
        print(f"{TARGET.name}: {network.n_parameters} parameters, "
              f"{TARGET.stat().st_size} bytes", log["bits"])


if __name__ == "__main__":
    main()
