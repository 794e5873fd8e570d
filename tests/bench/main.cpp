// The fast and small part of the benchmark: trees, the floor to compare with, measured runs, bursts.

#include "burst.hpp"
#include "floor.hpp"
#include "measure.hpp"
#include "tree.hpp"

#include <sysexits.h>

#include <cstdio>
#include <ctime>
#include <exception>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

constexpr const char* k_usage =
    "bench_tool make ROOT CHARTS SETS EXPIRED     makes what is missing of a tree\n"
    "bench_tool scan ROOT                         reads it\n"
    "bench_tool remove ROOT HOURS                 reads it, and unlinks the charts that are older\n"
    "bench_tool burst ROOT LIMIT MOST SECONDS     writes at the full speed of the memory; sizes in bytes\n"
    "bench_tool synced-burst ROOT LIMIT MOST SECONDS   writes at the full speed of the disk\n"
    "bench_tool measure COMMAND [ARGUMENT...]     runs a command, and says what it took\n";

void print(const bench::Walked& walked) {
  std::printf("{\"directories\": %llu, \"charts\": %llu, \"removed\": %llu}\n",
              static_cast<unsigned long long>(walked.directories), static_cast<unsigned long long>(walked.charts),
              static_cast<unsigned long long>(walked.removed));
}

/// Returns false if the arguments do not match the usage.
bool run(const std::vector<std::string>& words) {
  const std::string& verb = words.at(0);
  if (verb == "make" && words.size() == 5) {
    bench::make_tree({words[1], std::stoull(words[2]), std::stoull(words[3]), std::stoull(words[4])});
  } else if (verb == "scan" && words.size() == 2) {
    print(bench::walk(words[1], {}));
  } else if (verb == "remove" && words.size() == 3) {
    print(bench::walk(words[1], ::time(nullptr) - static_cast<time_t>(3600 * std::stoll(words[2]))));
  } else if ((verb == "burst" || verb == "synced-burst") && words.size() == 5) {
    const bool synced = verb == "synced-burst";
    bench::write_burst({words[1], synced, std::stoull(words[2]), std::stoull(words[3]), std::stod(words[4])});
  } else {
    return false;
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc > 2 && std::string(argv[1]) == "measure") bench::measure(argv + 2);
    else if (argc < 2 || !run({argv + 1, argv + argc})) throw std::invalid_argument("these are the arguments");
    return EX_OK;
  } catch (const std::invalid_argument& error) {
    std::fprintf(stderr, "bench_tool: %s\n%s", error.what(), k_usage);
    return EX_USAGE;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_tool: %s\n", error.what());
    return EX_OSERR;
  }
}
