"""A plan's expressions with their text, where the code is there: how references are put together stands only in it."""

from __future__ import annotations

from typing import Any

from scanner.collect.iac.hcl.code import Code
from scanner.collect.iac.hcl.tree import Attribute, Body
from scanner.collect.iac.terraform.document import ConfigModule, Document
from scanner.collect.iac.terraform.own_key import WRITTEN


def with_written(document: Document, code: Code) -> Document:
    """Add its text to each expression of a plan that is found in the code, and return the plan.

    Code that is not that of the plan tells nothing: a text without the references that the plan lists is not taken.
    """
    if document.configuration is not None:
        _add(document.configuration.root_module, code, ())
    return document


def _add(module: ConfigModule, code: Code, calls: tuple[str, ...]) -> None:
    for each in module.resources:
        block = code.find(calls, each.mode, each.type, each.name).block
        if block is not None:
            _mark(each.expressions, block.body, code)
            _take_for_each(each.for_each_expression, block.body, code)
    for name, call in module.module_calls.items():
        inside = (*calls, name)
        blocks = code.find(inside, "", "", "").calls
        if len(blocks) == len(inside):
            _mark(call.expressions, blocks[-1].body, code)
            _take_for_each(call.for_each_expression, blocks[-1].body, code)
        _add(call.module, code, inside)


def _mark(expressions: dict[str, Any], body: Body, code: Code) -> None:
    """Mark the attributes of a block, and those of the blocks in it, which a plan lists as they are written.

    Blocks that a plan does not list, such as dynamic ones, are listed: what they come to is not what is unset.
    """
    for name in {*body.dynamic, *body.blocks} - {"lifecycle", "timeouts", "provisioner", "connection"}:
        expressions.setdefault(name, {"references": []})
    for name, expression in expressions.items():
        written = body.attributes.get(name)
        # The body of azapi is one expression of many.
        if written is not None and name != "body":
            _take(expression, _text_of(written, code))
            continue
        listed = expression if isinstance(expression, list) else [expression]
        blocks = body.blocks.get(name, []) if name not in body.dynamic else []
        if len(listed) == len(blocks):
            for each, inside in zip(listed, blocks, strict=True):
                if isinstance(each, dict) and "references" not in each:
                    _mark(each, inside, code)


def _text_of(attribute: Attribute, code: Code) -> str:
    return code.text_of(attribute.place.file)[attribute.start : attribute.end].decode("utf-8", "replace")


def _take_for_each(expression: object, body: Body, code: Code) -> None:
    written = body.attributes.get("for_each")
    if written is not None:
        _take(expression, _text_of(written, code))


def _take(expression: object, text: str) -> None:
    listed = expression.get("references") if isinstance(expression, dict) else None
    if isinstance(expression, dict) and isinstance(listed, list) and all(str(each) in text for each in listed):
        expression[WRITTEN] = text
