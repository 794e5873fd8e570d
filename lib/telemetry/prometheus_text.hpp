#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace reaper::telemetry {

/// Writes metrics in the Prometheus text exposition format 0.0.4.
class PrometheusText {
 public:
  enum class Type { counter, gauge };
  using Label = std::pair<std::string_view, std::string_view>;

  /// Begins a metric family with its HELP and TYPE lines. All its samples follow before the next family.
  void family(std::string_view name, Type type, std::string_view help);

  /// One sample of the family begun last. Label values may hold any text; they are escaped.
  void sample(double value, std::initializer_list<Label> labels = {});
  void sample(std::uint64_t value, std::initializer_list<Label> labels = {});

  /// The text so far.
  [[nodiscard]] const std::string& text() const noexcept { return text_; }

 private:
  void begin_sample(std::initializer_list<Label> labels);

  std::string text_;
  std::string name_;
};

}  // namespace reaper::telemetry
