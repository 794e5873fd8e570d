#!/usr/bin/env python3
"""Tests that includes.py finds each kind of fault."""

import unittest

from includes import ARROWS, check_build, check_file


class Includes(unittest.TestCase):
    def assert_found(self, path, text):
        self.assertNotEqual(list(check_file(path, text)), [], text)

    def assert_fine(self, path, text):
        self.assertEqual(list(check_file(path, text)), [], text)

    def test_an_include_against_the_arrows_is_a_fault(self):
        self.assert_found("volume/a.cpp", '#include "sweep/report.hpp"\n')
        self.assert_found("http/a.cpp", '#include "charts/catalog.hpp"\n')
        self.assert_found("base/a.cpp", '  #  include "config/load.hpp"\n')

    def test_an_include_along_the_arrows_is_no_fault(self):
        self.assert_fine("sweep/a.cpp", '#include "volume/root.hpp"\n#include "sweep/pass.hpp"\n')

    def test_an_include_in_a_comment_is_ignored(self):
        self.assert_fine("base/a.cpp", '// #include "config/load.hpp"\n')
        self.assert_fine("base/a.cpp", '/*\n#include "config/load.hpp"\n*/\n')

    def test_a_comment_sign_in_a_string_hides_nothing(self):
        self.assert_found("volume/a.cpp", 'auto glob = "a/*";\nunlinkat(directory, name, 0);\nauto end = "*/";\n')

    def test_a_folder_without_arrows_is_a_fault(self):
        self.assert_found("more/a.cpp", "int a;\n")

    def test_an_impure_policy_is_a_fault(self):
        self.assert_found("retention/a.cpp", "#include <unistd.h>\n")
        self.assert_found("retention/a.cpp", "auto t = std::chrono::system_clock::now();\n")

    def test_only_privileged_folders_may_use_privileged_code(self):
        self.assert_found("sweep/pass.cpp", "unlinkat(directory, name, 0);\n")
        self.assert_found("volume/removal_window.cpp", "std::filesystem::remove(path);\n")
        self.assert_found("volume/removal_window.cpp", "#include <boost/asio/post.hpp>\n")
        self.assert_found("base/clock.hpp", "#include <boost/asio/post.hpp>\n")
        self.assert_fine("base/async_event.hpp", "#include <boost/asio/post.hpp>\n")
        self.assert_found("http/a.cpp", 'std::getenv("HOME");\n')
        self.assert_fine("volume/system.cpp", "::unlinkat(directory, name, flags);\n")

    def test_the_build_must_declare_the_same_arrows(self):
        library = {name: self.library(name, depends) for name, depends in ARROWS.items()}
        self.assertEqual(self.problems_of(library.values()), 0)
        self.assertEqual(self.problems_of({**library, "volume": self.library("volume", {"charts"})}.values()), 1)
        self.assertEqual(
            self.problems_of({**library, "volume": self.library("volume", {"charts", "base", "sweep"})}.values()), 1)
        self.assertEqual(self.problems_of([*library.values(), self.library("more", {"base"})]), 1)

    @staticmethod
    def library(name, depends):
        return f"reaper_library({name}\n  SOURCES a.cpp\n" + (f"  DEPENDS {' '.join(depends)})" if depends else "  )")

    @staticmethod
    def problems_of(libraries):
        return len(list(check_build("\n\n".join(libraries))))


if __name__ == "__main__":
    unittest.main()
