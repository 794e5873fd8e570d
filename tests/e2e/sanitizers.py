"""Whether the program was built with a sanitizer, whose runtime needs memory and descriptors of its own."""

import pathlib

from support import REAPER

SANITIZED = any(mark in pathlib.Path(REAPER).read_bytes() for mark in (b"__asan_init", b"__tsan_init"))
