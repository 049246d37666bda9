"""Takes from a process all that it does not need to decode what a stranger brought: files, network, other programs.

Decoders of HEIC and PDF are large programs in C, in which faults are found that let a picture run what it likes. What
it would run here reads no file, opens no connection, starts nothing, and sees the memory of nothing but itself.
"""

import ctypes
import errno
import platform

MARKS = {"x86_64": (0xC000003E, 56, 435), "aarch64": (0xC00000B7, 220, 435)}
"""Machine → its mark in the kernel, and its calls that begin a thread: the older one, the newer one."""
ALLOWED = {
    "x86_64": "0 1 3 5 8 9 10 11 12 13 14 15 24 25 28 39 60 99 131 186 202 204 218 228 230 231 273 318 324 334",
    "aarch64": "57 62 63 64 80 93 94 96 98 99 113 115 123 124 132 134 135 139 172 178 179 214 215 216 222 226 233 "
    "278 283 293",
}
"""Machine → the numbers of the other calls that are let through: read and write what is open, close, seek, memory,
one's own signals, clocks, locks, random numbers, the end; nothing that takes the number of another process.
"""
_LOAD, _EQUAL, _HAS, _RETURN = 0x20, 0x15, 0x45, 0x06
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000
_NUMBER, _MACHINE, _FIRST_VALUE = 0, 4, 16
_A_THREAD = 0x00010000
_NO_NEW_PRIVILEGES, _SECCOMP, _FILTER = 38, 22, 2


class _Step(ctypes.Structure):
    _fields_ = (
        ("code", ctypes.c_uint16),
        ("then", ctypes.c_uint8),
        ("other", ctypes.c_uint8),
        ("value", ctypes.c_uint32),
    )


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_uint16), ("steps", ctypes.POINTER(_Step)))


def is_possible() -> bool:
    """Whether this machine is one that can be confined."""
    return platform.system() == "Linux" and platform.machine() in MARKS


def confine() -> None:
    """Give up, for good, every call of the system but those that work on memory and on what is open already.

    What is refused fails as a thing without permission. Raises OSError where it is not possible.
    """
    if not is_possible():
        raise OSError(errno.ENOSYS, "this machine cannot be confined")
    machine, thread, newer_thread = MARKS[platform.machine()]
    allowed = [int(number) for number in ALLOWED[platform.machine()].split()]
    steps = [
        _Step(_LOAD, 0, 0, _MACHINE),
        _Step(_EQUAL, 1, 0, machine),
        _Step(_RETURN, 0, 0, _REFUSE | errno.EPERM),
        _Step(_LOAD, 0, 0, _NUMBER),
        # The newer call says in memory what it begins, which no filter reads: without it, the older one is made.
        _Step(_EQUAL, 0, 1, newer_thread),
        _Step(_RETURN, 0, 0, _REFUSE | errno.ENOSYS),
        *(_Step(_EQUAL, len(allowed) - place + 3, 0, number) for place, number in enumerate(allowed)),
        _Step(_EQUAL, 0, 2, thread),
        _Step(_LOAD, 0, 0, _FIRST_VALUE),
        _Step(_HAS, 1, 0, _A_THREAD),
        _Step(_RETURN, 0, 0, _REFUSE | errno.EPERM),
        _Step(_RETURN, 0, 0, _ALLOW),
    ]
    program = _Program(len(steps), (_Step * len(steps))(*steps))
    library = ctypes.CDLL(None, use_errno=True)
    for values in ((_NO_NEW_PRIVILEGES, 1, 0, 0, 0), (_SECCOMP, _FILTER, ctypes.byref(program), 0, 0)):
        if library.prctl(*values):
            raise OSError(ctypes.get_errno(), "this process could not be confined")
