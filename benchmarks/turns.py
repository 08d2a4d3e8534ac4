"""Processes that take turns, so that a machine that slows down slows all."""

import json
import os
import resource
import statistics
import subprocess
import sys
import time


def serve(run):
    """Runs as many steps as each line of the input says, and prints the cost.

    Args:
        run: Runs a number of steps.
    """
    for line in sys.stdin:
        begin = time.process_time()
        run(int(line))
        cost = 1000 * (time.process_time() - begin)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print("cost", json.dumps([cost, memory]), flush=True)


class Contender:
    """A process that ends in `serve`.

    Args:
        command: What starts it.
        core: The CPU core that it gets; `None` for all.
        **environment: Variables of its environment.
    """

    def __init__(self, command, core=None, **environment):
        pin = [] if core is None else ["taskset", "-c", str(core)]
        self.process = subprocess.Popen(
            [*pin, *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, **environment},
        )

    def run(self, steps):
        """CPU milliseconds, and the peak memory in MiB so far."""
        self.process.stdin.write(f"{steps}\n")
        self.process.stdin.flush()
        for line in self.process.stdout:
            if line.startswith("cost"):
                return json.loads(line.removeprefix("cost"))
        raise RuntimeError(f"{self.process.args} has ended.")

    def time(self, steps):
        """CPU milliseconds a step: what starting costs falls out."""
        few, many = self.run(2)[0], self.run(2 + steps)[0]
        return (many - few) / steps

    def close(self):
        """Ends the process."""
        self.process.stdin.close()
        self.process.wait()


def take_turns(contenders, *, to, rounds, steps):
    """Times contenders, and closes them.

    Args:
        contenders: `Contender`s by name.
        to: The name of the one that the others are compared with.
        rounds: How many turns each has.
        steps: Of a turn.

    Returns:
        By name: the median of CPU milliseconds a step, the median of the ratios
        to `to` in the same round, and the peak memory in MiB.
    """
    for contender in contenders.values():
        contender.run(3)
    times = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, contender in contenders.items():
            times[name].append(contender.time(steps))
    found = {}
    for name, contender in contenders.items():
        pairs = zip(times[name], times[to], strict=True)
        ratio = statistics.median(own / other for own, other in pairs)
        memory = contender.run(1)[1]
        found[name] = statistics.median(times[name]), ratio, memory
        contender.close()
    return found
