"""Simulates a kernel without some system calls: the program inherits a seccomp filter that makes them fail."""

import ctypes
import ctypes.util
import errno
import unittest

_NAME = ctypes.util.find_library("seccomp")
_ALLOW = 0x7FFF0000  # SCMP_ACT_ALLOW, <seccomp.h>
_EQUAL = 4  # SCMP_CMP_EQ
F_SETLEASE = 1024

needs_seccomp = unittest.skipIf(_NAME is None, "libseccomp is not installed")


class _Comparison(ctypes.Structure):
    _fields_ = [("argument", ctypes.c_uint), ("operation", ctypes.c_int), ("value", ctypes.c_uint64),
                ("second", ctypes.c_uint64)]


def without(calls):
    """Returns a preexec function. `calls` holds (name, errno's name) or (name, errno's name, second argument)."""
    library = ctypes.CDLL(_NAME)
    library.seccomp_init.restype = ctypes.c_void_p
    rules = []
    for name, error, *value in calls:
        number = library.seccomp_syscall_resolve_name(name.encode())
        comparisons = (_Comparison * len(value))(*[_Comparison(1, _EQUAL, one, 0) for one in value])
        rules.append((0x00050000 | getattr(errno, error), number, len(value), comparisons))  # SCMP_ACT_ERRNO

    def apply():
        handle = ctypes.c_void_p(library.seccomp_init(ctypes.c_uint32(_ALLOW)))
        for action, number, count, comparisons in rules:
            if library.seccomp_rule_add_array(handle, ctypes.c_uint32(action), number, count, comparisons) != 0:
                raise OSError("seccomp_rule_add_array")
        if library.seccomp_load(handle) != 0:
            raise OSError("seccomp_load")

    return apply
