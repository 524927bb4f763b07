"""The state of a training in a file: the whole of it, or the one that was there before."""

import os
import secrets
from pathlib import Path

import numpy as np


class AnotherTraining(ValueError):
    """The checkpoint is of another network, table or setting."""


def write_checkpoint(path, told, network, state):
    """Write beside the old file, and put the new one in its place when it is on the disk."""
    path = Path(path)
    memories = {f"memory {k} {name}": value for k, memory in enumerate(state["memories"])
                for name, value in memory.items()}
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}.part")
    try:
        with open(temporary, "xb") as file:
            np.savez(file, told=told, parameters=network.parameters, epoch=state["epoch"],
                     round=state["round"], history=np.array(state["history"], float), **memories)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError as error:
        raise OSError(error.errno, f"the checkpoint could not be written ({error.strerror}); the "
                      "one before it, if there is one, is as it was", str(path)) from error
    finally:
        temporary.unlink(missing_ok=True)


def read_checkpoint(path, told, network):
    """The state in a checkpoint, whose parameters the network gets; nothing if there is none."""
    if not Path(path).exists():
        return {}
    try:
        with np.load(path, allow_pickle=False) as file:
            found = {name: file[name] for name in file.files}
        theirs = str(found.pop("told"))
        state = {"epoch": int(found.pop("epoch")), "round": int(found.pop("round")),
                 "history": found.pop("history").tolist(), "memories": []}
    except Exception as error:      # whatever a broken file makes of the reader
        raise ValueError(f"{path} is damaged, or no checkpoint ({error}); remove it") from error
    if theirs != told:
        raise AnotherTraining(f"{path} is of another training: network, cost, optimizer, table or "
                              "a setting differs. Give the checkpoint another name")
    network.parameters = found.pop("parameters")
    for name, value in found.items():
        _, k, field = name.split()
        while len(state["memories"]) <= int(k):
            state["memories"].append({})
        state["memories"][int(k)][field] = value if value.ndim else value.item()
    return state
