# SPDX-License-Identifier: Apache-2.0
"""Makes a query smaller while it still shows its difference: parts go, or give way to what stands below them."""

from .grammar import LITERALS, Tree


def smaller(node):
    """What may stand for a node, smallest first."""
    if node.optional and node.parts:
        yield Tree(node.kind, optional=True)
    kind = node.kind.removeprefix("type ")
    if node.kind != kind and str(node).upper() != f"CAST(NULL AS {kind})".upper():
        for text in [f"cast(null AS {kind})"] + LITERALS.get(kind, [])[:1]:
            if len(text) < len(str(node)):
                yield Tree(node.kind, text)
    yield from (below for below in node.below() if below.kind == node.kind)


def shrink(tree, differs, most=150):
    """The smallest tree found for which differs(text) is still true; asks that `most` times."""
    progress = True
    while progress and most > 0:
        progress = False
        for node in [tree, *tree.below()]:
            for other in smaller(node):
                kept, most = (node.parts, node.optional), most - 1
                node.parts = other.parts
                if most > 0 and differs(str(tree)):
                    progress = True
                    break
                node.parts, node.optional = kept
            if progress or most <= 0:
                break
    return tree
