"""A file is the old one or the new one, whatever happens while it is written."""

import os
import resource
import shutil
import signal
import stat
import tempfile
import time
from pathlib import Path

import pytest
import team_books as t
from killing import CRASHED, DONE, REFUSED, in_child, kill_often, outcome

from funnel_xl.book.place import plan_placing
from funnel_xl.book.plan import carry_out
from funnel_xl.book.save import backup_path, write_atomically
from funnel_xl.errors import BookError

posix_only = pytest.mark.skipif(os.name != "posix", reason="needs fork")


@pytest.fixture
def host(tmp_path):
    return t.team(tmp_path / "Team.xlsx")


@pytest.fixture
def pack(tmp_path):
    return t.drawn(tmp_path / "pack.xlsx")


@posix_only
def test_a_kill_at_any_moment_leaves_the_old_file_or_the_new_one(host, pack):
    found = kill_often(host, lambda: carry_out(plan_placing(host, pack)), times=20)
    assert sum(count for ending, count in found.items() if ending.startswith("killed")) == 20


@posix_only
def test_a_full_disk_leaves_the_old_file(host, pack):
    before = host.read_bytes()
    plan = plan_placing(host, pack)

    def work():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (8_000, 8_000))     # no file may become longer
        try:
            carry_out(plan)
        except BookError as reason:
            assert reason.key == "error.book.full"
            raise

    assert outcome(in_child(work)) == REFUSED
    assert host.read_bytes() == before
    assert sorted(path.name for path in host.parent.iterdir()) == ["Team.xlsx", "pack.xlsx"]


@posix_only
@pytest.mark.parametrize(("what", "error"), [("folder", "error.book.denied"), ("file", "error.book.readonly")])
def test_what_may_not_be_written_is_refused_and_left_alone(pack, what, error):
    folder = Path(tempfile.mkdtemp(prefix="team-"))
    host = t.team(folder / "Team.xlsx")
    drawn = shutil.copy(pack, folder / "pack.xlsx")
    before = host.read_bytes()
    folder.chmod(0o555 if what == "folder" else 0o777)
    host.chmod(0o666 if what == "folder" else 0o444)

    def work():
        if os.getuid() == 0:
            os.setuid(65534)        # root may write everywhere
        try:
            carry_out(plan_placing(host, drawn))
        except BookError as reason:
            assert reason.key == error
            raise

    try:
        assert outcome(in_child(work)) == REFUSED
        assert host.read_bytes() == before
        assert len(list(folder.iterdir())) == 2
    finally:
        folder.chmod(0o777)
        shutil.rmtree(folder)


@pytest.mark.parametrize("lock", ["~$Team.xlsx", ".~lock.Team.xlsx#", ".~Team.xlsx"])
def test_a_book_that_is_open_elsewhere_is_refused_by_name(host, pack, lock):
    before = host.read_bytes()
    plan = plan_placing(host, pack)
    host.with_name(lock).write_bytes(b"")
    with pytest.raises(BookError, match=r"Team\.xlsx is open in Excel"):
        plan_placing(host, pack)
    with pytest.raises(BookError, match="is open in Excel"):
        carry_out(plan)
    assert host.read_bytes() == before


def test_a_file_that_windows_holds_is_refused_after_some_patience(host, pack, monkeypatch):
    before, tried = host.read_bytes(), []

    def held(*paths):
        tried.append(paths)
        raise PermissionError(13, "used by another process")

    monkeypatch.setattr("funnel_xl.book.save.os.replace", held)
    monkeypatch.setattr("funnel_xl.book.save.time.sleep", lambda _: None)
    with pytest.raises(BookError, match="can't be written in"):
        carry_out(plan_placing(host, pack), backup=False)
    assert len(tried) == 6
    assert host.read_bytes() == before


def test_a_virus_scanner_that_lets_go_is_waited_for(host, pack, monkeypatch):
    put, refusals = os.replace, [PermissionError(13, "held"), PermissionError(13, "held")]

    def held_twice(*paths):
        if refusals:
            raise refusals.pop()
        put(*paths)

    monkeypatch.setattr("funnel_xl.book.save.os.replace", held_twice)
    monkeypatch.setattr("funnel_xl.book.save.time.sleep", lambda _: None)
    carry_out(plan_placing(host, pack), backup=False)
    assert t.sheet_names(host)[-1] == "Deals"


def test_the_first_original_is_kept_and_never_overwritten(host, pack):
    before = host.read_bytes()
    t.put(host, pack)
    t.put(host, t.drawn(pack, t.funnel_sheet(9)))
    t.take_away(host)
    assert backup_path(host).name == "Team.xlsx.bak"
    assert backup_path(host).read_bytes() == before


def test_no_backup_is_made_where_none_is_wanted(host, pack):
    carry_out(plan_placing(host, pack), backup=False)
    assert not backup_path(host).exists()


def test_a_link_to_the_book_stays_a_link(host, pack, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    link = tmp_path / "elsewhere" / "link.xlsx"
    link.symlink_to(host)
    t.put(link, pack)
    assert link.is_symlink()
    assert t.sheet_names(host)[-1] == "Deals"


def test_the_files_permissions_stay(host, pack):
    host.chmod(0o640)
    t.put(host, pack)
    assert stat.S_IMODE(host.stat().st_mode) == 0o640


def test_long_folders_and_chinese_names_are_no_hindrance(tmp_path, pack):
    folder = tmp_path
    for _ in range(8):
        folder = folder / ("業務部門的資料夾" * 3)
    folder.mkdir(parents=True)
    host = t.team(folder / ("二〇二六年度醫療儀器商機漏斗總表與週會紀錄" * 3 + ".xlsx"))
    before = t.parts(host)
    t.put(host, pack)
    t.take_away(host)
    assert t.parts(host) == before


def test_what_a_killed_run_left_is_swept_up_an_hour_later(host, pack):
    old, new, foreign = (host.with_name(name) for name in (".funnel-xl-Team-a.tmp", ".funnel-xl-Team-b.tmp", ".funnel-xl-Other-c.tmp"))
    for left in (old, new, foreign):
        left.write_bytes(b"half")
    for left in (old, foreign):
        os.utime(left, (time.time() - 4000,) * 2)
    t.put(host, pack)
    assert [left.exists() for left in (old, new, foreign)] == [False, True, True]


def test_a_new_file_appears_whole_or_not_at_all(tmp_path):
    path = tmp_path / "new.xlsx"
    with pytest.raises(BookError, match="could not be written"):
        write_atomically(path, lambda stream: stream.write(b"no zip"), check=lambda _: os.stat(tmp_path / "none"))
    assert list(tmp_path.iterdir()) == []
    write_atomically(path, lambda stream: stream.write(b"all of it"), check=lambda _: None)
    assert path.read_bytes() == b"all of it"


@posix_only
def test_a_child_that_crashes_is_told_from_one_that_is_refused(tmp_path):
    assert outcome(in_child(lambda: 1 / 0)) == CRASHED
    assert outcome(in_child(lambda: None)) == DONE
