#include "charts/chart_set.hpp"

namespace reaper::charts {

std::optional<ChartSetName> parse_chart_set_name(std::string_view directory_name) {
  const std::size_t underscore = directory_name.rfind('_');
  if (underscore == std::string_view::npos || underscore == 0 || underscore + 1 == directory_name.size()) return {};
  return ChartSetName{directory_name.substr(0, underscore), directory_name.substr(underscore + 1)};
}

}  // namespace reaper::charts
