"""Tells if the program was built with a sanitizer, whose runtime needs extra memory and descriptors."""

import pathlib

from support import REAPER

SANITIZED = any(mark in pathlib.Path(REAPER).read_bytes() for mark in (b"__asan_init", b"__tsan_init"))
