#include "volume/upcoming_directories.hpp"

#include <string>

namespace reaper::volume {

UpcomingDirectories::Next UpcomingDirectories::take() {
  if (ahead_.empty()) return {names_.take(), nullptr};
  Next next{ahead_.front()->name().c_str(), ahead_.front()};
  ahead_.pop_front();
  return next;
}

void UpcomingDirectories::read_ahead(CallPool& pool, const ReadingParts& in, DirectoryReader::Below below,
                                     std::size_t count) {
  while (ahead_.size() < count && pool.is_wide()) {
    const char* const name = names_.take();
    if (name == nullptr) return;
    ahead_.push_back(std::make_shared<AheadDirectory>(in, directory_.get(), name, below));
    pool.post([directory = ahead_.back()] { directory->run(); });
  }
}

void UpcomingDirectories::drop_read_ahead() {
  for (const auto& directory : ahead_) directory->cancel();
  for (const auto& directory : ahead_) directory->drop();
}

}  // namespace reaper::volume
