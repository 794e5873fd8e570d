#!/usr/bin/env python3
"""Embeds the page and the OpenAPI document in a C++ source: embed_page.py OUTPUT VERSION PAGE_DIRECTORY OPENAPI"""

import base64
import hashlib
import json
import pathlib
import sys

# Small enough to load at once over a port-forward or a phone's connection.
MOST_PAGE_BYTES = 60 * 1024

# The order matters, because each file may use the previous ones. All share one scope.
STYLES = ["base.css", "layout.css", "charts.css"]
SCRIPTS = ["format.js", "dom.js", "service.js", "svg.js", "problems.js", "usage.js", "timeline.js", "ages.js", "sets.js", "sweeps.js",
           "explain.js", "actions.js", "main.js"]


def squeezed(text):
    """Returns the text without indentation, empty lines and comment-only lines."""
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith(("//", "/*")))


def hash_source(text):
    """Returns the hash of an inline script or style for Content-Security-Policy (CSP Level 3, 2.3.1)."""
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


def make_page(directory):
    """Returns (the whole document, its policy)."""
    style = "\n".join(squeezed((directory / name).read_text()) for name in STYLES)
    script = '"use strict";\n(() => {\n' + "\n".join(squeezed((directory / name).read_text()) for name in SCRIPTS) + "\n})();"
    document = squeezed((directory / "index.html").read_text())
    for marker, content in (("@STYLE@", style), ("@SCRIPT@", script)):
        if document.count(marker) != 1:
            sys.exit(f"embed_page.py: index.html must hold {marker} once")
        document = document.replace(marker, content)
    policy = (f"default-src 'none'; script-src {hash_source(script)}; style-src {hash_source(style)}; "
              "connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
    return document, policy


def literal(text):
    """Returns a C++ raw string literal. Its delimiter occurs in no script, style or JSON text."""
    if ")embed\"" in text:
        sys.exit("embed_page.py: a source contains the delimiter")
    return f'R"embed({text})embed"'


def main(output, version, page_directory, openapi_file):
    page, policy = make_page(pathlib.Path(page_directory))
    if len(page.encode()) > MOST_PAGE_BYTES:
        sys.exit(f"embed_page.py: the page has {len(page.encode())} bytes, more than {MOST_PAGE_BYTES}")
    openapi = json.loads(pathlib.Path(openapi_file).read_text())
    openapi["info"]["version"] = version
    pathlib.Path(output).write_text(f"""#include "api/embedded.hpp"

namespace reaper::api {{

const std::string_view k_page = {literal(page)};

const std::string_view k_page_policy = {literal(policy)};

const std::string_view k_openapi = {literal(json.dumps(openapi, ensure_ascii=False))};

}}  // namespace reaper::api
""")


if __name__ == "__main__":
    main(*sys.argv[1:])
