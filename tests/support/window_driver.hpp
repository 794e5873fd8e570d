#pragma once

#include "volume/removal_window.hpp"

#include <cstddef>
#include <vector>

namespace reaper::test {

/// Removes the charts of all items through the window, in order. Calls `on_add` right before it adds an item's chart,
/// and `on_finished` with the item and the result once that chart is finished.
template <class Item, class OnAdd, class OnFinished>
void remove_all(volume::RemovalWindow& window, const std::vector<Item>& items, OnAdd on_add, OnFinished on_finished) {
  const auto take_finished = [&] {
    for (const volume::FinishedRemoval& done : window.take_finished()) on_finished(items[done.number], done.result);
  };
  for (std::size_t i = 0; i < items.size(); ++i) {
    while (!window.has_room()) {
      window.wait();
      take_finished();
    }
    on_add(items[i]);
    window.add(items[i].chart, i);
    take_finished();
  }
  while (!window.is_empty()) {
    window.wait();
    take_finished();
  }
}

}  // namespace reaper::test
