#include "volume/rename.hpp"

#include "support/catch.hpp"
#include "support/file_content.hpp"
#include "support/volume_fixture.hpp"
#include "volume/quarantine_name.hpp"

#include <cerrno>
#include <filesystem>
#include <string>

using reaper::test::Call;
using reaper::test::content_of;
using reaper::test::VolumeFixture;
using reaper::volume::k_renamed_by_linking;
using reaper::volume::quarantine_name;
using reaper::volume::rename_without_replacing;
namespace fs = std::filesystem;

namespace {

/// A volume that renames only by a hard link.
struct LinkingFixture : VolumeFixture {
  LinkingFixture() { system.fail(Call::rename_at, EINVAL); }

  int rename(const std::string& from, const std::string& to) {
    const auto directory = root.open_directory("");
    REQUIRE(directory.has_value());
    return rename_without_replacing(system, directory->get(), {from, to});
  }

  const std::string name = "x.png";
  const std::string quarantined = quarantine_name(name);
};

}  // namespace

TEST_CASE_METHOD(LinkingFixture, "a rename by hard link reports it") {
  chart(name);
  CHECK(rename(name, quarantined) == k_renamed_by_linking);
  CHECK(has(quarantined));
  CHECK_FALSE(has(name));
}

TEST_CASE_METHOD(LinkingFixture, "a quarantine name is removed again if the chart's own name cannot be removed") {
  chart(name);
  system.fail(Call::unlink_at, EACCES, 1);
  CHECK(rename(name, quarantined) == -EACCES);
  CHECK(has(name));
  CHECK_FALSE(has(quarantined));
}

TEST_CASE_METHOD(LinkingFixture, "a chart's own name is never removed again, because a writer may already use it") {
  chart(quarantined);
  system.fail(Call::unlink_at, EACCES, 1);
  CHECK(rename(quarantined, name) == -EACCES);
  CHECK(content_of(at(name)) == k_content);
  CHECK(has(quarantined));
}

TEST_CASE_METHOD(LinkingFixture, "the last name stays, although the call that removed the other one failed") {
  const bool is_quarantined = GENERATE(true, false);
  const std::string from = is_quarantined ? name : quarantined;
  const std::string to = is_quarantined ? quarantined : name;
  chart(from);
  // A server or another cleaner removes the name, and the caller gets an error.
  system.before(Call::unlink_at, 1, [&] { fs::remove(at(from)); });
  system.fail(Call::unlink_at, GENERATE(ENOENT, EIO, ETIMEDOUT), 1);
  CHECK(rename(from, to) == k_renamed_by_linking);
  CHECK(content_of(at(to)) == k_content);
}
