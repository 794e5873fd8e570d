#include "sandbox/call_list.hpp"

#include <fcntl.h>
#include <linux/sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#include <array>

namespace reaper::sandbox {
namespace {

/// Without this clang-format would put each call on a line of its own.
// clang-format off
constexpr std::array k_always_allowed{
    // Memory. mmap and mprotect have conditions, see below.
    SCMP_SYS(brk), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise), SCMP_SYS(membarrier),
    // Threads and their scheduling.
    SCMP_SYS(futex), SCMP_SYS(set_robust_list), SCMP_SYS(get_robust_list), SCMP_SYS(rseq), SCMP_SYS(set_tid_address),
    SCMP_SYS(gettid), SCMP_SYS(sched_yield), SCMP_SYS(sched_getaffinity), SCMP_SYS(sched_getscheduler),
    SCMP_SYS(sched_getparam), SCMP_SYS(getpriority), SCMP_SYS(ioprio_get), SCMP_SYS(getcpu), SCMP_SYS(exit),
    SCMP_SYS(exit_group),
    // Signals. Sending them has a condition.
    SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn), SCMP_SYS(rt_sigtimedwait),
    SCMP_SYS(rt_sigpending), SCMP_SYS(sigaltstack), SCMP_SYS(restart_syscall),
    // Time and randomness.
    SCMP_SYS(clock_gettime), SCMP_SYS(clock_getres), SCMP_SYS(clock_nanosleep), SCMP_SYS(nanosleep),
    SCMP_SYS(gettimeofday), SCMP_SYS(time), SCMP_SYS(getrandom), SCMP_SYS(timerfd_create), SCMP_SYS(timerfd_settime),
    SCMP_SYS(timerfd_gettime),
    // Identity and environment of the process.
    SCMP_SYS(getpid), SCMP_SYS(getppid), SCMP_SYS(getuid), SCMP_SYS(geteuid), SCMP_SYS(getgid), SCMP_SYS(getegid),
    SCMP_SYS(getgroups), SCMP_SYS(getcwd), SCMP_SYS(uname), SCMP_SYS(sysinfo), SCMP_SYS(getrusage),
    // Waiting for descriptors.
    SCMP_SYS(epoll_create1), SCMP_SYS(epoll_ctl), SCMP_SYS(epoll_wait), SCMP_SYS(epoll_pwait), SCMP_SYS(epoll_pwait2),
    SCMP_SYS(poll), SCMP_SYS(ppoll), SCMP_SYS(select), SCMP_SYS(pselect6), SCMP_SYS(eventfd2),
    // Descriptors. ioctl and fcntl have conditions.
    SCMP_SYS(read), SCMP_SYS(readv), SCMP_SYS(pread64), SCMP_SYS(preadv), SCMP_SYS(write), SCMP_SYS(writev),
    SCMP_SYS(lseek), SCMP_SYS(fsync), SCMP_SYS(fdatasync), SCMP_SYS(fadvise64), SCMP_SYS(dup), SCMP_SYS(dup2),
    SCMP_SYS(dup3), SCMP_SYS(pipe2), SCMP_SYS(close), SCMP_SYS(close_range),
    // Connections from clients. socket, bind, listen and connect are missing, because all sockets exist already.
    // Sending and shutdown have conditions.
    SCMP_SYS(accept4), SCMP_SYS(recvfrom), SCMP_SYS(recvmsg), SCMP_SYS(getsockopt), SCMP_SYS(setsockopt),
    SCMP_SYS(getsockname), SCMP_SYS(getpeername),
    // Files, which Landlock restricts. Opening has conditions. chmod, chown, truncate, utime and setxattr are missing.
    SCMP_SYS(getdents64), SCMP_SYS(statx), SCMP_SYS(newfstatat), SCMP_SYS(fstat), SCMP_SYS(stat),
    SCMP_SYS(lstat), SCMP_SYS(statfs), SCMP_SYS(fstatfs), SCMP_SYS(access), SCMP_SYS(faccessat),
    SCMP_SYS(faccessat2), SCMP_SYS(readlink), SCMP_SYS(readlinkat), SCMP_SYS(flock), SCMP_SYS(rename),
    SCMP_SYS(renameat), SCMP_SYS(renameat2), SCMP_SYS(linkat), SCMP_SYS(unlink), SCMP_SYS(unlinkat), SCMP_SYS(rmdir),
    SCMP_SYS(mkdir), SCMP_SYS(mkdirat), SCMP_SYS(inotify_init1), SCMP_SYS(inotify_rm_watch),
};

/// Calls to become another program, or to reach into other processes, into the kernel or out of a container.
constexpr std::array k_killing_calls{
    SCMP_SYS(execve), SCMP_SYS(execveat), SCMP_SYS(ptrace), SCMP_SYS(process_vm_readv), SCMP_SYS(process_vm_writev),
    SCMP_SYS(process_madvise), SCMP_SYS(pidfd_getfd), SCMP_SYS(kcmp), SCMP_SYS(bpf), SCMP_SYS(perf_event_open),
    SCMP_SYS(userfaultfd), SCMP_SYS(init_module), SCMP_SYS(finit_module), SCMP_SYS(delete_module),
    SCMP_SYS(kexec_load), SCMP_SYS(kexec_file_load), SCMP_SYS(mount), SCMP_SYS(umount2), SCMP_SYS(pivot_root),
    SCMP_SYS(chroot), SCMP_SYS(move_mount), SCMP_SYS(open_tree), SCMP_SYS(fsopen), SCMP_SYS(fsmount), SCMP_SYS(setns),
    SCMP_SYS(unshare), SCMP_SYS(keyctl), SCMP_SYS(add_key), SCMP_SYS(request_key), SCMP_SYS(open_by_handle_at),
    SCMP_SYS(reboot), SCMP_SYS(swapon), SCMP_SYS(swapoff), SCMP_SYS(iopl), SCMP_SYS(ioperm), SCMP_SYS(quotactl),
    SCMP_SYS(acct), SCMP_SYS(settimeofday), SCMP_SYS(clock_settime), SCMP_SYS(personality),
};
// clang-format on

constexpr std::uint64_t k_all_bits = 0xFFFFFFFF;  // of an int, the type of these arguments

template <class Value>
ConditionalCall with(int call, unsigned argument, Value value) {
  return {call, {{argument, k_all_bits, static_cast<std::uint64_t>(value)}}};
}

/// Allows to open files for reading and, if needed, for appending. openat2 has its flags in memory, so the filter only
/// sees their address. If no sealed addresses are known, only Landlock restricts openat2.
void add_opens(std::vector<ConditionalCall>& calls, const Needs& needs) {
  if (needs.openings.empty()) calls.push_back({SCMP_SYS(openat2), {}});
  for (const void* const how : needs.openings)
    calls.push_back({SCMP_SYS(openat2), {{2, ~std::uint64_t{0}, reinterpret_cast<std::uintptr_t>(how)}}});
  constexpr std::uint64_t k_writing = O_ACCMODE | O_CREAT | O_TRUNC;
  calls.push_back({SCMP_SYS(open), {{1, k_writing, O_RDONLY}}});
  calls.push_back({SCMP_SYS(openat), {{2, k_writing, O_RDONLY}}});
  if (needs.append.empty()) return;
  constexpr std::uint64_t k_appending = O_WRONLY | O_CREAT | O_APPEND;
  calls.push_back({SCMP_SYS(open), {{1, k_writing | O_APPEND, k_appending}}});
  calls.push_back({SCMP_SYS(openat), {{2, k_writing | O_APPEND, k_appending}}});
}

/// Only allows to send on connected sockets. MSG_FASTOPEN is refused, because it makes a sending call connect, which
/// Landlock does not check like connect(2). shutdown(2) may only end the sending side, because a listener without a
/// receiving side becomes a socket that can connect. The filter cannot see the address in sendmsg(2), which is in
/// memory.
void add_sending(std::vector<ConditionalCall>& calls) {
  constexpr std::uint64_t k_other_flags = k_all_bits & ~std::uint64_t{MSG_NOSIGNAL | MSG_DONTWAIT};
  calls.push_back({SCMP_SYS(sendto), {{3, k_other_flags, 0}, {4, ~std::uint64_t{0}, 0}}});
  calls.push_back({SCMP_SYS(sendmsg), {{2, k_other_flags, 0}}});
  calls.push_back(with(SCMP_SYS(shutdown), 1, SHUT_WR));
}

}  // namespace

std::span<const int> always_allowed() { return k_always_allowed; }

std::span<const int> killing_calls() { return k_killing_calls; }

std::vector<ConditionalCall> conditionally_allowed(const Needs& needs) {
  std::vector<ConditionalCall> calls{
      // Writable memory must never become executable.
      {SCMP_SYS(mmap), {{2, PROT_EXEC, 0}}},
      {SCMP_SYS(mprotect), {{2, PROT_EXEC, 0}}},
      // Threads, not processes. clone3 has its flags in memory; without it the C library uses clone.
      {SCMP_SYS(clone), {{0, CLONE_THREAD, CLONE_THREAD}}},
      // Signals to this process only, for raise(3) and abort(3).
      with(SCMP_SYS(tgkill), 0, ::getpid()),
      // A thread may lower its own priority only.
      with(SCMP_SYS(setpriority), 1, 0),
      with(SCMP_SYS(ioprio_set), 1, 0),
      with(SCMP_SYS(sched_setscheduler), 0, 0),
      with(SCMP_SYS(sched_setattr), 0, 0),
      with(SCMP_SYS(prctl), 0, PR_SET_NAME),
      with(SCMP_SYS(prctl), 0, PR_GET_NAME),
      // Limits may be read, not changed.
      {SCMP_SYS(prlimit64), {{2, ~std::uint64_t{0}, 0}}},
  };
  // Used by Asio and isatty(3).
  for (const int request : {FIONBIO, FIONREAD, TCGETS}) calls.push_back(with(SCMP_SYS(ioctl), 1, request));
  for (const int command :
       {F_DUPFD, F_DUPFD_CLOEXEC, F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_SETLEASE, F_GETLEASE, F_GETLK})
    calls.push_back(with(SCMP_SYS(fcntl), 1, command));
  // Landlock does not restrict which directories are watched, so at least restrict the events.
  if (needs.watch_events != 0) calls.push_back(with(SCMP_SYS(inotify_add_watch), 2, needs.watch_events));
  add_sending(calls);
  add_opens(calls, needs);
  return calls;
}

}  // namespace reaper::sandbox
