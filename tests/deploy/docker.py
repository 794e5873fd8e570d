"""A separate Docker engine: other engines on the machine do not see it, and it stops with its part."""

import contextlib
import json
import os
import shutil
import time
import unittest

from debian_root import base_root, own_release
from support import BUILD_PATIENCE, SOURCE, need_packages, run, try_run, wait_until

BASE_IMAGE = "debian:bookworm-slim"


class Docker:
    def __init__(self, part):
        need_packages("docker.io", "iptables")
        self.socket = f"unix://{part.place}/docker.sock"
        # Use the engine's built-in builder; the other builder is a plugin.
        self.environment = {**os.environ, "DOCKER_HOST": self.socket, "DOCKER_BUILDKIT": "0",
                            "DOCKER_CONFIG": str(part.place / "config")}
        # Containers have their own loopback device or the machine's, and no other network.
        part.start(shutil.which("dockerd", path="/usr/sbin:/usr/bin"), "--data-root", part.place / "data", "--exec-root",
                   part.place / "run", "--pidfile", part.place / "docker.pid", "-H", self.socket, "--iptables=false",
                   "--ip6tables=false", "--bridge=none")
        wait_until(lambda: self.attempt("version").returncode == 0, "dockerd answers")

    def attempt(self, *arguments, **options):
        return try_run("docker", *arguments, env=self.environment, **options)

    def run(self, *arguments, **options):
        """Runs a command; returns its standard output."""
        return run("docker", *arguments, env=self.environment, **options).stdout.strip()

    def import_base(self):
        """Makes the base image of the Dockerfiles, because there is no registry."""
        if own_release() != "bookworm":
            raise unittest.SkipTest("the Dockerfiles use Debian 12, and apt has another release")
        self.run("import", base_root(), BASE_IMAGE, timeout=BUILD_PATIENCE)

    def build(self, tag, dockerfile, *options):
        self.run("build", "--network", "host", "-f", SOURCE / "deploy/docker" / dockerfile, "-t", tag, *options, SOURCE,
                 timeout=BUILD_PATIENCE)

    def inspect(self, name):
        return json.loads(self.run("inspect", name))[0]

    @contextlib.contextmanager
    def container(self, *arguments):
        """Runs a container, removed at the end."""
        name = self.run("run", "--detach", *arguments)
        try:
            yield name
        finally:
            self.attempt("rm", "--force", "--volumes", name)

    def wait_healthy(self, name):
        wait_until(lambda: self.inspect(name)["State"]["Health"]["Status"] == "healthy", f"{name} is healthy")

    def stop(self, name):
        """Stops a container; returns (exit code, seconds)."""
        began = time.monotonic()
        self.run("stop", name)
        return self.inspect(name)["State"]["ExitCode"], time.monotonic() - began

    def log(self, name):
        done = self.attempt("logs", name)
        return done.stdout + done.stderr
