#!/usr/bin/env python3
"""Checks that the includes of lib/ follow the arrows of ARCHITECTURE.md, and that the build declares the same ones."""

import pathlib
import re
import sys

# The allowed includes. Transitive arrows are listed too, so that each one is a decision.
ARROWS = {
    "base": set(),
    "config": {"base"},
    "lifecycle": {"config", "base"},
    "telemetry": {"base"},
    "sandbox": {"base"},
    "charts": {"base"},
    "retention": {"charts", "base"},
    "volume": {"charts", "base"},
    "live": {"volume", "charts", "base"},
    "sweep": {"live", "volume", "retention", "charts", "telemetry", "base"},
    "assessment": {"base"},
    "http": {"telemetry", "base"},
    "api": {"http", "assessment", "sweep", "volume", "retention", "telemetry", "base"},
}

# Code that only some folders may use: a pattern, and the folders that may match it.
PRIVILEGES = [
    (re.compile(r"boost/(asio|beast)"),
     ("base/async_event.", "sweep/change_follower.", "sweep/chart_questions.", "sweep/job.", "sweep/job_queue.",
      "sweep/read_model.", "sweep/scheduler.", "sweep/storage_updater.", "sweep/sweep_operations.",
      "sweep/sweep_service.", "http/", "api/"), "Asio and Beast"),
    (re.compile(r"boost/program_options"), ("config/",), "Program_options"),
    (re.compile(r"\b(secure_)?getenv\b|\benviron\b(?!\()"), ("config/",), "the environment"),
    (re.compile(r"\bunlinkat\s*\(|\bunlink\s*\(|\brenameat2?\s*\("), ("volume/system.", "http/listener."), "removal"),
    (re.compile(r"std::filesystem::remove|\bremove_all\s*\("), (), "removal by path"),
]

# The policy and the assessment are pure: no files, sockets or threads, and they read no clock.
IMPURE = re.compile(r"<(unistd\.h|fcntl\.h|sys/.*|filesystem|fstream|thread|mutex|boost/.*)>|::now\(\)")

INCLUDE = re.compile(r'^\s*#\s*include\s+"([a-z_]+)/', re.MULTILINE)
STRING_OR_COMMENT = re.compile(r'("(?:\\.|[^"\\\n])*")|//[^\n]*|/\*.*?\*/', re.DOTALL)
LIBRARY = re.compile(r"reaper_library\((\w+)(.*?)\n\s*(?=\n|\Z)", re.DOTALL)


def without_comments(text):
    """Returns the code without comments, because includes in comments do not count."""
    return STRING_OR_COMMENT.sub(lambda found: found.group(1) or "", text)


def check_file(path, text):
    """Returns the faults of one file of lib/; `path` is relative to lib/, e.g. `sweep/pass.cpp`."""
    folder = path.split("/")[0]
    if folder not in ARROWS:
        yield f"lib/{path} is in a folder without arrows"
        return
    code = without_comments(text)
    for included in INCLUDE.findall(code):
        if included != folder and included not in ARROWS[folder]:
            yield f"lib/{path} includes {included}/, but there is no arrow from {folder} to {included}"
    for pattern, places, what in PRIVILEGES:
        if pattern.search(code) and not path.startswith(places or ("-",)):
            yield f"lib/{path} knows {what}, which is for {', '.join(places) or 'nobody'} only"
    if folder in ("retention", "assessment") and (found := IMPURE.search(code)):
        yield f"lib/{path} is not pure: {found.group(0)}"


def check_build(text):
    """Returns the faults of the CMakeLists.txt of all folders: DEPENDS must match the arrows, and no folder may be
    missing."""
    declared = {}
    for name, rest in LIBRARY.findall(text + "\n\n"):
        depends = re.search(r"DEPENDS((?:\s+[a-z_]+)+)", rest)
        declared[name] = set(depends.group(1).split()) if depends else set()
    for name in sorted(ARROWS.keys() ^ declared.keys()):
        yield f"the build and the arrows disagree about the folder {name}"
    for name in sorted(ARROWS.keys() & declared.keys()):
        for extra in sorted(declared[name] - ARROWS[name]):
            yield f"lib/{name}/CMakeLists.txt lets it depend on {extra}, but there is no such arrow"
        for missing in sorted(ARROWS[name] - declared[name]):
            yield f"there is an arrow from {name} to {missing}, but lib/{name}/CMakeLists.txt does not say so"


def main(root):
    lib = pathlib.Path(root) / "lib"
    files = sorted(lib.glob("*/*.[ch]pp"))
    problems = list(check_build("\n\n".join(file.read_text() for file in sorted(lib.glob("*/CMakeLists.txt")))))
    for file in files:
        problems += check_file(str(file.relative_to(lib)), file.read_text())
    print("\n".join(problems) or f"{len(files)} files follow the arrows")
    return 1 if problems or not files else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
