"""A circuit of threshold neurons as a picture: what fires is filled, wires that carry 1 are thick.

Kinds of neurons are told apart by their shape; a neuron or bit that is 1 has a 1 in it.
"""

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from course_lib.figure.style import ORANGE, RED

SHAPES = {"OR": "o", "AND": "s", "NAND": "D", "CARRY": "p", "SUM": "^", "bit": "s"}
MEANING = {"CARRY": "2 or more?", "SUM": "1 or more, less 2 × the carry?"}
SIZES = {"bit": 17, "NAND": 13, "SUM": 18, "CARRY": 18}


class Circuit:
    """Draw what never changes; `light` shows what a pair of numbers makes fire.

    Parameters
    ----------
    circuit : has kinds, places, carries, outputs, boxes (explorers.adder says what) and wires()

    Attributes
    ----------
    moving : list of artists; the last is `title`
    """

    def __init__(self, ax, circuit):
        self.places, self.wires = np.array(circuit.places), circuit.wires()
        kinds = np.array(circuit.kinds)
        self.carries = np.isin(self.wires[:, 0], circuit.carries)
        ax.add_collection(LineCollection(self.places[self.wires], colors="#C4C4C4", linewidths=1.2,
                                         zorder=1))
        self.lit = ax.add_collection(LineCollection([], zorder=2))
        self.nodes = []
        for kind in dict.fromkeys(circuit.kinds):
            look = {"marker": SHAPES[kind], "ls": "none", "ms": SIZES.get(kind, 15), "mew": 1.2,
                    "mec": "black"}
            (off,) = ax.plot([], [], mfc="white", zorder=3, **look)
            (on,) = ax.plot([], [], mfc="#8FC7EE" if kind == "bit" else ORANGE, zorder=4, **look)
            self.nodes.append((off, on, kinds == kind))
        (self.ones,) = ax.plot([], [], marker="$1$", color="black", ms=9, ls="none", zorder=5)
        self.title = ax.text(0.5, 1.01, "", transform=ax.transAxes, fontsize=20, ha="center",
                             in_layout=False)
        self.moving = [self.lit, self.ones, self.title]
        self.moving += [artist for off, on, _ in self.nodes for artist in (off, on)]
        for corner, width, height in circuit.boxes:
            ax.add_patch(Rectangle(corner, width, height, color="#EDEDED", zorder=0))
        for n in circuit.carries if "SUM" in circuit.kinds else []:
            ax.text(*self.places[n] + [0.05, -1.5], "−2", color=RED, fontsize=15, weight="bold")
        for n, (x, y) in enumerate(self.places[:8]):
            ax.text(x, y + 0.45, "ab"[n // 4], ha="center", va="bottom", fontsize=13)
        for n, (x, y) in enumerate(self.places[circuit.outputs]):
            ax.text(x, y - 0.45, str(2**n), ha="center", va="top", fontsize=13)
        ax.set_title("X", alpha=0, fontsize=20)  # keeps the room for the title that moves
        self.legend(ax, [kind for kind in dict.fromkeys(circuit.kinds) if kind != "bit"],
                    boxes=bool(circuit.boxes))

    @staticmethod
    def legend(ax, kinds, boxes):
        """The shapes of the neurons, and the wires that carry a 1, in a row at the bottom."""
        names = [MEANING.get(kind, kind) for kind in kinds] + ["1", "1, carried"]
        handles = [Line2D([], [], marker=SHAPES[kind], ls="", mfc="white", mec="black", ms=12)
                   for kind in kinds]
        handles += [Line2D([], [], color=ORANGE, lw=2.5), Line2D([], [], color=RED, lw=5)]
        if boxes:
            names.append("half adder")
            handles.append(Rectangle((0, 0), 1, 1, color="#DDDDDD"))
        ax.legend(handles, names, loc="lower center", ncols=len(handles), handlelength=1.5,
                  bbox_to_anchor=(0.5, -0.03), frameon=False, columnspacing=1.3)

    def light(self, values):
        """Fill the neurons and bits that are 1, and the wires that they feed.

        Parameters
        ----------
        values : (n,) 0 or 1, for each neuron and bit
        """
        on = values == 1
        hot = on[self.wires[:, 0]]
        self.lit.set_segments(self.places[self.wires[hot]])
        carried = self.carries[hot]
        self.lit.set(color=[RED if carry else ORANGE for carry in carried],
                     linewidth=np.where(carried, 5.0, 2.5))
        for white, filled, mine in self.nodes:
            white.set_data(*self.places[mine & ~on].T)
            filled.set_data(*self.places[mine & on].T)
        self.ones.set_data(*self.places[on].T)
