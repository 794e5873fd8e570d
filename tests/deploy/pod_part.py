"""The pod of the manifests in podman: service and chart-reaper in two containers on one emptyDir."""

import json
import os
import pathlib
import select
import time
import unittest

from support import PROGRAM, SOURCE, WRITER, Part, need_packages, run, try_run, wait_until

CONFIGURATION = """
[containers]
default_ulimits = ["nofile=4096:4096", "nproc=4096:4096"]
log_driver = "k8s-file"
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
"""

# kube play supports neither native sidecars nor httpGet probes, so the pod has an ordinary container without probes. It
# has no network and so no ports. Short limits make it visible that they hold; the rest is as in production.
KUSTOMIZATION = """
resources: [{base}]
components: [{components}]
patches:
  - target: {{kind: Deployment}}
    patch: |-
      - {{op: remove, path: /spec/template/spec/containers/1/startupProbe}}
      - {{op: remove, path: /spec/template/spec/containers/1/livenessProbe}}
      - {{op: remove, path: /spec/template/spec/containers/1/ports}}
      - {{op: replace, path: /spec/template/spec/containers/0/args/5, value: "20"}}
  - target: {{kind: ConfigMap, name: chart-management-config}}
    patch: |-
      - {{op: replace, path: /data/CHART_MAX_SIZE_MB, value: "40"}}
      - {{op: add, path: /data/CHART_MIN_AGE_SECONDS, value: "0"}}
      - {{op: replace, path: /data/CHART_CLEANUP_INTERVAL_MINUTES, value: "0.005"}}
"""
LIMIT = 40 * 1024 * 1024


class Pod(Part):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if try_run("kubectl", "version", "--client").returncode != 0:
            raise unittest.SkipTest("not installed: kubectl")
        need_packages("podman", "runc", "conmon", "catatonit", "iptables")
        (cls.place / "containers.conf").write_text(CONFIGURATION)
        cls.environment = {**os.environ, "CONTAINERS_CONF": str(cls.place / "containers.conf"), "TMPDIR": str(cls.place)}
        cls.podman("info")
        for program, image in ((PROGRAM, "chart-reaper:0.1.0"), (WRITER, "chart-writer:0.1.0")):
            cls.make_image(program, image)
        cls.play("own", "container-sidecar")

    @classmethod
    def podman(cls, *arguments, attempt=try_run):
        store = ("--root", cls.place / "store", "--runroot", cls.place / "run")
        return attempt("podman", *store, *arguments, env=cls.environment)

    @classmethod
    def make_image(cls, program, image):
        """Makes an image of the program, like the last stage of its Dockerfile."""
        context = cls.place / f"image-{program.name}"
        (context / "charts").mkdir(parents=True)
        run("cp", program, context / program.name)
        (context / "Dockerfile").write_text(f"FROM scratch\nCOPY {program.name} /{program.name}\nUSER 65532:65532\n"
                                            f'ENTRYPOINT ["/{program.name}"]\n')
        cls.podman("build", "--network", "none", "-t", f"localhost/{image}", context, attempt=run)

    @classmethod
    def play(cls, name, *components):
        """Plays the pod that kustomize makes with these components; replaces the previous one."""
        cls.podman("pod", "rm", "--all", "--force", "--time", "2")
        own = cls.place / name
        own.mkdir()
        k8s = os.path.relpath(SOURCE / "deploy/k8s", own)
        chosen = ", ".join(f"{k8s}/components/{component}" for component in components)
        (own / "kustomization.yaml").write_text(KUSTOMIZATION.format(base=f"{k8s}/base", components=chosen))
        (cls.place / "pod.yaml").write_text(run("kubectl", "kustomize", own).stdout)
        cls.addClassCleanup(cls.podman, "pod", "rm", "--all", "--force", "--time", "2")
        cls.podman("kube", "play", "--network", "none", cls.place / "pod.yaml", attempt=run)
        cls.names = {key: next(name for name in cls.containers() if name.endswith(key))
                     for key in ("analysis", "chart-reaper")}
        mounts = cls.inspect("chart-reaper")["Mounts"]
        cls.charts = pathlib.Path(next(mount["Source"] for mount in mounts if mount["Destination"] == "/charts"))

    @classmethod
    def containers(cls):
        return cls.podman("ps", "--all", "--format", "{{.Names}}", attempt=run).stdout.split()

    @classmethod
    def inspect(cls, key):
        return json.loads(cls.podman("inspect", cls.names[key], attempt=run).stdout)[0]

    def messages(self):
        done = self.podman("logs", self.names["chart-reaper"], attempt=run)
        return [json.loads(line) for line in (done.stdout + done.stderr).splitlines() if line.startswith("{")]

    def wait_for_removals(self, after=0):
        wait_until(lambda: any(line["message"] == "Chart removed" and line["reason"] == "over_limit"
                               for line in self.messages()[after:]), "charts over the limit are removed")

    def disk_usage(self):
        total = 0
        for path in self.charts.rglob("*.png"):
            try:
                total += path.stat().st_size
            except FileNotFoundError:
                continue
        return total

    def test_1_both_share_the_volume_and_the_limit_is_kept(self):
        self.wait_for_removals()
        sources = {mount["Source"] for key in self.names for mount in self.inspect(key)["Mounts"]}
        self.assertIn(str(self.charts), sources)
        # The service writes 20 chart sets a second, so usage may exceed the limit by one and a half intervals of
        # writing.
        samples = []
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            samples.append(self.disk_usage())
            select.select([], [], [], 0.1)
        self.assertGreater(max(samples), LIMIT / 2)
        self.assertLess(sorted(samples)[len(samples) // 2], LIMIT * 1.5)
        self.assertFalse([line for line in self.messages() if "less protected" in line["message"]])

    def test_2_it_is_confined(self):
        inspected = self.inspect("chart-reaper")
        self.assertTrue(inspected["HostConfig"]["ReadonlyRootfs"])
        self.assertEqual(inspected["EffectiveCaps"] or [], [])
        self.assertEqual(inspected["Config"]["User"], "10001:10001")
        status = pathlib.Path(f"/proc/{inspected['State']['Pid']}/status").read_text()
        for field in ("CapEff:\t0000000000000000", "NoNewPrivs:\t1", "Seccomp:\t2", "Uid:\t10001"):
            self.assertIn(field, status)
        self.assertEqual(self.inspect("analysis")["Config"]["User"], "10001:10001")

    def test_3_both_survive_a_restart_of_either(self):
        for key in ("chart-reaper", "analysis", "chart-reaper"):
            before = len(self.messages())
            self.podman("restart", "--time", "5", self.names[key], attempt=run)
            self.wait_for_removals(before)
            self.assertTrue(self.inspect(key)["State"]["Running"])
        killed = self.inspect("chart-reaper")["State"]["Pid"]
        run("kill", "-KILL", killed)
        wait_until(lambda: self.inspect("chart-reaper")["State"]["Pid"] not in (0, killed), "podman restarts it")
        self.wait_for_removals(len(self.messages()))

    def test_4_it_stops_cleanly(self):
        before = len(self.messages())
        self.podman("stop", "--time", "5", self.names["analysis"], attempt=run)
        self.podman("stop", "--time", "5", self.names["chart-reaper"], attempt=run)
        self.assertEqual(self.inspect("chart-reaper")["State"]["ExitCode"], 0)
        self.assertIn("Chart manager stopping", [line["message"] for line in self.messages()[before:]])
        self.assertEqual(list(self.charts.rglob(".chart-reaper~*")), [])
        self.assertLess(self.disk_usage(), LIMIT * 1.2)

    def test_5_observe_only_removes_nothing(self):
        self.play("observing", "container-sidecar", "observe-only")
        wait_until(lambda: self.disk_usage() > LIMIT * 1.2, "the service has written more than the limit")
        looked = self.podman("exec", self.names["chart-reaper"], "/chart-reaper", "sweep", "--dry-run", attempt=run).stdout
        self.assertRegex(looked, r"over_limit +[1-9]")
        self.assertGreater(self.disk_usage(), LIMIT * 1.2)
        self.assertNotIn("Chart removed", [line["message"] for line in self.messages()])


if __name__ == "__main__":
    unittest.main()
