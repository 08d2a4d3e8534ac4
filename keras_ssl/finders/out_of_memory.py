"""Tells errors of a lack of memory from others, on any backend."""

NAMES = ("MemoryError", "ResourceExhaustedError", "OutOfMemoryError")
SIGNS = ("RESOURCE_EXHAUSTED", "OUT OF MEMORY", "OOM WHEN ALLOCATING")


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error says that there was not enough memory.

    Args:
        error: Anything that was raised. TensorFlow raises a
            `ResourceExhaustedError`, or under XLA an `InternalError` or a
            `RuntimeError` that says so; JAX an error of its own; NumPy a
            `MemoryError`.

    Example:

    >>> is_out_of_memory(RuntimeError("RESOURCE_EXHAUSTED: Out of memory"))
    True
    >>> is_out_of_memory(ValueError("out of memory of names"))
    False
    """
    names = {each.__name__ for each in type(error).__mro__}
    if names.intersection(NAMES):
        return True
    text = str(error).upper()
    at_run_time = isinstance(error, RuntimeError) or "InternalError" in names
    return at_run_time and any(sign in text for sign in SIGNS)
