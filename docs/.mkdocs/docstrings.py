"""What griffe reads otherwise than it stands in the code."""

import re

import griffe

EXAMPLE = re.compile(
    r"^Example:\n(?P<lines>.*?)(?=^[A-Z][a-z]+:$|\Z)", re.MULTILINE | re.DOTALL
)
BARE = re.compile(r"^>>> .*?(?=\n\n|\Z)", re.MULTILINE | re.DOTALL)
PLUMBING = (
    "__post_init__",
    "__repr__",
    "__str__",
    "build",
    "compile_from_config",
    "compute_output_shape",
    "from_config",
    "get_compile_config",
    "get_config",
)


class Docstrings(griffe.Extension):
    """Makes sections of what Keras' docstrings have, and leaves plumbing out.

    Examples are not indented there, and fields of named tuples are arguments.
    """

    def on_instance(self, *, obj, **kwargs):
        """Rewrites an object's docstring before it is parsed."""
        if obj.docstring is None:
            return
        if obj.is_function and obj.name in PLUMBING:
            obj.docstring = None
            return
        text = EXAMPLE.sub(_indent, obj.docstring.value)
        text = BARE.sub(lambda code: f"```pycon\n{code[0]}\n```", text)
        if obj.is_class and "NamedTuple" in map(str, obj.bases):
            text = text.replace("Args:\n", "Attributes:\n")
        obj.docstring.value = text

    def on_package(self, *, pkg, **kwargs):
        """Lets a function stand before the module of the same name."""
        for package in [pkg, *pkg.modules.values()]:
            for name in package.exports or ():
                _prefer_function(package, str(name))


def _indent(match):
    lines = match["lines"].strip("\n").split("\n")
    indented = (line and not line.startswith("    ") for line in lines)
    margin = "    " if any(indented) else ""
    text = "\n".join(margin + line if line else line for line in lines)
    return f"Examples:\n{text}\n\n"


def _prefer_function(package, name):
    module = package.members[name]
    inner = module.members.get(name) if module.is_module else None
    if isinstance(inner, griffe.Function):
        package.members[name] = griffe.Alias(name, inner, parent=package)
