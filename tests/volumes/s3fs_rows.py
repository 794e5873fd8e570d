"""A bucket behind s3fs: s3rver, behind our counting proxy."""

import collections
import http.client
import json
import urllib.parse

from charts import FRESH, OLD, Layout
from measure import Measurement, Volume, measure, measure_beside_writer, prepare, sweep
from workspace import PROGRAM, SOURCE, Workspace, free_port, need_npm_packages, need_packages, wait_until

BUCKET = "charts"
KEY = "S3RVER"  # the only key of s3rver; its secret is the same

# The foreign client writes 1,000 charts in this time, while each request takes some milliseconds longer.
FOREIGN_SETS, FOREIGN_SECONDS, FOREIGN_DELAY_MS = 250, 10, 5
FOREIGN_PATIENCE = 60


class BucketStore:
    """Charts as objects of s3rver, which keeps each as a file."""

    def __init__(self, directory, port):
        self._directory, self._port = directory / BUCKET, port

    def write(self, path, content, modified):
        self._make_directory(path.split("/")[0] + "/", modified)
        self.put(path, content, {"x-amz-meta-mtime": str(int(modified)), "x-amz-meta-mode": "33188"})

    def _make_directory(self, key, modified):
        if not (self._directory / key).exists():
            self.put(key, b"", {"x-amz-meta-mtime": str(int(modified)), "x-amz-meta-mode": "16877",
                                "Content-Type": "application/x-directory"})

    def put(self, key, content, headers=None, port=None):
        self._request("PUT", key, content, headers or {}, port)

    def remove(self, path):
        self._request("DELETE", path, None, {})

    def files(self):
        """The size of each object, by key."""
        found = {}
        for file in self._directory.rglob("?*._S3rver_object"):
            key = str(file.relative_to(self._directory)).removesuffix("._S3rver_object")
            if not key.endswith("/"):
                found[key] = file.stat().st_size
        return found

    def used_bytes(self):
        return sum(self.files().values())

    def _request(self, method, key, content, headers, port=None):
        resource = f"/{BUCKET}/{urllib.parse.quote(key)}"
        connection = http.client.HTTPConnection("127.0.0.1", port or self._port, timeout=30)
        connection.request(method, resource, content, headers)  # s3rver does not check signatures
        answer = connection.getresponse()
        answer.read()
        connection.close()
        if answer.status >= 300:
            raise OSError(f"{method} {resource}: {answer.status}")


class Bucket:
    """s3rver, its proxy, and s3fs on the root."""

    def __init__(self, workspace, delay_ms):
        need_packages("s3fs", "fuse3")
        packages = need_npm_packages()
        kept = workspace.directory("bucket")
        port, self.proxy_port = free_port(), free_port()
        workspace.start("node", packages / "s3rver/bin/s3rver.js", "--directory", kept, "--address", "127.0.0.1",
                        "--port", port, "--configure-bucket", BUCKET, "--silent")
        proxy = SOURCE / "tests/volumes/counting_proxy.mjs"
        workspace.start("node", proxy, self.proxy_port, port, delay_ms)
        wait_until(lambda: is_answering(port), "s3rver answers")
        wait_until(lambda: is_answering(self.proxy_port), "the proxy answers")
        self.store = BucketStore(kept, port)
        password = workspace.place / "password"
        password.write_text(f"{KEY}:{KEY}\n")
        password.chmod(0o600)
        self.root = workspace.directory("charts")
        options = (f"url=http://127.0.0.1:{self.proxy_port}", "use_path_request_style", f"passwd_file={password}",
                   "enable_noobj_cache", "notsup_compat_dir")
        self.mount = workspace.mount_by("s3fs", BUCKET, self.root, "-f", "-o", ",".join(options), root=self.root)

    def requests(self):
        """The requests so far by method, and the content that they moved."""
        connection = http.client.HTTPConnection("127.0.0.1", self.proxy_port, timeout=30)
        connection.request("GET", "/-/counts")
        counts = json.load(connection.getresponse())
        connection.close()
        moved = counts["bytesUp"] + counts["bytesDown"] + counts["copies"] * len(OLD)
        return collections.Counter({**counts["methods"], "moved bytes": moved})


def is_answering(port):
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("GET", "/-/counts")
        connection.getresponse()
    except OSError:
        return False
    return True


def ordinary():
    with Workspace() as workspace:
        bucket = Bucket(workspace, 0)
        return measure(Volume(PROGRAM, bucket.root, bucket.store, count_calls=bucket.requests, call_word="requests",
                              remount=bucket.mount.again, writer_rounds=3))


def foreign_put():
    """During the removal, another client replaces each due chart once, and s3fs does not see it."""
    with Workspace() as workspace:
        bucket = Bucket(workspace, FOREIGN_DELAY_MS)
        volume = Volume(PROGRAM, bucket.root, bucket.store, due_sets=FOREIGN_SETS, young_sets=1,
                        remount=bucket.mount.again, patience=FOREIGN_PATIENCE, writer_seconds=FOREIGN_SECONDS,
                        write=lambda _, path: bucket.store.put(path, FRESH, port=bucket.proxy_port))
        layout, result = Layout(volume.due_sets, volume.young_sets), Measurement()
        prepare(volume, layout)
        result.scan_seconds = result.seconds = sweep(volume, "--dry-run").seconds
        measure_beside_writer(volume, layout, result)
        return result


ROWS = {"s3fs": ordinary, "s3fs-foreign-put": foreign_put}
