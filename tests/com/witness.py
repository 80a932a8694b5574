"""Functions of the server under test that do nothing of their own: what Excel's values become, and what a call costs at least."""

import xlwings as xw


@xw.func
@xw.arg("cells", "raw")
@xw.ret("raw")
def ECHO(cells):
    """The cells themselves, as rows: of a tuple pywin32 would give Excel the first item alone."""
    return list(cells)


@xw.func
@xw.arg("first", "raw")
@xw.arg("second", "raw")
@xw.ret("raw")
def FIRST(first, second):
    """The first of two ranges."""
    return list(first)


@xw.func
@xw.arg("cell", "raw")
@xw.ret("raw")
def TYPE(cell):
    """What a cell arrives as."""
    return [[f"{type(cell).__name__} {cell!r}"]]


@xw.func
def WEIGHT_OF_ONE(amount, probability):
    """The usual way: one call for each cell."""
    return amount * probability


@xw.func
def FAIL():
    """What a function does that lets an exception out."""
    return 1 / 0


_whole = {}


@xw.func
def BREAK(name):
    """Put a mistake into one of the answers by cell."""
    from funnel_xl.excel import values

    _whole[name] = getattr(values, name)
    setattr(values, name, lambda *arguments: 1 / 0)
    return name


@xw.func
def MEND():
    """Take the mistakes out again."""
    from funnel_xl.excel import values

    for name, answer in _whole.items():
        setattr(values, name, answer)
    return True
