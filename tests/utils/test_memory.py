import keras
import numpy as np
import pytest

from keras_ssl.utils import memory
from keras_ssl.utils.memory import available_memory

pytestmark = pytest.mark.core
SIZE = 2**22


def on(name):
    return keras.backend.backend() == name


def test_the_peak_is_that_since_the_reset():
    if not on("tensorflow"):
        pytest.skip("only TensorFlow tells the peak on a CPU")
    memory.reset_peak_memory()
    before = memory.read_peak_memory() or 0
    tensor = keras.ops.ones((SIZE // 4,)) * 2
    assert memory.read_peak_memory() >= before + SIZE
    del tensor
    memory.reset_peak_memory()
    assert (memory.read_peak_memory() or 0) <= before + SIZE // 2


def test_jax_tells_the_peak_of_its_devices(monkeypatch):
    jax = pytest.importorskip("jax")

    class Device:
        def __init__(self, peak):
            self.statistics = peak and {
                "peak_bytes_in_use": peak,
                "bytes_limit": 1000 + peak,
            }

        def memory_stats(self):
            return self.statistics

    monkeypatch.setattr(keras.backend, "backend", lambda: "jax")
    devices = [Device(3), Device(5)]
    monkeypatch.setattr(jax, "local_devices", lambda: devices)
    memory.reset_peak_memory()
    assert memory.read_peak_memory() == 5
    assert memory.read_memory_limit() == 1003
    monkeypatch.setattr(memory, "available_memory", lambda: 7)
    devices[:] = [Device(None)]
    assert memory.read_peak_memory() is None
    assert memory.read_memory_limit() == 7


def test_pytorch_tells_the_peak_of_its_gpus(monkeypatch):
    class Cuda:
        peaks = [3, 5]

        def device_count(self):
            return len(self.peaks)

        def max_memory_allocated(self, index):
            return self.peaks[index]

        def reset_peak_memory_stats(self, index):
            self.peaks[index] = 0

    cuda = Cuda()
    monkeypatch.setattr(keras.backend, "backend", lambda: "torch")
    monkeypatch.setattr(memory, "_cuda", lambda: cuda)
    monkeypatch.setattr(memory, "available_memory", lambda: 7)
    monkeypatch.setattr(memory, "_ask_driver", lambda: "2\n1\n")
    assert memory.read_peak_memory() == 5
    assert memory.read_memory_limit() == 2**20
    assert memory.list_devices() == ["cuda:0", "cuda:1"]
    memory.reset_peak_memory()
    assert memory.read_peak_memory() is None
    cuda.peaks = []
    assert memory.read_memory_limit() == 7
    assert memory.list_devices() == ["cpu:0"]


def test_every_backend_has_a_device():
    assert memory.list_devices()


def test_the_limit_of_a_gpu(monkeypatch):
    if not on("tensorflow"):
        pytest.skip("TensorFlow's devices")
    monkeypatch.setattr(memory, "available_memory", lambda: 7)
    assert memory.read_memory_limit() == 7
    monkeypatch.setattr(memory, "_tensorflow_gpus", lambda: ["GPU"])
    monkeypatch.setattr(memory, "_ask_driver", lambda: "81920\n16384\n")
    assert memory.read_memory_limit() == 16384 * 2**20
    monkeypatch.setattr(memory, "_ask_driver", lambda: "")
    assert memory.read_memory_limit() is None


def test_the_driver_is_asked_if_there_is_one(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert memory._ask_driver() == ""
    program = tmp_path / "nvidia-smi"
    program.write_text('#!/bin/sh\necho "$1" | /bin/sed "s/.*=.*/4096/"\n')
    program.chmod(0o755)
    assert memory.gpu_memory(memory._ask_driver()) == 4096 * 2**20


@pytest.mark.parametrize("text", ["", "[N/A]\n", "Failed to initialize\n"])
def test_no_number_of_the_driver(text):
    assert memory.gpu_memory(text) is None


def test_the_limit_is_a_plain_number():
    limit = memory.read_memory_limit()
    assert limit is None or isinstance(limit, int | np.integer)


MEMINFO = "MemTotal: 2048 kB\nMemAvailable:    1024 kB\n"


@pytest.fixture
def system(tmp_path):
    def write(**files):
        for name, text in files.items():
            path = tmp_path / name.replace("__", "/").replace("DOT", ".")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return tmp_path

    return write


def test_the_machine(system):
    assert available_memory(system(proc__meminfo=MEMINFO)) == 1024 * 1024


def test_a_container_of_version_2(system):
    files = {
        "proc__meminfo": MEMINFO,
        "sys__fs__cgroup__memoryDOTmax": "9000\n",
        "sys__fs__cgroup__memoryDOTcurrent": "5000\n",
        "sys__fs__cgroup__memoryDOTstat": "anon 7\ninactive_file 300\n",
    }
    assert available_memory(system(**files)) == 4300


def test_a_container_without_a_limit(system):
    files = {
        "proc__meminfo": MEMINFO,
        "sys__fs__cgroup__memoryDOTmax": "max\n",
        "sys__fs__cgroup__memoryDOTcurrent": "5000\n",
    }
    assert available_memory(system(**files)) == 1024 * 1024


def test_a_container_of_version_1(system):
    files = {
        "proc__meminfo": MEMINFO,
        "sys__fs__cgroup__memory__memoryDOTlimit_in_bytes": "9000\n",
        "sys__fs__cgroup__memory__memoryDOTusage_in_bytes": "5000\n",
        "sys__fs__cgroup__memory__memoryDOTstat": "total_inactive_file 100\n",
    }
    assert available_memory(system(**files)) == 4100


def test_a_machine_without_these_files(system, monkeypatch):
    monkeypatch.setattr("os.sysconf_names", {}, raising=False)
    assert available_memory(system()) is None


def test_the_pages_of_a_machine(system, monkeypatch):
    names = {"SC_PHYS_PAGES": 1, "SC_PAGE_SIZE": 2}
    monkeypatch.setattr("os.sysconf_names", names, raising=False)
    sizes = {"SC_PHYS_PAGES": 10, "SC_PAGE_SIZE": 4096}
    monkeypatch.setattr("os.sysconf", sizes.get, raising=False)
    assert available_memory(system()) == 40960
