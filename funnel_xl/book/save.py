"""Put a file in its place whole or not at all: whatever happens at any moment, the old file is there or the new one."""

import errno
import os
import shutil
import tempfile
import time
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from ..errors import BookError

LOCKS = ("~${name}", ".~lock.{name}#", ".~{name}")       # left beside an open file by Excel, LibreOffice, WPS
STALE = 3600                # seconds after which the temporary file of a run that was killed is swept up
RETRIES = 6                 # Windows: a virus scanner or OneDrive holds a file for a moment


def write_atomically(path: str | Path, writer: Callable[[BinaryIO], object], *, backup: bool = False,
                     check: Callable[[BinaryIO], object] | None = None, unless: Callable[[], object] | None = None) -> None:
    """Let `writer` write a new file and put it at `path`, in place of what was there.

    Parameters
    ----------
    path : where the file shall lie; a symbolic link is followed
    writer : called with an empty file that is open for writing and reading
    backup : keep the first file that was ever replaced here as NAME.bak
    check : called with the written file; raises if it is not whole. Default: every member of the zip is read.
    unless : called just before the new file takes its place; raises if it must not

    Raises
    ------
    BookError
        The folder or file can't be written, the disk is full, or the file is open in Excel. What was at `path` is as it was.
    """
    given = Path(path)
    target = Path(os.path.realpath(given))
    check_free(target)
    _sweep(target)
    temporary = None
    try:
        handle, temporary = tempfile.mkstemp(prefix=_prefix(target), suffix=".tmp", dir=target.parent)
        with os.fdopen(handle, "w+b") as stream:
            writer(stream)
            (check or _check_zip)(stream)
            stream.flush()
            os.fsync(stream.fileno())
        _copy_mode(target, temporary)
        if unless:
            unless()
        check_free(target)
        if backup and target.exists():
            _keep_first(target)
        _put(temporary, target)
        temporary = None
        _sync_folder(target.parent)
    except OSError as reason:
        raise _said(reason, given) from reason
    finally:
        if temporary:
            with suppress(OSError):
                os.unlink(temporary)


def check_free(path: Path) -> None:
    """Refuse a file that another program holds open or that this user may not write."""
    for lock in LOCKS:
        beside = path.with_name(lock.format(name=path.name))
        if beside.exists():
            raise BookError("error.book.open", file=path.name, lock=beside.name)
    if path.exists() and not os.access(path, os.W_OK):      # else os.replace would quietly put a file in its place
        raise BookError("error.book.readonly", file=path.name)


def backup_path(path: str | Path) -> Path:
    """Where the first original of a file is kept."""
    target = Path(os.path.realpath(path))
    return target.with_name(target.name + ".bak")


def _keep_first(target: Path) -> None:
    kept = backup_path(target)
    if kept.exists():
        return
    handle, temporary = tempfile.mkstemp(prefix=_prefix(target), suffix=".tmp", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as copy, target.open("rb") as original:
            shutil.copyfileobj(original, copy, 1 << 20)
            copy.flush()
            os.fsync(copy.fileno())
        shutil.copystat(target, temporary)
        os.replace(temporary, kept)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise


def _check_zip(stream: BinaryIO) -> None:
    stream.seek(0)
    with zipfile.ZipFile(stream) as written:
        if written.testzip() is not None:
            raise OSError("the file system does not give back what was written")


def _put(temporary: str, target: Path) -> None:
    for attempt in range(RETRIES):
        try:
            os.replace(temporary, target)
            return
        except PermissionError:
            if attempt == RETRIES - 1:
                raise
            time.sleep(0.1 * 2**attempt)


def _copy_mode(target: Path, temporary: str) -> None:
    if target.exists():
        shutil.copymode(target, temporary)
        if os.name == "posix":
            with suppress(OSError):     # another owner's file: only root may give it back
                os.chown(temporary, target.stat().st_uid, target.stat().st_gid)
    elif os.name == "posix":
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(temporary, 0o666 & ~mask)      # mkstemp made it private


def _sync_folder(folder: Path) -> None:
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _prefix(target: Path) -> str:
    # A file name may have 255 bytes, a Chinese character takes three of them: no room for the whole name in a temporary one.
    return f".funnel-xl-{target.stem[:20]}-"


def _sweep(target: Path) -> None:
    with suppress(OSError):
        for left in target.parent.glob(".funnel-xl-*.tmp"):
            if left.name.startswith(_prefix(target)) and time.time() - left.stat().st_mtime > STALE:
                left.unlink()


def _said(reason: OSError, path: Path) -> BookError:
    if reason.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return BookError("error.book.full", file=path.name, folder=path.parent)
    if isinstance(reason, PermissionError) or reason.errno == errno.EROFS:
        return BookError("error.book.denied", file=path.name, folder=path.parent)
    return BookError("error.book.failed", file=path.name, reason=reason.strerror or reason)
