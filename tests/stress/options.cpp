#include "options.hpp"

#include "shared.hpp"

#include <boost/program_options.hpp>

#include <array>
#include <iostream>
#include <stdexcept>
#include <string>
#include <utility>

namespace stress {
namespace {

constexpr std::array<std::pair<std::string_view, Style>, 5> k_styles{{{"in-place", Style::in_place},
                                                                      {"rename", Style::rename},
                                                                      {"ftruncate", Style::ftruncate},
                                                                      {"mmap", Style::mmap},
                                                                      {"mmap-closed", Style::mmap_closed}}};

constexpr std::array<std::pair<std::string_view, Protocol>, 3> k_protocols{
    {{"lease", Protocol::lease}, {"no-lease", Protocol::no_lease}, {"plain", Protocol::plain}}};

template <class Table>
auto find_named(const Table& table, const std::string& name) {
  for (const auto& [known, value] : table)
    if (known == name) return value;
  throw std::runtime_error("'" + name + "' is not known; see --help");
}

template <class Table, class Value>
std::string_view name_of(const Table& table, Value value) {
  for (const auto& [name, known] : table)
    if (known == value) return name;
  return {};
}

void check(const Options& options) {
  if (options.charts == 0 || options.charts > k_max_charts) throw std::runtime_error("--charts must be 1 to 65536");
  if (options.writers == 0 || options.writers > k_max_writers) throw std::runtime_error("--writers must be 1 to 16");
  if (options.chart_bytes < 64) throw std::runtime_error("--bytes must be at least 64");
  if (options.names == Names::longest && options.style == Style::rename)
    throw std::runtime_error("--longest-names leaves no room for the temporary name of --style rename");
  if (!(options.seconds > 0)) throw std::runtime_error("--seconds must be more than 0");
}

}  // namespace

std::string_view to_string(Style style) { return name_of(k_styles, style); }

std::string_view to_string(Protocol protocol) { return name_of(k_protocols, protocol); }

std::optional<Options> parse_options(int argc, const char* const* argv) {
  namespace po = boost::program_options;
  Options options;
  std::string style;
  std::string protocol;
  uid_t user = 0;
  bool longest_names = false;
  po::options_description description("removal_stress: removes charts that are being rewritten, and counts the lost");
  auto add = description.add_options();
  add("help", "this text");
  add("root", po::value(&options.root)->required(), "works in a new directory below this one");
  add("style", po::value(&style)->default_value("in-place"), "in-place, rename, ftruncate, mmap or mmap-closed");
  add("protocol", po::value(&protocol)->default_value("lease"), "lease, no-lease or plain (which loses charts)");
  add("writers", po::value(&options.writers)->default_value(2), "writing processes");
  add("charts", po::value(&options.charts)->default_value(512), "number of charts");
  add("bytes", po::value(&options.chart_bytes)->default_value(1024), "bytes of a chart");
  add("seconds", po::value(&options.seconds)->default_value(10), "stop after this time");
  add("removals", po::value(&options.removals)->default_value(0), "or after this many contested removals; 0: no limit");
  add("cleaner-uid", po::value(&user), "let the cleaner work as this user (needs root)");
  add("longest-names", po::bool_switch(&longest_names), "names that leave no room for quarantine; not with rename");
  add("fill", po::bool_switch(&options.fill), "fill the volume before each round");
  add("cost", po::bool_switch(&options.cost), "no writers: compare the cost of a removal with that of stat and unlink");
  add("json", po::bool_switch(&options.json), "print one JSON object");

  po::variables_map given;
  po::store(po::parse_command_line(argc, argv, description), given);
  if (given.count("help") > 0) {
    std::cout << description;
    return {};
  }
  po::notify(given);
  options.style = find_named(k_styles, style);
  options.protocol = find_named(k_protocols, protocol);
  options.names = longest_names ? Names::longest : Names::usual;
  if (given.count("cleaner-uid") > 0) options.cleaner_user = user;
  check(options);
  return options;
}

}  // namespace stress
