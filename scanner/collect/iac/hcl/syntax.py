"""HCL read by tree-sitter: broken files give the blocks that can be read.

Grammar: https://github.com/tree-sitter-grammars/tree-sitter-hcl (1.2.0, 2025-06).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import Any

import tree_sitter_hcl
from tree_sitter import Language, Node, Parser

from scanner.collect.iac.hcl.tree import NOT_LITERAL, Attribute, Block, Body, File, Remark
from scanner.model.place import Place

_DEEPEST = 20
"""Blocks in blocks; the provider's deepest have six."""

_MOST_BROKEN = 5
_MARK = re.compile(rb"(#|//|/\*)[ \t]*(mlsec:[^\r\n]*)")
_START = re.compile(rb"^[a-z_]+[ \t]*(?:\"[^\"\r\n]*\"[ \t]*){0,2}\{", re.MULTILINE)
"""Where a block at the top begins, as `terraform fmt` writes it."""

_BOM = b"\xef\xbb\xbf"


@cache
def _parser() -> Parser:
    return Parser(Language(tree_sitter_hcl.language()))


def read_hcl(name: str, text: bytes) -> File:
    """Return what a file holds; never raises: what is no HCL is listed as broken."""
    clean = text.replace(_BOM, b"   ", 1) if text.startswith(_BOM) else text
    return _Reader(name, clean).read()


class _Reader:
    """Reads one file."""

    def __init__(self, name: str, text: bytes) -> None:
        self._file = File(name, text)
        self._lines = text.split(b"\n")
        self._row, self._byte = 0, 0

    def read(self) -> File:
        root = _parser().parse(self._file.text).root_node
        if root.has_error:
            self._file.broken = [self._place(each) for each in _broken(root)]
            self._file.blocks = [*self._piecewise()]
        else:
            self._file.blocks = [*self._found(root)]
        self._file.remarks = [*self._remarks(root)]
        return self._file

    def _piecewise(self) -> Iterator[Block]:
        """Yield the blocks of a broken file, each parsed by itself: one that is broken hides no other."""
        starts = [found.start() for found in _START.finditer(self._file.text)]
        for start, end in pairwise((*starts, len(self._file.text))):
            self._row, self._byte = self._row + self._file.text.count(b"\n", self._byte, start), start
            yield from self._found(_parser().parse(self._file.text[start:end]).root_node)
        self._row, self._byte = 0, 0

    def _found(self, root: Node) -> Iterator[Block]:
        yield from (block for each in _blocks(root) if (block := self._block(each)) is not None)

    def _place(self, node: Node) -> Place:
        row, column = node.start_point[0] + self._row, node.start_point[1]
        before = self._lines[row][:column].decode("utf-8", "replace")
        return Place(self._file.name, row + 1, len(before.encode("utf-16-le", "surrogatepass")) // 2 + 1)

    def _block(self, node: Node) -> Block | None:
        kind = _identifier(node)
        labels = tuple(_label(each) for each in node.children[1:] if each.type in {"string_lit", "identifier"})
        return Block(kind, labels, self._body(node, 0)) if kind else None

    def _body(self, node: Node, deep: int) -> Body:
        found = Body(self._place(node))
        start = next((each for each in node.children if each.type == "block_start"), None)
        end = next((each for each in node.children if each.type == "block_end"), None)
        found.inside = self._byte + (start.end_byte if start is not None else node.end_byte)
        found.end = self._byte + (end.start_byte if end is not None else node.end_byte)
        for each in _inside(node):
            if each.type == "attribute":
                self._attribute(each, found)
            elif each.type == "block" and deep < _DEEPEST:
                self._nested(each, found, deep)
        return found

    def _nested(self, node: Node, into: Body, deep: int) -> None:
        """Add a nested block; of a dynamic one its content, under the name that it makes blocks of."""
        name = _identifier(node)
        if name != "dynamic":
            into.blocks.setdefault(name, []).append(self._body(node, deep + 1))
            return
        made = next((_label(each) for each in node.children if each.type == "string_lit"), "")
        content = next((each for each in _inside(node) if _identifier(each) == "content"), None)
        if content is not None:
            into.blocks.setdefault(made, []).append(self._body(content, deep + 1))
        into.dynamic |= {made}

    def _attribute(self, node: Node, into: Body) -> None:
        value = next((each for each in node.children if each.type == "expression"), None)
        if value is not None:
            place = self._place(node)
            into.attributes[_identifier(node)] = Attribute(
                place, self._byte + value.start_byte, self._byte + value.end_byte, _literal(value)
            )

    def _remarks(self, root: Node) -> Iterator[Remark]:
        starts = {each.place.line: each.place for each in self._file.blocks}
        for found in _MARK.finditer(self._file.text):
            node = root.descendant_for_byte_range(found.start(), found.start())
            if node is None or node.type != "comment":
                continue
            is_line = found[1] != b"/*"
            below = self._below(node.start_point[0], starts) if is_line else None
            yield Remark(found[2].decode("utf-8", "replace").strip(), self._place(node), below)

    def _below(self, row: int, starts: dict[int, Place]) -> Place | None:
        """Return the block that a comment stands above, other comments between them allowed."""
        if self._lines[row].lstrip()[:1] not in {b"#", b"/"}:
            return None
        while row < len(self._lines) and self._lines[row].lstrip().startswith((b"#", b"//")):
            row += 1
        return starts.get(row + 1)


def _blocks(root: Node) -> Iterator[Node]:
    """Yield the blocks at the top, those beside what is broken too."""
    for each in root.children:
        if each.type == "block":
            yield each
        elif each.type in {"body", "ERROR"}:
            yield from (child for child in each.children if child.type == "block")


def _inside(node: Node) -> Iterator[Node]:
    """Yield what stands in the body of a block."""
    for each in node.children:
        if each.type in {"body", "ERROR"}:
            yield from each.children


def _identifier(node: Node) -> str:
    first = node.children[0] if node.children else None
    return _text(first) if first is not None and first.type == "identifier" else ""


def _text(node: Node) -> str:
    return (node.text or b"").decode("utf-8", "replace")


def _label(node: Node) -> str:
    return _text(node).strip('"')


def _broken(root: Node) -> Iterator[Node]:
    left, found = [root], 0
    while left and found < _MOST_BROKEN:
        node = left.pop()
        if node.is_error or node.is_missing:
            found += 1
            yield node
        else:
            left += [each for each in reversed(node.children) if each.has_error or each.is_missing]


def _literal(node: Node) -> Any:  # noqa: ANN401 - JSON
    """Return a plain value, NOT_LITERAL for an expression."""
    while len(node.children) == 1 and node.type in {"expression", "literal_value", "collection_value"}:
        node = node.children[0]
    match node.type:
        case "bool_lit":
            return _text(node) == "true"
        case "null_lit":
            return None
        case "numeric_lit":
            return _number(_text(node))
        case "string_lit":
            return _string(_text(node))
        case "tuple":
            found = [_literal(each) for each in node.children if each.type == "expression"]
            return NOT_LITERAL if any(each is NOT_LITERAL for each in found) else found
    return NOT_LITERAL


def _number(text: str) -> Any:  # noqa: ANN401 - a number or NOT_LITERAL
    try:
        return json.loads(text)
    except ValueError:
        return NOT_LITERAL


def _string(text: str) -> Any:  # noqa: ANN401 - a text or NOT_LITERAL
    try:
        return str(json.loads(text, strict=False)).replace("$${", "${").replace("%%{", "%{")
    except ValueError:
        return NOT_LITERAL
