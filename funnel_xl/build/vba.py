"""The VBA project of the workbook and of the add-in, compiled from text into the binary that Excel keeps it in.

Only the build needs this: what it makes is committed (vba/*.bin), so that a workbook is drawn without pyOpenVBA. The project holds source
alone, no compiled code: Office compiles it when the book is opened (MS-OVBA 2.3.4.1 tells writers to do so).
"""

import re
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import xlsxwriter

NO_CACHE = bytes.fromhex("cc61ffff000100")      # _VBA_PROJECT without compiled code, the example of MS-OVBA 3.1.1
END_OF_CHAIN = 0xFFFFFFFA                       # sector numbers from here on mean "none" (MS-CFB 2.1)
ENTRY = 128                                     # bytes of a directory entry (MS-CFB 2.6.1)


def vba_project(name: str, sheets: Sequence[str], book: str, modules: Mapping[str, str], classes: Mapping[str, str]) -> bytes:
    """vbaProject.bin for a book.

    Parameters
    ----------
    name : str
        The project's name, as the editor shows it.
    sheets : sequence of str
        Code names of the sheets; their modules stay empty.
    book : str
        Source of ThisWorkbook.
    modules, classes : mapping
        Name -> source as the editor exports it (.bas, .cls); ASCII, since VBA turns anything else into the code page of the reader.
    """
    from pyopenvba import ExcelFile, VBAModuleKind  # only the build has it

    with tempfile.TemporaryDirectory() as folder:
        seed = Path(folder, "seed.xlsm")
        _seed(seed, sheets)
        with ExcelFile(seed) as file:
            project = file.add_vba_project()
            file.set_module("ThisWorkbook", _crlf(book))
            for module, text in modules.items():
                project.add_module(module, _source(module, text))
            for module, text in classes.items():
                project.add_module(module, _class_source(module, text), kind=VBAModuleKind.other)
            file.save()
        with zipfile.ZipFile(seed) as package:
            return _finished(package.read("xl/vbaProject.bin"), name)


def _seed(path: Path, sheets: Sequence[str]) -> None:
    """A workbook with these code names: the project's document modules are made after it."""
    # XlsxWriter names a book without a project .xlsx; pyOpenVBA wants the name of one that has a project.
    plain = path.with_suffix(".xlsx")
    with xlsxwriter.Workbook(plain) as book:
        for code_name in sheets:
            book.add_worksheet(code_name).set_vba_name(code_name)
    plain.rename(path)


def _crlf(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\n", "\r\n")


def _source(name: str, text: str) -> str:
    text = _crlf(text)
    if not text.startswith(f'Attribute VB_Name = "{name}"\r\n'):
        raise ValueError(f"the module {name} does not begin with its name")
    text.encode("ascii")
    return text


def _class_source(name: str, text: str) -> str:
    """The text of an exported class as a project stores it: without the export's head, with the attributes that Excel adds."""
    text = re.sub(r"\AVERSION 1\.0 CLASS\r\nBEGIN\r\n.*?\r\nEND\r\n", "", _crlf(text), flags=re.S)
    added = "Attribute VB_TemplateDerived = False\r\nAttribute VB_Customizable = False\r\n"
    return _source(name, re.sub(r"(Attribute VB_Exposed = \w+\r\n)", r"\1" + added, text, count=1))


def _finished(raw: bytes, name: str) -> bytes:
    """The project with source only, no editor windows, and its name."""
    from pyopenvba.cfb import CFB
    from pyopenvba.vba import compress, parse_vba_project, serialize_dir_stream, write_back_modules

    file = CFB.from_bytes(raw)
    project = parse_vba_project(file)
    for module in project.modules:
        module.source = module.source       # reads it in
        module.dirty = True                 # so that it is written without its compiled code
        module.cookie = 0xFFFF              # what a writer puts there (MS-OVBA 2.3.4.2.3.2.6)
    project.project_cookie = 0xFFFF
    write_back_modules(file, project)
    file.write_stream_in_storage("VBA", "dir", compress(_named(serialize_dir_stream(project), project.name, name)))
    file.write_stream_in_storage("VBA", "_VBA_PROJECT", NO_CACHE)
    text = file.get_stream("PROJECT").decode("cp1252")
    text = re.sub(r'(?m)^Name="[^"]*"', f'Name="{name}"', text)
    text = re.sub(r"(?m)^(\w+)=-?\d+, -?\d+, -?\d+, -?\d+, \w?\s*?\r?$", "\\1=0, 0, 0, 0, C\r", text)
    file.write_stream("PROJECT", text.encode("cp1252"))
    return _tidy(file.to_bytes())


def _named(records: bytes, old: str, new: str) -> bytes:
    """The dir stream with another project name (record 4: MS-OVBA 2.3.4.2.1.6)."""
    def record(name: str) -> bytes:
        return b"\x04\x00" + len(name).to_bytes(4, "little") + name.encode("cp1252")

    at = records.index(record(old))
    return records[:at] + record(new) + records[at + len(record(old)):]


def _tidy(raw: bytes) -> bytes:
    """Three things that MS-CFB asks for and pyOpenVBA 6.5.0 leaves: no two red entries in a row (all black is right: 2.6.4), and zeros in
    a storage's start sector and in free entries (2.6.1, 2.6.3).
    """
    out = bytearray(raw)
    size = 1 << int.from_bytes(raw[30:32], "little")
    sectors = [int.from_bytes(raw[at:at + 4], "little") for at in range(76, 512, 4)]
    chain = b"".join(raw[(sector + 1) * size:(sector + 2) * size] for sector in sectors if sector < END_OF_CHAIN)
    sector = int.from_bytes(raw[48:52], "little")
    while sector < END_OF_CHAIN:
        for entry in range((sector + 1) * size, (sector + 2) * size, ENTRY):
            if out[entry + 66]:
                out[entry + 67] = 1
            else:
                out[entry:entry + ENTRY] = bytes(68) + b"\xff" * 12 + bytes(48)
            if out[entry + 66] == 1:        # a storage
                out[entry + 116:entry + 120] = bytes(4)
        sector = int.from_bytes(chain[4 * sector:4 * sector + 4], "little")
    return bytes(out)
