#include "volume/rename.hpp"

#include "base/file_descriptor.hpp"
#include "support/catch.hpp"
#include "support/file_content.hpp"
#include "support/volume_fixture.hpp"
#include "volume/quarantine_name.hpp"

#include <cerrno>
#include <filesystem>
#include <string>
#include <utility>

using reaper::test::Call;
using reaper::test::content_of;
using reaper::test::VolumeFixture;
using reaper::test::write;
using reaper::volume::k_renamed_after_checking;
using reaper::volume::quarantine_name;
using reaper::volume::rename_from_quarantine;
using reaper::volume::rename_to_quarantine;
namespace fs = std::filesystem;

namespace {

/// A volume without RENAME_NOREPLACE.
struct RenameFixture : VolumeFixture {
  RenameFixture() { system.refuse_rename_flags(); }

  int rename_to() { return rename_to_quarantine(system, directory(), {name, quarantined}); }
  int rename_from() { return rename_from_quarantine(system, directory(), {quarantined, name}); }

  const std::string name = "x.png";
  const std::string quarantined = quarantine_name(name);

 private:
  int directory() {
    if (!directory_) directory_ = std::move(*root.open_directory(""));
    return directory_.get();
  }

  reaper::base::FileDescriptor directory_;
};

}  // namespace

TEST_CASE_METHOD(RenameFixture, "a chart gets its quarantine name by a rename, never by a link") {
  chart(name);
  CHECK(rename_to() == 0);
  CHECK(has(quarantined));
  CHECK_FALSE(has(name));
  CHECK(system.count(Call::link_at) == 0);
  CHECK(system.count(Call::unlink_at) == 0);
}

TEST_CASE_METHOD(RenameFixture, "a quarantine name that is taken is not replaced") {
  chart(name);
  write(at(quarantined), "of another remover");
  CHECK(rename_to() == -EEXIST);
  CHECK(content_of(at(quarantined)) == "of another remover");
  CHECK(has(name));
}

TEST_CASE_METHOD(RenameFixture, "a new chart that a writer renames in is moved as a whole") {
  chart(name);
  write(at("new"), "fresh");
  system.before(Call::rename_at, 2, [&] { fs::rename(at("new"), at(name)); });
  CHECK(rename_to() == 0);
  CHECK(content_of(at(quarantined)) == "fresh");
}

TEST_CASE_METHOD(RenameFixture, "a chart gets its own name again by a link, which replaces nothing") {
  chart(quarantined);
  SECTION("the name is free") {
    CHECK(rename_from() == 0);
    CHECK(content_of(at(name)) == k_content);
    CHECK_FALSE(has(quarantined));
  }
  SECTION("a writer takes the name at the last moment") {
    system.before(Call::link_at, 1, [&] { write(at(name), "fresh"); });
    CHECK(rename_from() == -EEXIST);
    CHECK(content_of(at(name)) == "fresh");
    CHECK(has(quarantined));
  }
}

TEST_CASE_METHOD(RenameFixture, "without hard links, the chart's own name is checked before a rename") {
  chart(quarantined);
  system.fail(Call::link_at, EPERM);
  SECTION("the name is free") {
    CHECK(rename_from() == k_renamed_after_checking);
    CHECK(content_of(at(name)) == k_content);
  }
  SECTION("a new chart has the name") {
    write(at(name), "fresh");
    CHECK(rename_from() == -EEXIST);
    CHECK(content_of(at(name)) == "fresh");
  }
}

TEST_CASE_METHOD(RenameFixture, "a chart's own name is never removed again, because a writer may already use it") {
  chart(quarantined);
  system.fail(Call::unlink_at, EACCES, 1);
  CHECK(rename_from() == -EACCES);
  CHECK(content_of(at(name)) == k_content);
  CHECK(has(quarantined));
}

TEST_CASE_METHOD(RenameFixture, "the chart's own name stays, although the call that removed the other one failed") {
  chart(quarantined);
  // A server or another cleaner removes the name, and the caller gets an error.
  system.before(Call::unlink_at, 1, [&] { fs::remove(at(quarantined)); });
  system.fail(Call::unlink_at, GENERATE(ENOENT, EIO, ETIMEDOUT), 1);
  CHECK(rename_from() == 0);
  CHECK(content_of(at(name)) == k_content);
}
