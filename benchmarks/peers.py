"""The step beside those of others: PyTorch, KerasCV, and its own bare parts.

    python -m benchmarks.peers [--core 0] [--rounds 7] [--steps 10]

FixMatch with 32 labeled and 96 unlabeled images of 32x32x3. Each contender is a
process of its own. They take turns, a few steps each; printed are medians over
the rounds of CPU time, of its ratio to ours in the same round, and of memory.
PyTorch needs torchvision: name a Python that has it with `--torch`.
"""

import argparse
import pathlib
import sys

from benchmarks.turns import Contender
from benchmarks.turns import take_turns
from keras_ssl.report import format_table

HERE = pathlib.Path(__file__).parent
NETWORKS = "small_cnn", "plain_cnn", "mobilenet"
OURS = "keras_ssl"
# Name: framework, contender, whether TensorFlow uses oneDNN.
CONTENDERS = {
    OURS: ("keras", "ours", 1),
    "keras_ssl, oneDNN off": ("keras", "ours", 0),
    "bare parts of the step": ("keras", "parts", 1),
    "KerasCV loop": ("keras", "kerascv", 1),
    "PyTorch loop": ("torch", "loop", 1),
    "PyTorch, tuned": ("torch", "tuned", 1),
}


def start(name, network, options):
    """The process of a contender."""
    framework, contender, onednn = CONTENDERS[name]
    commands = {
        "keras": [sys.executable, "-m", "benchmarks.peer_keras"],
        # By its path: the package would import TensorFlow beside PyTorch.
        "torch": [options.torch, str(HERE / "peer_torch.py")],
    }
    return Contender(
        [*commands[framework], contender, network],
        options.core,
        KERAS_BACKEND="tensorflow",
        TF_ENABLE_ONEDNN_OPTS=str(onednn),
    )


def measure(network, options):
    """A row for each contender."""
    contenders = {
        name: start(name, network, options) for name in options.contenders
    }
    found = take_turns(
        contenders, to=OURS, rounds=options.rounds, steps=options.steps
    )
    return [
        {
            "network": network,
            "step": name,
            "CPU ms": f"{cost:.0f}",
            "times ours": f"{ratio:.2f}",
            "MiB": f"{memory:.0f}",
        }
        for name, (cost, ratio, memory) in found.items()
    ]


def main():
    """Prints a table for each network."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--core", type=int)
    parser.add_argument(
        "--torch", default=sys.executable, help="a Python with torchvision"
    )
    parser.add_argument("--networks", nargs="*", default=NETWORKS)
    parser.add_argument("--contenders", nargs="*", default=list(CONTENDERS))
    options = parser.parse_args()
    for network in options.networks:
        print(format_table(measure(network, options)), flush=True)


if __name__ == "__main__":
    main()
