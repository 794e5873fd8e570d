#pragma once

#include "telemetry/histogram.hpp"

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace reaper::telemetry {

/// The text formats of Prometheus metrics.
enum class MetricsFormat {
  prometheus,    ///< Prometheus text exposition format 0.0.4
  open_metrics,  ///< OpenMetrics 1.0.0
};

/// Writes metrics in one of these formats.
class PrometheusText {
 public:
  enum class Type { counter, gauge, histogram };
  using Label = std::pair<std::string_view, std::string_view>;
  using Labels = std::initializer_list<Label>;

  explicit PrometheusText(MetricsFormat format = MetricsFormat::prometheus) : format_(format) {}

  /// Begins a metric family with its HELP and TYPE lines. Write all its samples before the next family. Names of
  /// counters must end with `_total`.
  void family(std::string_view name, Type type, std::string_view help);

  /// Writes a sample of the current family. Label values may contain any text; they are escaped.
  void sample(double value, Labels labels = {});
  void sample(std::uint64_t value, Labels labels = {});

  /// Writes all samples of a histogram of the current family.
  void sample(const Histogram& histogram, Labels labels = {});

  /// Returns the whole text, with the end marker of the format.
  [[nodiscard]] std::string text() const;

 private:
  void begin_sample(std::string_view suffix, Labels labels, std::string_view bound = {});

  MetricsFormat format_;
  std::string text_;
  std::string name_;
};

}  // namespace reaper::telemetry
