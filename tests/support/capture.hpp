#pragma once

#include "base/file_descriptor.hpp"

#include <string>

namespace reaper::test {

/// Two connected descriptors: what is written to `writer` is read from `reader`. Reading never blocks.
struct Capture {
  base::FileDescriptor reader;
  base::FileDescriptor writer;

  /// Everything that has been written so far and not yet been taken.
  [[nodiscard]] std::string take() const;

  /// Writes until nothing more fits, so that the next line finds a reader that does not read.
  void fill() const;
};

/// A pipe, as container runtimes give to a program for its standard error.
[[nodiscard]] Capture capture_pipe();

/// A connected pair of Unix sockets, of type SOCK_STREAM as journald gives, or SOCK_DGRAM.
[[nodiscard]] Capture capture_sockets(int type);

}  // namespace reaper::test
