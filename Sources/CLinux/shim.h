// Calls of Linux that Swift cannot import: functions with variable arguments, and those newer than its map of glibc.
#ifndef STEWARD_CLINUX_H
#define STEWARD_CLINUX_H

// No feature macro is set here: a header read with another one than Swift's own modules use would define the same types
// differently, and no program that imports both could be compiled.
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stddef.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif

/// A descriptor that becomes readable when the process ends (pidfd_open(2), Linux 5.3); -1 and errno otherwise.
/// It is closed by an exec.
static inline int linux_pidfd_open(pid_t process) {
    return (int)syscall(SYS_pidfd_open, process, 0);
}

/// pipe2(2) with O_CLOEXEC.
static inline int linux_pipe(int ends[2]) {
    return (int)syscall(SYS_pipe2, ends, O_CLOEXEC);
}

/// An eventfd(2) that nobody waits for and that ends at an exec.
static inline int linux_event_descriptor(void) {
    return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
}

/// A file in memory without a name, which ends at an exec (memfd_create(2)); -1 and errno otherwise.
static inline int linux_memory_file(const char *name) {
    return (int)syscall(SYS_memfd_create, name, 1u);
}

// Two extensions of glibc 2.29 and 2.34, which spawn.h shows only with a feature macro.
int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *actions, const char *path);
int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int from);

/// The program starts in `directory`.
static inline int linux_spawn_in(posix_spawn_file_actions_t *actions, const char *directory) {
    return posix_spawn_file_actions_addchdir_np(actions, directory);
}

/// The program has no descriptor from `first` on.
static inline int linux_spawn_without_descriptors(posix_spawn_file_actions_t *actions, int first) {
    return posix_spawn_file_actions_addclosefrom_np(actions, first);
}

/// Asks the kernel for `signal` when the thread that started this process ends (PR_SET_PDEATHSIG, prctl(2)).
static inline int linux_signal_at_parent_death(int signal) {
    return prctl(PR_SET_PDEATHSIG, (unsigned long)signal, 0, 0, 0);
}

/// The name of this thread as ps(1) shows it; at most 15 bytes.
static inline int linux_name_thread(const char *name) {
    return prctl(PR_SET_NAME, (unsigned long)name, 0, 0, 0);
}

enum linux_limit { linux_limit_address_space, linux_limit_cpu_seconds, linux_limit_core_bytes, linux_limit_descriptors };

/// setrlimit(2). A hard limit that is already lower stays.
static inline int linux_limit(enum linux_limit which, unsigned long long soft, unsigned long long hard) {
    static const int resources[] = {RLIMIT_AS, RLIMIT_CPU, RLIMIT_CORE, RLIMIT_NOFILE};
    struct rlimit held;
    if (getrlimit(resources[which], &held) != 0) return -1;
    struct rlimit wanted = {soft, hard};
    if (held.rlim_max != RLIM_INFINITY && wanted.rlim_max > held.rlim_max) wanted.rlim_max = held.rlim_max;
    if (wanted.rlim_cur > wanted.rlim_max) wanted.rlim_cur = wanted.rlim_max;
    return setrlimit(resources[which], &wanted);
}

/// setpriority(2) of this process: -20 is the most favoured, 19 the least.
static inline int linux_set_nice(int nice) {
    return setpriority(PRIO_PROCESS, 0, nice);
}

/// Reaps `process` if it has ended and says what it used (wait4(2)). Returns its id, 0 while it runs, -1 and errno.
static inline pid_t linux_reap(pid_t process, int *status, struct rusage *usage) {
    return wait4(process, status, WNOHANG, usage);
}

/// 1 when `process` is a child of ours that has ended and was not reaped yet (waitid(2) with WNOWAIT), 0 while it runs,
/// -1 when it is no child of ours, or not any more.
static inline int linux_has_ended(pid_t process) {
    siginfo_t info = {0};
    if (waitid(P_PID, (id_t)process, &info, WEXITED | WNOHANG | WNOWAIT) != 0) return -1;
    return info.si_pid == process;
}

/// Sees to it that children which end wait to be reaped. A program that is started with SIGCHLD ignored inherits that,
/// and the kernel then forgets how its children ended (sigaction(2)).
static inline void linux_keep_ended_children(void) {
    struct sigaction action;
    if (sigaction(SIGCHLD, 0, &action) == 0 && action.sa_handler == SIG_IGN) signal(SIGCHLD, SIG_DFL);
}

/// `struct ucred` of unix(7), which glibc shows only with a feature macro.
struct linux_peer { pid_t process; uid_t user; gid_t group; };

/// Who is at the other end of a Unix-domain socket (SO_PEERCRED, unix(7)).
static inline int linux_peer_of(int socket, struct linux_peer *peer) {
    socklen_t size = sizeof *peer;
    return getsockopt(socket, SOL_SOCKET, SO_PEERCRED, peer, &size);
}

/// Fills `address` with `path`, whose first byte is 0 for an abstract name; returns the address's length,
/// 0 when the path does not fit.
static inline socklen_t linux_unix_address(struct sockaddr_un *address, const unsigned char *path, size_t length) {
    if (length == 0 || length > sizeof address->sun_path - (path[0] == 0 ? 0 : 1)) return 0;
    __builtin_memset(address, 0, sizeof *address);
    address->sun_family = AF_UNIX;
    __builtin_memcpy(address->sun_path, path, length);
    return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length + (path[0] == 0 ? 0 : 1));
}

static inline int linux_connect_unix(int socket, const struct sockaddr_un *address, socklen_t length) {
    return connect(socket, (const struct sockaddr *)address, length);
}

static inline int linux_bind_unix(int socket, const struct sockaddr_un *address, socklen_t length) {
    return bind(socket, (const struct sockaddr *)address, length);
}

/// Starts a program that cannot outlive this process: the kernel ends it by SIGKILL when the calling *thread* ends
/// (PR_SET_PDEATHSIG, prctl(2)), which posix_spawn(3) has no way to ask for. It stays in this process group, has an empty
/// standard input, no signal blocked, ignored or caught, and no descriptor of ours but `output` and `errors`.
///
/// Between fork and exec only async-signal-safe functions are called (signal-safety(7)). Returns the process; -1 and
/// errno where it could not be started, also where the exec failed.
static inline pid_t linux_start_bound(const char *path, char *const arguments[], char *const environment[],
                                      const char *directory, int output, int errors) {
    int report[2];
    if (linux_pipe(report) != 0) return -1;
    sigset_t all, none, before;
    sigfillset(&all);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &all, &before);
    pid_t parent = getpid();
    pid_t process = fork();
    if (process == 0) {
        for (int number = 1; number <= 64; number++) signal(number, SIG_DFL);
        // Above the standard streams, so that none of them is lost while they are put in their places.
        int outputs[2] = {fcntl(output, F_DUPFD_CLOEXEC, 10), fcntl(errors, F_DUPFD_CLOEXEC, 10)};
        int input = open("/dev/null", O_RDONLY | O_CLOEXEC);
        if (prctl(PR_SET_PDEATHSIG, (unsigned long)SIGKILL, 0, 0, 0) == 0 && getppid() == parent && outputs[0] >= 0 &&
            outputs[1] >= 0 && input >= 0 && dup2(input, 0) == 0 && dup2(outputs[0], 1) == 1 &&
            dup2(outputs[1], 2) == 2 && chdir(directory) == 0) {
            // close_range(2) with CLOSE_RANGE_CLOEXEC, Linux 5.11; before it, what we open is closed by the exec anyway.
            syscall(436, 3u, ~0u, 4u);
            sigprocmask(SIG_SETMASK, &none, 0);
            execve(path, arguments, environment);
        }
        int code = errno;
        (void)!write(report[1], &code, sizeof code);
        _exit(127);
    }
    int code = process < 0 ? errno : 0;
    sigprocmask(SIG_SETMASK, &before, 0);
    close(report[1]);
    if (process > 0) {
        ssize_t count;
        do count = read(report[0], &code, sizeof code);
        while (count < 0 && errno == EINTR);
        if (count != (ssize_t)sizeof code) code = 0;
        if (code != 0) while (waitpid(process, 0, 0) < 0 && errno == EINTR) {}
    }
    close(report[0]);
    if (code == 0) return process;
    errno = code;
    return -1;
}

#endif
