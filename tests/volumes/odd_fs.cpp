// A pass-through file system with the oddities of network volumes, for scripts/verify-volumes:
//   odd_fs DIRECTORY [--delay-ms=N] [--fail=CALL:ERRNO]... [--hang=CALL] [--path-inodes] [--still-directories]
//          MOUNT_POINT [libfuse option...]
// --path-inodes gives each path an inode number of its own, so that a second link looks like another file, as on sshfs.
// --still-directories never moves the times of a directory, as on s3fs. The extended attribute user.calls of the mount
// point says how often each call was made.
#define FUSE_USE_VERSION 35

#include "oddities.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fuse.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string>
#include <vector>

namespace {

using odd::Call;

/// libfuse hands these to each call.
struct OddFs {
  int below = -1;  ///< the directory that is passed through
  odd::Oddities odd;
  std::array<std::atomic<std::uint64_t>, odd::k_call_names.size()> calls{};
};

OddFs& self() { return *static_cast<OddFs*>(fuse_get_context()->private_data); }

/// Makes the call take so much longer.
void wait_for(std::chrono::milliseconds delay) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(delay);
  const timespec time{seconds.count(), std::chrono::nanoseconds(delay - seconds).count()};
  nanosleep(&time, nullptr);
}

/// Counts and delays a call. Returns what it fails with, 0 if it may go on; or never returns.
int begin(Call call) {
  OddFs& fs = self();
  const auto index = static_cast<std::size_t>(call);
  ++fs.calls[index];
  while (fs.odd.hanging == call) pause();
  wait_for(fs.odd.delay);
  return -fs.odd.failures[index];
}

int result_of(long returned) { return returned < 0 ? -errno : static_cast<int>(returned); }

/// The path as calls relative to the directory below want it.
const char* relative(const char* path) { return path[1] == '\0' ? "." : path + 1; }

int file_of(const fuse_file_info* info) { return static_cast<int>(info->fh); }

DIR* directory_of(const fuse_file_info* info) { return reinterpret_cast<DIR*>(info->fh); }

int odd_getattr(const char* path, struct stat* result, fuse_file_info* info) {
  if (const int failure = begin(Call::getattr)) return failure;
  const int got = info != nullptr ? fstat(file_of(info), result)
                                  : fstatat(self().below, relative(path), result, AT_SYMLINK_NOFOLLOW);
  if (got < 0) return -errno;
  if (self().odd.still_directories && S_ISDIR(result->st_mode)) result->st_mtim = result->st_ctim = odd::k_still_time;
  return 0;
}

int odd_opendir(const char* path, fuse_file_info* info) {
  if (const int failure = begin(Call::opendir)) return failure;
  const int opened = openat(self().below, relative(path), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (opened < 0) return -errno;
  info->fh = reinterpret_cast<std::uint64_t>(fdopendir(opened));
  return 0;
}

int odd_readdir(const char* /*path*/, void* buffer, fuse_fill_dir_t fill, off_t /*offset*/, fuse_file_info* info,
                fuse_readdir_flags /*flags*/) {
  if (const int failure = begin(Call::readdir)) return failure;
  rewinddir(directory_of(info));
  while (const dirent* const entry = readdir(directory_of(info))) {
    struct stat known {};
    known.st_ino = entry->d_ino;
    known.st_mode = DTTOIF(entry->d_type);
    if (fill(buffer, entry->d_name, &known, 0, fuse_fill_dir_flags{}) != 0) break;
  }
  return 0;
}

int odd_releasedir(const char* /*path*/, fuse_file_info* info) { return result_of(closedir(directory_of(info))); }

int open_file(Call call, const char* path, mode_t mode, fuse_file_info* info) {
  if (const int failure = begin(call)) return failure;
  const int opened = openat(self().below, relative(path), info->flags | O_CLOEXEC, mode);
  if (opened < 0) return -errno;
  info->fh = static_cast<std::uint64_t>(opened);
  return 0;
}

int odd_open(const char* path, fuse_file_info* info) { return open_file(Call::open, path, 0, info); }

int odd_create(const char* path, mode_t mode, fuse_file_info* info) {
  info->flags |= O_CREAT;
  return open_file(Call::create, path, mode, info);
}

int odd_read(const char* /*path*/, char* buffer, size_t size, off_t offset, fuse_file_info* info) {
  if (const int failure = begin(Call::read)) return failure;
  return result_of(pread(file_of(info), buffer, size, offset));
}

int odd_write(const char* /*path*/, const char* buffer, size_t size, off_t offset, fuse_file_info* info) {
  if (const int failure = begin(Call::write)) return failure;
  return result_of(pwrite(file_of(info), buffer, size, offset));
}

int odd_flush(const char* /*path*/, fuse_file_info* /*info*/) { return begin(Call::flush); }

int odd_fsync(const char* /*path*/, int /*only_data*/, fuse_file_info* info) {
  if (const int failure = begin(Call::fsync)) return failure;
  return result_of(fsync(file_of(info)));
}

int odd_release(const char* /*path*/, fuse_file_info* info) {
  static_cast<void>(begin(Call::release));
  return result_of(close(file_of(info)));
}

int odd_flock(const char* /*path*/, fuse_file_info* info, int operation) {
  if (const int failure = begin(Call::flock)) return failure;
  return result_of(flock(file_of(info), operation));
}

int odd_unlink(const char* path) {
  if (const int failure = begin(Call::unlink)) return failure;
  return result_of(unlinkat(self().below, relative(path), 0));
}

int odd_rmdir(const char* path) {
  if (const int failure = begin(Call::rmdir)) return failure;
  return result_of(unlinkat(self().below, relative(path), AT_REMOVEDIR));
}

int odd_mkdir(const char* path, mode_t mode) {
  if (const int failure = begin(Call::mkdir)) return failure;
  return result_of(mkdirat(self().below, relative(path), mode));
}

int odd_rename(const char* from, const char* to, unsigned flags) {
  if (const int failure = begin(Call::rename)) return failure;
  if (flags != 0) return -EINVAL;  // as most FUSE servers answer
  return result_of(renameat(self().below, relative(from), self().below, relative(to)));
}

int odd_link(const char* from, const char* to) {
  if (const int failure = begin(Call::link)) return failure;
  return result_of(linkat(self().below, relative(from), self().below, relative(to), 0));
}

int odd_truncate(const char* path, off_t size, fuse_file_info* info) {
  if (const int failure = begin(Call::truncate)) return failure;
  if (info != nullptr) return result_of(ftruncate(file_of(info), size));
  const int opened = openat(self().below, relative(path), O_WRONLY | O_CLOEXEC);
  if (opened < 0) return -errno;
  const int truncated = result_of(ftruncate(opened, size));
  close(opened);
  return truncated;
}

int odd_utimens(const char* path, const timespec times[2], fuse_file_info* /*info*/) {
  if (const int failure = begin(Call::utimens)) return failure;
  return result_of(utimensat(self().below, relative(path), times, AT_SYMLINK_NOFOLLOW));
}

int odd_chmod(const char* path, mode_t mode, fuse_file_info* /*info*/) {
  if (const int failure = begin(Call::chmod)) return failure;
  return result_of(fchmodat(self().below, relative(path), mode, 0));
}

int odd_chown(const char* path, uid_t user, gid_t group, fuse_file_info* /*info*/) {
  if (const int failure = begin(Call::chown)) return failure;
  return result_of(fchownat(self().below, relative(path), user, group, AT_SYMLINK_NOFOLLOW));
}

int odd_statfs(const char* /*path*/, struct statvfs* result) {
  if (const int failure = begin(Call::statfs)) return failure;
  return result_of(fstatvfs(self().below, result));
}

int odd_getxattr(const char* path, const char* name, char* value, size_t size) {
  if (std::strcmp(path, "/") != 0 || std::strcmp(name, "user.calls") != 0) return -ENODATA;
  std::string text;
  for (std::size_t i = 0; i < odd::k_call_names.size(); ++i)
    text += std::string(odd::k_call_names[i]) + '=' + std::to_string(self().calls[i]) + ' ';
  if (size == 0) return static_cast<int>(text.size());
  if (size < text.size()) return -ERANGE;
  std::memcpy(value, text.data(), text.size());
  return static_cast<int>(text.size());
}

void* odd_init(fuse_conn_info* /*connection*/, fuse_config* config) {
  config->use_ino = self().odd.path_inodes ? 0 : 1;
  config->hard_remove = 0;
  return &self();
}

fuse_operations operations() {
  fuse_operations made{};
  made.getattr = odd_getattr;
  made.mkdir = odd_mkdir;
  made.unlink = odd_unlink;
  made.rmdir = odd_rmdir;
  made.rename = odd_rename;
  made.link = odd_link;
  made.chmod = odd_chmod;
  made.chown = odd_chown;
  made.truncate = odd_truncate;
  made.open = odd_open;
  made.read = odd_read;
  made.write = odd_write;
  made.statfs = odd_statfs;
  made.flush = odd_flush;
  made.release = odd_release;
  made.fsync = odd_fsync;
  made.getxattr = odd_getxattr;
  made.opendir = odd_opendir;
  made.readdir = odd_readdir;
  made.releasedir = odd_releasedir;
  made.init = odd_init;
  made.create = odd_create;
  made.utimens = odd_utimens;
  made.flock = odd_flock;
  return made;
}

}  // namespace

int main(int argc, char** argv) {
  OddFs fs;
  std::vector<char*> for_libfuse{argv[0]};
  for (int i = 2; i < argc; ++i) {
    if (std::strncmp(argv[i], "--", 2) != 0) {
      for_libfuse.push_back(argv[i]);
    } else if (!odd::take_option(argv[i], fs.odd)) {
      std::fprintf(stderr, "odd_fs: bad option %s\n", argv[i]);
      return EXIT_FAILURE;
    }
  }
  fs.below = argc > 1 ? open(argv[1], O_PATH | O_DIRECTORY | O_CLOEXEC) : -1;
  if (fs.below < 0) {
    std::fprintf(stderr, "odd_fs: the first argument must be a directory\n");
    return EXIT_FAILURE;
  }
  umask(0);  // the kernel has applied that of the caller
  const fuse_operations made = operations();
  return fuse_main(static_cast<int>(for_libfuse.size()), for_libfuse.data(), &made, &fs);
}
