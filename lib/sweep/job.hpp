#pragma once

#include "sweep/chart_figures.hpp"
#include "sweep/report.hpp"
#include "sweep/sweeper.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <utility>

namespace reaper::sweep {

/// How long an answer waits for a job that is no sweep, before it goes out with what was last known.
inline constexpr std::chrono::seconds k_patience{2};

/// One piece of work on its way through the queue and the worker, and who waits for it.
struct Job {
  /// Work that waits is taken in this order.
  enum class Kind : std::uint8_t {
    sweep,
    check,    ///< can the root be used?
    look,     ///< what is on the volume
    examine,  ///< a look, and answers to questions
  };

  explicit Job(Kind what) : kind(what) {}

  /// Wakes all who wait for it. The result may be read from then on.
  void end() {
    done = true;
    for (const std::function<void()>& wake : waiters) wake();
  }

  Kind kind;
  Request request;                           ///< of a sweep
  Questions questions;                       ///< of an examination; not changed once the worker has it
  bool done = false;                         ///< on the io_context's thread: the result may be read
  std::list<std::function<void()>> waiters;  ///< each wakes one who waits
  std::chrono::steady_clock::time_point ordered = std::chrono::steady_clock::now();
  std::chrono::steady_clock::duration took{};

  // Written by the worker, before it is done.
  std::shared_ptr<const Report> report;
  StorageResult look;
  Answers answers;
};

using JobPtr = std::shared_ptr<Job>;

}  // namespace reaper::sweep
