import pytest

from keras_ssl.data.host_memory import available_memory

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
