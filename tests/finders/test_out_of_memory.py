import pytest

from keras_ssl.finders.out_of_memory import is_out_of_memory


def error(name, base):
    return type(name, (base,), {})


@pytest.mark.parametrize(
    "raised",
    [
        MemoryError("Unable to allocate 3 TiB"),
        error("ResourceExhaustedError", Exception)("OOM when allocating"),
        error("InternalError", Exception)("RESOURCE_EXHAUSTED: no space"),
        error("JaxRuntimeError", RuntimeError)("RESOURCE_EXHAUSTED: Out of"),
        RuntimeError("CUDA out of memory."),
    ],
)
def test_a_lack_of_memory(raised):
    assert is_out_of_memory(raised)


@pytest.mark.parametrize(
    "raised",
    [
        ValueError("out of memory"),
        RuntimeError("shapes differ"),
        error("InternalError", Exception)("cuDNN failed"),
        KeyboardInterrupt(),
    ],
)
def test_other_errors(raised):
    assert not is_out_of_memory(raised)
