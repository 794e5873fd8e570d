#pragma once

#include "sweep/chart_figures.hpp"
#include "sweep/report.hpp"
#include "sweep/sweeper.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <utility>

namespace reaper::sweep {

/// One piece of work on its way through the queue and the worker, and the timer on which those wait who want it.
struct Job {
  /// Work that waits is taken in this order.
  enum class Kind : std::uint8_t {
    sweep,
    check,    ///< can the root be used?
    look,     ///< what is on the volume
    examine,  ///< a look, and answers to questions
  };

  Job(boost::asio::io_context& io, Kind what) : kind(what), ended(io, std::chrono::steady_clock::time_point::max()) {}

  Kind kind;
  Request request;      ///< of a sweep
  Questions questions;  ///< of an examination; not changed once the worker has it
  bool done = false;    ///< on the io_context's thread: the result may be read
  /// Cancelled when the job is done, which wakes all who wait. It never runs out for a sweep.
  boost::asio::steady_timer ended;
  std::chrono::steady_clock::duration took{};

  // Written by the worker, before it is done.
  std::shared_ptr<const Report> report;
  Look look;
  Answers answers;
};

using JobPtr = std::shared_ptr<Job>;

}  // namespace reaper::sweep
