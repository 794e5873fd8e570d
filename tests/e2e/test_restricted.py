"""The daemon in a restricted container: an unprivileged user without capabilities, on a read-only system."""

import os
import subprocess
import unittest

from support import REAPER
from volumes import OTHER_USER, MountsTest, OthersTest, VolumeTest, needs_tools

# The effect of `runAsUser`, `capabilities: {drop: [ALL]}` and `allowPrivilegeEscalation: false`.
RESTRICTED = ("setpriv", f"--reuid={OTHER_USER}", f"--regid={OTHER_USER}", "--clear-groups", "--no-new-privs",
              "--inh-caps=-all", "--bounding-set=-all")
READ_ONLY = "ro,remount,bind"


@needs_tools("setpriv")
class Restricted(MountsTest, OthersTest, VolumeTest):
    def setUp(self):
        super().setUp()
        self.let_others_in()
        # A separate mount, so that all of it is read-only wherever the temporary directory is mounted.
        self.mount("-o", "bind,ro", self.directory, self.directory)
        # Like an emptyDir of a pod with an fsGroup: owned by root, and writable for the group.
        self.mount("-t", "tmpfs", "-o", f"mode=2775,gid={OTHER_USER}", "tmpfs", self.root)
        self.mount("-o", READ_ONLY, "/", "/")

    def unmount(self, place):
        if str(place) == "/":
            subprocess.run(["mount", "-o", READ_ONLY.replace("ro", "rw"), "/", "/"], check=True)
        else:
            super().unmount(place)

    def give_to_the_service(self):
        for path in self.root.rglob("*"):
            os.chown(path, OTHER_USER, OTHER_USER)

    def test_it_does_its_work_with_full_protection(self):
        with self.assertRaises(OSError):
            (self.directory / "x").touch()
        self.chart("A_1d/old.png", 48)
        self.chart("A_1d/new.png", 1)
        self.give_to_the_service()
        daemon = self.start(program=(*RESTRICTED, REAPER))
        with open(f"/proc/{daemon.process.pid}/status", encoding="ascii") as status:
            facts = dict(line.rstrip("\n").split(":\t", 1) for line in status if ":\t" in line)
        self.assertEqual(facts["Uid"].split(), [str(OTHER_USER)] * 4)
        self.assertEqual({facts[name] for name in ("CapEff", "CapPrm", "CapBnd")}, {"0" * 16})
        self.assertEqual(facts["NoNewPrivs"], "1")
        self.assertEqual(self.charts(), ["A_1d/new.png"])
        self.assertEqual([line for line in daemon.lines if "less protected" in line or "rror" in line.split(":")[0]], [])
        self.assertEqual(daemon.json("DELETE", "/charts/A/1d")[1]["stats"]["files_removed"], 1)
        self.assertEqual(self.charts(), [])
        self.assertEqual(daemon.stop()[0], 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)  # prints the reasons of skipped tests
