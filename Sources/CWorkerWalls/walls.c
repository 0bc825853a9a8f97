// The walls around a worker process, raised by itself before it reads anything of a user's.
#define _GNU_SOURCE
#include "CWorkerWalls.h"

#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/// The user and group that own nothing.
enum { NOBODY = 65534 };

/// Goes into an empty directory that is already deleted: nothing can be made in it. Done before the namespaces, in
/// which the directory would belong to nobody.
static bool enter_empty_directory(void) {
    static const char *const places[] = {"/tmp", "/var/tmp", "/dev/shm", "/run"};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        char path[64];
        strcpy(path, places[i]);
        strcat(path, "/aristobot-worker-XXXXXX");
        if (mkdtemp(path) == NULL) continue;
        bool entered = chdir(path) == 0;
        rmdir(path);
        if (entered) return true;
    }
    return false;
}

/// A runtime's crash handler would start a program to describe the crash, and hang where it cannot.
static void let_crashes_end_it(void) {
    static const int crashes[] = {SIGQUIT, SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV, SIGSYS};
    for (size_t i = 0; i < sizeof crashes / sizeof *crashes; i++) signal(crashes[i], SIG_DFL);
}

static uint32_t leave_namespaces(void) {
    uint32_t walls = 0;
    // Root may leave them by itself; anybody else in a user namespace of its own, where that is allowed.
    bool is_root = geteuid() == 0 && unshare(CLONE_NEWNET) == 0;
    if (is_root) walls |= AW_NETWORK_NAMESPACE;
    if (!is_root && unshare(CLONE_NEWUSER) == 0) walls |= AW_USER_NAMESPACE;
    if (!is_root && unshare(CLONE_NEWNET) == 0) walls |= AW_NETWORK_NAMESPACE;
    if (unshare(CLONE_NEWNS) == 0) walls |= AW_MOUNT_NAMESPACE;
    if (unshare(CLONE_NEWIPC) == 0) walls |= AW_IPC_NAMESPACE;
    return walls;
}

/// A system that runs out of memory ends a worker before anything that holds orders. Raising the score takes no right.
static void die_first(void) {
    int file = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (file < 0) return;
    // Best effort: without it the kernel chooses by size.
    ssize_t written = write(file, "1000", 4);
    (void)written;
    close(file);
}

/// Each step by itself: a system may refuse one and allow the next. Root of a namespace that maps nobody else stays
/// who it is, which is whoever started it.
static void become_nobody(void) {
    int refused = setgroups(0, NULL) != 0;
    refused |= setresgid(NOBODY, NOBODY, NOBODY) != 0;
    refused |= setresuid(NOBODY, NOBODY, NOBODY) != 0;
    (void)refused;
}

static bool drop_capabilities(void) {
    if (geteuid() == 0) become_nobody();
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
    struct __user_cap_data_struct none[2];
    memset(none, 0, sizeof none);
    return syscall(SYS_capset, &header, none) == 0;
}

static bool limit(__rlimit_resource_t resource, rlim_t most) {
    struct rlimit old;
    if (getrlimit(resource, &old) != 0) return false;
    if (old.rlim_max != RLIM_INFINITY && old.rlim_max < most) most = old.rlim_max;
    struct rlimit new = {.rlim_cur = most, .rlim_max = most};
    return setrlimit(resource, &new) == 0;
}

static bool set_limits(uint64_t memory_bytes) {
    bool all = limit(RLIMIT_AS, memory_bytes);
    all &= limit(RLIMIT_CORE, 0);
    all &= limit(RLIMIT_FSIZE, 0);
    all &= limit(RLIMIT_NPROC, 0);
    all &= limit(RLIMIT_MEMLOCK, 0);
    all &= limit(RLIMIT_MSGQUEUE, 0);
    // What is open stays open; nothing can be opened any more.
    all &= limit(RLIMIT_NOFILE, 0);
    return all;
}

#if defined(SYS_landlock_create_ruleset) && defined(SYS_landlock_restrict_self)
/// Handles every kind of access and allows none.
static bool lock_land(void) {
    enum { VERSION = 1 };
    struct {
        uint64_t files, network, scoped;
    } handled = {0, 0, 0};
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, VERSION);
    if (version < 1) return false;
    // 13 rights over files in the first version, one more in each of the second, third and fifth.
    int rights = 13 + (version >= 2) + (version >= 3) + (version >= 5);
    handled.files = (1ULL << rights) - 1;
    if (version >= 4) handled.network = 3;
    // No abstract socket of, and no signal to, anybody outside.
    if (version >= 6) handled.scoped = 3;
    size_t size = sizeof handled.files * (version >= 6 ? 3 : version >= 4 ? 2 : 1);
    int rules = (int)syscall(SYS_landlock_create_ruleset, &handled, size, 0);
    if (rules < 0) return false;
    bool done = syscall(SYS_landlock_restrict_self, rules, 0) == 0;
    close(rules);
    return done;
}
#else
static bool lock_land(void) { return false; }
#endif

uint32_t aw_raise_walls(uint64_t memory_bytes) {
    uint32_t walls = 0;
    let_crashes_end_it();
    die_first();
    bool is_empty = enter_empty_directory();
    walls |= leave_namespaces();
    if (is_empty && chroot(".") == 0 && chdir("/") == 0) walls |= AW_EMPTY_ROOT;
    if (drop_capabilities()) walls |= AW_NO_CAPABILITIES;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0) walls |= AW_NO_NEW_PRIVILEGES;
    if (lock_land()) walls |= AW_LANDLOCK;
    // Nobody with the same user id may look into it.
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    if (set_limits(memory_bytes)) walls |= AW_LIMITS;
    // Last: a change of rights takes it back.
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == 0) walls |= AW_DEATH_SIGNAL;
    return walls;
}
