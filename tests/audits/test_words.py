"""Whatever the code writes into the audit log has words of its own on the page."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import product
from pathlib import Path

from bot.audits.words import WORDS, heading

BOT = Path(__file__).parent.parent.parent / "bot"
Function = ast.FunctionDef | ast.Module


def trees() -> list[ast.Module]:
    return [ast.parse(path.read_text()) for part in ("desk", "effects") for path in sorted((BOT / part).glob("*.py"))]


def functions(tree: ast.AST, around: Function | None = None) -> Iterator[tuple[ast.AST, Function | None]]:
    """Every node with the function that it is in."""
    for node in ast.iter_child_nodes(tree):
        yield node, around
        yield from functions(node, node if isinstance(node, ast.FunctionDef) else around)


def takers(modules: list[ast.Module]) -> dict[str, int]:
    """The functions that are given an action, and at which place."""
    found = {}
    for module in modules:
        for node, _ in functions(module):
            if isinstance(node, ast.FunctionDef):
                names = [arg.arg for arg in node.args.args if arg.arg != "self"]
                if "action" in names:
                    found[node.name] = names.index("action")
    return found


def said(node: ast.expr, places: list[ast.AST]) -> set[str]:
    """All that an expression may come to, of constants and names that are bound to such in these places."""
    match node:
        case ast.Constant(value=str(text)):
            return {text}
        case ast.IfExp(body=one, orelse=other):
            return said(one, places) | said(other, places)
        case ast.JoinedStr(values=parts):
            return {"".join(each) for each in product(*(sorted(said(part, places)) for part in parts))}
        case ast.FormattedValue(value=inner):
            return said(inner, places)
        case ast.Name(id=name):
            return set().union(*(said(value, places) for place in places for value in bound(place, name)))
    return set()


def bound(place: ast.AST, name: str) -> Iterator[ast.expr]:
    for node in ast.walk(place):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name) and target.id == name:
                    yield node.value
                if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                    pairs = zip(target.elts, node.value.elts, strict=True)
                    yield from (value for one, value in pairs if isinstance(one, ast.Name) and one.id == name)


def written() -> set[str]:
    """Every action that some part of the desk or an effect writes."""
    modules = trees()
    everywhere = takers(modules)
    found: set[str] = set()
    for module in modules:
        places = everywhere | takers([module])  # its own come first
        for node, function in functions(module):
            if isinstance(node, ast.Yield) and isinstance(function, ast.FunctionDef) and function.name == "decided":
                assert isinstance(node.value, ast.Tuple)
                found |= said(node.value.elts[0], [module])
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            given = [each.value for each in node.keywords if each.arg == "action"]
            if name in places and len(node.args) > places[name]:
                given.append(node.args[places[name]])
            for each in given:
                found |= said(each, [function or module, *(n for n in module.body if isinstance(n, ast.Assign))])
    return found


def test_everything_that_is_written_has_words_and_nothing_else_has() -> None:
    found = written()
    assert {"approved anyway with edits", "item approved", "evidence opened", "to-do done", "failed"} <= found
    assert found == set(WORDS)


def test_a_heading_names_who_did_it_and_stands_without() -> None:
    assert heading("rejected", "Ana (U1)") == "Rejected by Ana (U1)"
    assert heading("applied", "Ana (U1)") == "Carried out, as approved by Ana (U1)"
    assert heading("expired", "") == "Expired: nobody decided in time"
    assert heading("superseded", "Ana (U1)") == "Replaced by a newer draft, by Ana (U1)"
    assert heading("paused", "") == "Paused"
    assert heading("proposed", "") == "Drafted"
    assert heading("made up by a forger", "Eve") == "Made up by a forger by Eve"
