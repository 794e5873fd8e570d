"""A small machine with an NFS server and a client: Debian's cloud kernel under QEMU, without KVM.

Its file system is made of busybox, the kernel's modules, tc(8), the program, and this Python with what nfs_inside.py
imports.
"""

import functools
import importlib.util
import lzma
import pathlib
import platform
import re
import shutil
import subprocess
import sys

from workspace import INSTALL_PATIENCE, PROGRAM, SOURCE, TOOLS, Skipped, need_packages, run, try_run, unpack_packages

HERE = SOURCE / "tests/volumes"
MODULES = ("nfsd", "nfsv4", "sch_netem")
MEMORY_MEBIBYTES = 1024


@functools.cache
def make():
    """Makes the machine, or skips the row; returns its kernel and its file system."""
    if platform.machine() != "x86_64":
        raise Skipped(f"there is no machine for {platform.machine()}")
    need_packages("qemu-system-x86", "iproute2", "kmod", "cpio")
    if " is a dynamic" in run("ldd", PROGRAM).stdout or "=>" in run("ldd", PROGRAM).stdout:
        raise Skipped("the program is not a static one")
    package = kernel_package()
    packages = unpack_packages(package, "busybox-static")
    version = package.removeprefix("linux-image-")
    root = TOOLS / "machine"
    shutil.rmtree(root, ignore_errors=True)
    for directory in ("bin", "sbin", "dev", "etc", "proc", "sys", "tmp", "mnt", "exported", "measuring"):
        (root / directory).mkdir(parents=True)
    shutil.copy(packages / "bin/busybox", root / "bin/busybox")
    (root / "bin/sh").symlink_to("busybox")
    shutil.copy(PROGRAM, root / "bin/chart-reaper")
    put_modules(packages, version, root)
    put_program(shutil.which("tc"), root, pathlib.Path("/bin/tc"))
    put_python(root)
    init = root / "init"
    init.write_text((HERE / "nfs_init").read_text().replace("PYTHON", sys.executable))
    init.chmod(0o755)
    image = TOOLS / "machine.cpio"
    with image.open("wb") as archive:
        names = "\n".join(str(path.relative_to(root)) for path in sorted(root.rglob("*")))
        command = ["cpio", "--quiet", "-o", "-H", "newc"]
        subprocess.run(command, cwd=root, input=names.encode(), stdout=archive, check=True)
    return packages / f"boot/vmlinuz-{version}", image


def kernel_package():
    """The package with the kernel itself: linux-image-cloud-amd64 only names it."""
    for _ in range(2):
        depends = try_run("apt-cache", "depends", "linux-image-cloud-amd64").stdout
        if found := re.search(r"Depends: (linux-image-\S+)", depends):
            return found.group(1)
        try_run("apt-get", "update", "-q", timeout=INSTALL_PATIENCE)
    raise Skipped("apt knows no linux-image-cloud-amd64")


def put_modules(packages, version, root):
    """The modules and those that they need, and /modules with their order."""
    run("depmod", "-b", packages, version, timeout=300)
    order = []
    for name in MODULES:
        needed = run("modprobe", "-d", packages, "-S", version, "--show-depends", name).stdout
        order += [path for path in re.findall(r"^insmod (\S+)", needed, re.MULTILINE) if path not in order]
    (root / "lib").mkdir(exist_ok=True)
    names = []
    for number, path in enumerate(order):
        content = pathlib.Path(path).read_bytes()
        name = f"lib/{number}-{pathlib.Path(path).name.removesuffix('.xz')}"
        (root / name).write_bytes(lzma.decompress(content) if path.endswith(".xz") else content)
        names.append(f"/{name}\n")
    (root / "modules").write_text("".join(names))


def put_program(program, root, place=None):
    """A dynamic program or library with the libraries that it needs."""
    put_file(pathlib.Path(program).resolve(), root, place)
    for library in re.findall(r"(/\S+) \(0x", try_run("ldd", program).stdout):
        put_file(pathlib.Path(library), root)


def put_file(source, root, place=None):
    target = root / (place or source).relative_to("/")
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(source, target)  # follows links


def put_python(root):
    """This Python with the modules that the measurement imports, compiled ones too, as the machine is slow."""
    for source in HERE.glob("*.py"):
        shutil.copy(source, root / "measuring")
    put_program(sys.executable, root, pathlib.Path(sys.executable))
    listed = run(sys.executable, "-c", "import sys, nfs_inside\nfor module in list(sys.modules.values()):\n"
                 "    print(getattr(module, '__file__', None) or '')", cwd=HERE).stdout.split()
    for name in listed:
        source = pathlib.Path(name)
        if source.is_relative_to(HERE):
            continue
        if source.suffix == ".so":
            put_program(source, root)
        else:
            put_file(source, root)
            compiled = pathlib.Path(importlib.util.cache_from_source(name))
            if compiled.exists():
                put_file(compiled, root)
