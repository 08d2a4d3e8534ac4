"""A program that is killed as it writes, for tests of what is left then."""

import importlib
import os
import pathlib
import signal
import subprocess
import sys

ROOT = pathlib.Path(__file__).parents[1]


def kill_at(moment):
    """Kills this process, beyond all `finally`, at its n-th flush to disk."""
    flush, done = os.fsync, []

    def flush_or_die(place):
        done.append(place)
        if len(done) == moment:
            os.kill(os.getpid(), signal.SIGKILL)
        flush(place)

    os.fsync = flush_or_die


def run_killed(program, moment, folder):
    """Runs `module:function` with a folder, in a process that is killed.

    Returns:
        Whether it was killed, before it came to its end.
    """
    command = [sys.executable, "-m", "tests.killed", program, str(moment)]
    code = subprocess.run([*command, folder], cwd=ROOT, check=False).returncode
    assert code in (0, -signal.SIGKILL)
    return code != 0


if __name__ == "__main__":
    module, _, name = sys.argv[1].partition(":")
    program = getattr(importlib.import_module(module), name)
    kill_at(int(sys.argv[2]))
    program(sys.argv[3])
