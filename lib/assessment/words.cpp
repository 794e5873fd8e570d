#include "assessment/words.hpp"

#include "base/ascii.hpp"
#include "base/clock.hpp"
#include "base/size.hpp"
#include "base/words.hpp"

#include <fmt/format.h>

#include <cmath>
#include <ratio>

namespace reaper::assessment {
namespace {

/// Rounds to one decimal and drops a zero decimal: `5`, `23.5`.
std::string plain(double number) { return fmt::format("{:g}", std::round(number * 10) / 10); }

}  // namespace

std::string size_in_words(std::uint64_t bytes) {
  if (bytes < base::k_mebibyte / 100) return base::count_in_words(bytes, "byte", "bytes");
  return fmt::format("{:.2f} MB", base::to_mebibytes(bytes));
}

std::string time_in_words(std::chrono::nanoseconds time) {
  const double seconds = std::chrono::duration<double>(time).count();
  if (seconds < 120) return fmt::format("{} {}", plain(seconds), plain(seconds) == "1" ? "second" : "seconds");
  if (seconds < 7200) return fmt::format("{} minutes", plain(seconds / 60));
  if (seconds < 2 * 86400) return fmt::format("{} hours", plain(seconds / 3600));
  return fmt::format("{} days", plain(seconds / 86400));
}

std::string none_removed_in_words(std::uint64_t count, std::string_view one, std::string_view many) {
  if (count == 1) return fmt::format("The {} could not be removed", one);
  return fmt::format("None of the {} could be removed", base::count_in_words(count, one, many));
}

std::string_view or_shorten_min_age(bool min_age_is_set) noexcept {
  return min_age_is_set ? ", or shorten CHART_MIN_AGE_SECONDS" : "";
}

std::string as_sentence(std::string_view text) {
  std::string sentence(text);
  if (!sentence.empty() && sentence.front() >= 'a' && sentence.front() <= 'z')
    sentence.front() = static_cast<char>(sentence.front() - 'a' + 'A');
  return sentence;
}

}  // namespace reaper::assessment
