"""YAML that comes from outside: plain values only, each key once, and nothing that grows while it is read."""

from __future__ import annotations

from typing import Any

import yaml

LONGEST = 64 * 1024  # characters


class BadYaml(Exception):
    """It is not YAML that we read."""


class _Loader(yaml.SafeLoader):
    def compose_node(self, parent: Any, index: Any) -> Any:
        # An alias of an alias of an alias is how a small text becomes a large one.
        if self.check_event(yaml.AliasEvent):
            raise BadYaml
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        names = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        if len(names) != len(node.value) or len(set(names)) != len(names):
            raise BadYaml
        return super().construct_mapping(node, deep)


class _Dumper(yaml.SafeDumper):
    pass


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"' if "`" in text else None)


_Dumper.add_representer(str, _text)


def load(text: str) -> Any:
    """The values in a text; refuses what is no YAML, and what of it nobody writes by hand."""
    if len(text) > LONGEST:
        raise BadYaml
    try:
        return _Loader(text).get_single_data()
    except (yaml.YAMLError, ValueError, OverflowError, RecursionError) as error:
        raise BadYaml from error


def dump(values: Any) -> str:
    """The text of some values, which nowhere holds a backtick: in a chat that would end the block it stands in."""
    text = yaml.dump(values, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=1000)
    return text.replace("`", "\\x60")
