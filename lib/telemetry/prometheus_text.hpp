#pragma once

#include "telemetry/histogram.hpp"

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace reaper::telemetry {

/// The two text forms in which Prometheus takes metrics.
enum class MetricsFormat {
  prometheus,    ///< Prometheus text exposition format 0.0.4
  open_metrics,  ///< OpenMetrics 1.0.0
};

/// Writes metrics in one of the text formats.
class PrometheusText {
 public:
  enum class Type { counter, gauge, histogram };
  using Label = std::pair<std::string_view, std::string_view>;
  using Labels = std::initializer_list<Label>;

  explicit PrometheusText(MetricsFormat format = MetricsFormat::prometheus) : format_(format) {}

  /// Begins a metric family with its HELP and TYPE lines. All its samples follow before the next family. The name of a
  /// counter ends with `_total`.
  void family(std::string_view name, Type type, std::string_view help);

  /// One sample of the family begun last. Label values may hold any text; they are escaped.
  void sample(double value, Labels labels = {});
  void sample(std::uint64_t value, Labels labels = {});

  /// All samples of one histogram of the family begun last.
  void sample(const Histogram& histogram, Labels labels = {});

  /// The whole text, with the end that the format asks for.
  [[nodiscard]] std::string text() const;

 private:
  void begin_sample(std::string_view suffix, Labels labels, std::string_view bound = {});

  MetricsFormat format_;
  std::string text_;
  std::string name_;
};

}  // namespace reaper::telemetry
