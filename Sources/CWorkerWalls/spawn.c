// Starting a worker process, and looking at it from outside.
#define _GNU_SOURCE
#include "CWorkerWalls.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/eventfd.h>
#include <time.h>

enum { SOCKET = 3 };

static int describe_files(posix_spawn_file_actions_t *actions, int socket) {
    // The socket first: it may lie where /dev/null is going to be.
    int failure = posix_spawn_file_actions_adddup2(actions, socket, SOCKET);
    if (!failure) failure = posix_spawn_file_actions_addopen(actions, 0, "/dev/null", O_RDONLY, 0);
    if (!failure) failure = posix_spawn_file_actions_addopen(actions, 1, "/dev/null", O_WRONLY, 0);
    if (!failure) failure = posix_spawn_file_actions_addopen(actions, 2, "/dev/null", O_WRONLY, 0);
    if (!failure) failure = posix_spawn_file_actions_addclosefrom_np(actions, SOCKET + 1);
    return failure;
}

static int describe_signals(posix_spawnattr_t *attributes) {
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    int failure = posix_spawnattr_setsigmask(attributes, &none);
    if (!failure) failure = posix_spawnattr_setsigdefault(attributes, &all);
    // A Ctrl-C in the terminal is for the engine, which ends its workers itself.
    if (!failure) failure = posix_spawnattr_setpgroup(attributes, 0);
    if (!failure) {
        failure = posix_spawnattr_setflags(
            attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    }
    return failure;
}

int aw_spawn(const char *path, char *const arguments[], int socket, pid_t *pid) {
    static char *const no_environment[] = {NULL};
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int failure = posix_spawn_file_actions_init(&actions);
    if (failure) return failure;
    failure = posix_spawnattr_init(&attributes);
    if (!failure) {
        failure = describe_files(&actions, socket);
        if (!failure) failure = describe_signals(&attributes);
        if (!failure) failure = posix_spawn(pid, path, &actions, &attributes, arguments, no_environment);
        posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_destroy(&actions);
    return failure;
}

int aw_make_event(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

int64_t aw_cpu_nanoseconds(pid_t pid) {
    clockid_t clock;
    struct timespec time;
    if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &time) != 0) return -1;
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}
