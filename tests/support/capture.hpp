#pragma once

#include "base/file_descriptor.hpp"

#include <string>

namespace reaper::test {

/// Two connected descriptors: `reader` receives what is written to `writer`. Reading never blocks.
struct Capture {
  base::FileDescriptor reader;
  base::FileDescriptor writer;

  /// Returns everything written since the last call.
  [[nodiscard]] std::string take() const;

  /// Writes until the pipe or socket is full, as if its reader had stopped reading.
  void fill() const;
};

/// Makes a pipe, which is what container runtimes use for standard error.
[[nodiscard]] Capture capture_pipe();

/// Makes a connected pair of Unix sockets: SOCK_STREAM, as journald uses, or SOCK_DGRAM.
[[nodiscard]] Capture capture_sockets(int type);

}  // namespace reaper::test
