"""The images and compose.yaml on a real Docker engine: build, confinement, health, limits, stop."""

import contextlib
import datetime
import hashlib
import io
import json
import os
import pathlib
import re
import subprocess
import tarfile
import time
import unittest

from docker import Docker
from support import BUILD_PATIENCE, Part, SOURCE, need_packages, run, wait_until

IMAGE = "chart-reaper:0.1.0"
WRITER_IMAGE = "chart-writer:0.1.0"
COMPOSE = SOURCE / "deploy/docker/compose.yaml"

CONFINED = ("--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--memory", "32m",
            "--memory-swap", "32m", "--pids-limit", "16", "--network", "none")
MEBIBYTE = 1024 * 1024


def size_of(place):
    """Returns the size of all charts below a directory; charts may change meanwhile."""
    size = 0
    for path in place.rglob("*.png"):
        with contextlib.suppress(FileNotFoundError):
            size += path.stat().st_size
    return size


def instant(text):
    """Parses a time printed by Docker, so that two can be compared."""
    zone = re.sub(r"(\.\d{6})\d*", r"\1", text.replace("Z", "+00:00"))
    return datetime.datetime.fromisoformat(zone)


class Container(Part):
    left_out_of_ci = "the images are built from source with the packages of an empty Debian, some 6 minutes"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        need_packages("docker-compose")
        cls.docker = Docker(cls)
        cls.docker.import_base()
        cls.docker.build("build", "Dockerfile", "--target", "build")
        cls.docker.build(IMAGE, "Dockerfile", "--build-arg", "REVISION=0123456")
        cls.docker.build(WRITER_IMAGE, "writer.Dockerfile")

    def volume(self):
        """Makes a volume; returns its name and its directory on this machine."""
        name = self.docker.run("volume", "create")
        self.addCleanup(self.docker.attempt, "volume", "rm", "--force", name)
        return name, pathlib.Path(self.docker.run("volume", "inspect", "--format", "{{.Mountpoint}}", name))

    def image_files(self):
        """Returns the files of the image: path -> content, None for directories."""
        with self.docker.container(*CONFINED, IMAGE) as name:
            archive = subprocess.run(["docker", "export", name], env=self.docker.environment, capture_output=True,
                                     check=True).stdout
        with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
            return {entry.name: tar.extractfile(entry).read() if entry.isfile() else None for entry in tar}

    def write_charts(self, volume, *options):
        """Runs the writer; returns its summary."""
        out = self.docker.run("run", "--rm", "--network", "none", "-v", f"{volume}:/charts", WRITER_IMAGE, "--root",
                              "/charts", *options)
        return json.loads(out.splitlines()[-1])

    def test_the_image_is_small_and_only_contains_the_program(self):
        self.assertLess(self.docker.inspect(IMAGE)["Size"], 5_000_000)
        files = {name for name, content in self.image_files().items() if content}
        self.assertEqual({name for name in files if not name.startswith(("dev/", "etc/", "proc/"))}, {"chart-reaper"})

    def test_the_image_has_its_labels(self):
        config = self.docker.inspect(IMAGE)["Config"]
        self.assertEqual(config["User"], "65532:65532")
        self.assertEqual(config["StopSignal"], "SIGTERM")
        self.assertEqual(config["Healthcheck"]["Test"], ["CMD", "/chart-reaper", "health"])
        labels = {name.removeprefix("org.opencontainers.image."): value for name, value in config["Labels"].items()}
        self.assertEqual(labels["revision"], "0123456")
        self.assertIn(labels["version"], self.docker.run("run", "--rm", "--network", "none", IMAGE, "--version"))
        self.assertEqual({"title", "description", "licenses", "created"} - labels.keys(), set())

    def test_the_same_source_in_another_directory_builds_the_same_program(self):
        again = ("mkdir -p /elsewhere && cp -r /src /elsewhere/tree && cd /elsewhere/tree && rm -rf build && "
                 "cmake --preset release -DCHART_REAPER_TESTS=OFF >/dev/null && "
                 "cmake --build --preset release --target chart-reaper -j 1 >/dev/null && sha256sum build/release/chart-reaper")
        out = self.docker.run("run", "--rm", "--network", "none", "build", "sh", "-c", again, timeout=BUILD_PATIENCE)
        self.assertEqual(out.split()[0], hashlib.sha256(self.image_files()["chart-reaper"]).hexdigest())

    def test_it_is_healthy_when_confined_and_stops_within_a_second(self):
        volume, _ = self.volume()
        with self.docker.container(*CONFINED, "-v", f"{volume}:/charts", "--health-interval", "1s", IMAGE) as name:
            self.docker.wait_healthy(name)
            code, seconds = self.docker.stop(name)
            self.assertEqual(code, 0)
            self.assertLess(seconds, 1)
            self.assertIn("Chart manager initialized", self.docker.log(name))

    def test_a_stopped_process_is_unhealthy(self):
        with self.docker.container(*CONFINED, "-v", f"{self.volume()[0]}:/charts", "--health-interval", "1s",
                                   "--health-retries", "1", IMAGE) as name:
            self.docker.wait_healthy(name)
            self.docker.run("pause", name)
            self.docker.run("unpause", name)
            process = self.docker.inspect(name)["State"]["Pid"]
            run("kill", "-STOP", process)
            wait_until(lambda: self.docker.inspect(name)["State"]["Health"]["Status"] == "unhealthy", "it is unhealthy")
            run("kill", "-CONT", process)
            self.docker.wait_healthy(name)

    def test_the_root_file_system_is_read_only(self):
        with self.docker.container(*CONFINED, "-v", f"{self.volume()[0]}:/charts", IMAGE, "--output-dir", "/other") as name:
            self.assertEqual(int(self.docker.run("wait", name)), 73)
            self.assertIn("Read-only file system", self.docker.log(name))

    def test_it_keeps_the_limit_under_load_within_32_megabytes(self):
        volume, place = self.volume()
        settings = {"CHART_MAX_SIZE_MB": "60", "CHART_MIN_AGE_SECONDS": "0", "CHART_CLEANUP_INTERVAL_MINUTES": "0.005"}
        given = [word for name, value in settings.items() for word in ("-e", f"{name}={value}")]
        with self.docker.container(*CONFINED, "-v", f"{volume}:/charts", *given, IMAGE) as name:
            summary = self.write_charts(volume, "--symbols", "400", "--rate", "40", "--seconds", "15", "--verify")
            self.assertEqual(summary["failed_writes"], 0)
            self.assertGreater(summary["bytes_written"], 10 * 60 * MEBIBYTE)
            wait_until(lambda: size_of(place) <= 60 * MEBIBYTE, "the limit holds")
            self.assert_no_oom(name)
            self.assertRegex(self.docker.log(name), "reason=over_limit")

    def test_a_hundred_thousand_charts_fit_into_32_megabytes(self):
        volume, place = self.volume()
        for number in range(25_000):
            directory = place / f"S{number}_1day"
            directory.mkdir()
            for chart in ("a", "b", "c", "d"):
                (directory / f"{chart}.png").touch()
        run("chown", "-R", "65532:65532", place)
        with self.docker.container(*CONFINED, "-v", f"{volume}:/charts", IMAGE) as name:
            wait_until(lambda: "charts_seen=100000" in self.docker.log(name), "the first sweep")
            self.assert_no_oom(name)
            peak = re.search(r"VmHWM:\s+(\d+)", self.status_of(name)).group(1)
            print(f"100,000 charts: at most {int(peak) / 1024:.1f} MiB resident")

    def test_compose_keeps_the_production_limits_and_starts_before_the_service(self):
        self.compose("up", "--no-start")
        self.addCleanup(self.compose, "down", "--volumes")
        place = pathlib.Path(self.docker.run("volume", "inspect", "--format", "{{.Mountpoint}}", "charts_charts"))
        for hours, count in ((7, 10), (1, 250)):
            self.old_charts(place / f"OLD_{hours}h", hours, count)
        self.compose("up", "--detach")
        reaper, service = (self.compose("ps", "--quiet", name).stdout.strip() for name in ("reaper", "analysis"))
        wait_until(lambda: any(place.glob("*_1day/*.png")), "the service writes")
        healthy = next(entry for entry in self.docker.inspect(reaper)["State"]["Health"]["Log"] if entry["ExitCode"] == 0)
        self.assertLess(instant(healthy["End"]), instant(self.docker.inspect(service)["State"]["StartedAt"]))
        self.assertEqual(list((place / "OLD_7h").glob("*.png")), [])
        # New charts of the service may exceed the limit until the next sweep.
        self.assertLessEqual(size_of(place / "OLD_1h"), 200 * MEBIBYTE)
        self.assertGreater(size_of(place / "OLD_1h"), 150 * MEBIBYTE)
        self.assertIn("would be removed", self.docker.run("exec", reaper, "/chart-reaper", "sweep", "--dry-run").lower())
        self.compose("stop")
        for name in (reaper, service):
            self.assertEqual(self.docker.inspect(name)["State"]["ExitCode"], 0)

    def test_compose_can_dry_run_and_observe_before_it_removes(self):
        looked = self.compose("run", "--rm", "--no-deps", "reaper", "sweep", "--dry-run").stdout
        self.addCleanup(self.compose, "down", "--volumes")
        self.assertRegex(looked, "On the volume: 0 charts")
        place = pathlib.Path(self.docker.run("volume", "inspect", "--format", "{{.Mountpoint}}", "charts_charts"))
        self.old_charts(place / "OLD_7h", 7, 3)
        looked = self.compose("run", "--rm", "--no-deps", "reaper", "sweep", "--dry-run").stdout
        self.assertRegex(looked, r"expired +3 ")
        self.compose("up", "--detach", "reaper", CHART_ENABLE_CLEANUP="false")
        reaper = self.compose("ps", "--quiet", "reaper").stdout.strip()
        self.docker.wait_healthy(reaper)
        self.assertRegex(self.docker.run("exec", reaper, "/chart-reaper", "sweep", "--dry-run"), r"expired +3 ")
        self.assertEqual(len(list(place.glob("OLD_7h/*.png"))), 3)
        self.compose("up", "--detach", "reaper")
        wait_until(lambda: not list(place.glob("OLD_7h/*.png")), "the old charts are removed")

    def compose(self, *arguments, **variables):
        environment = {**self.docker.environment, **variables}
        return run("docker-compose", "-p", "charts", "-f", COMPOSE, *arguments, env=environment)

    def old_charts(self, directory, hours, count):
        """Makes this number of charts of one MiB each."""
        directory.mkdir()
        modified = time.time() - hours * 3600
        for number in range(count):
            (directory / f"{number}.png").write_bytes(b"x" * MEBIBYTE)
            os.utime(directory / f"{number}.png", (modified, modified))
        run("chown", "-R", "65532:65532", directory)

    def status_of(self, name):
        return pathlib.Path(f"/proc/{self.docker.inspect(name)['State']['Pid']}/status").read_text()

    def assert_no_oom(self, name):
        state = self.docker.inspect(name)["State"]
        self.assertTrue(state["Running"])
        self.assertFalse(state["OOMKilled"])
        self.assertEqual(self.docker.inspect(name)["RestartCount"], 0)


if __name__ == "__main__":
    unittest.main()
