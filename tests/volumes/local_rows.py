"""Local volumes for comparison: tmpfs, and ext4 in an image."""

from charts import DirectoryStore
from measure import Volume, measure
from workspace import PROGRAM, Workspace, need_packages, run

# Removals are so short here that only many rounds make the writer meet them.
DUE_SETS, WRITER_ROUNDS = 100, 10


def tmpfs():
    with Workspace() as workspace:
        root = workspace.directory("charts")
        workspace.mount("-t", "tmpfs", "-o", "size=64m", "tmpfs", root)
        return measure_local(root)


def ext4():
    need_packages("e2fsprogs")
    with Workspace() as workspace:
        root, image = workspace.directory("charts"), workspace.place / "ext4.img"
        with image.open("wb") as file:
            file.truncate(128 * 1024 * 1024)
        run("mkfs.ext4", "-q", image)
        workspace.mount("-o", "loop", image, root)
        return measure_local(root)


def measure_local(root):
    need_packages("strace")
    return measure(Volume(PROGRAM, root, DirectoryStore(root), due_sets=DUE_SETS, grace_seconds=0.0,
                          writer_rounds=WRITER_ROUNDS))


ROWS = {"local-tmpfs": tmpfs, "local-ext4": ext4}
