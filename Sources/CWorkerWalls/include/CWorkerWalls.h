#ifndef ARISTOBOT_WORKER_WALLS_H
#define ARISTOBOT_WORKER_WALLS_H

#include <stdint.h>
#include <sys/types.h>

/// What a worker process is kept from; bits of the answers below.
enum aw_wall {
    /// Dies with the thread that started it.
    AW_DEATH_SIGNAL = 1 << 0,
    /// No later exec gives rights.
    AW_NO_NEW_PRIVILEGES = 1 << 1,
    /// Memory, files, processes and core dumps are limited.
    AW_LIMITS = 1 << 2,
    AW_USER_NAMESPACE = 1 << 3,
    AW_NETWORK_NAMESPACE = 1 << 4,
    AW_MOUNT_NAMESPACE = 1 << 5,
    AW_IPC_NAMESPACE = 1 << 6,
    /// Its root is an empty directory that is deleted.
    AW_EMPTY_ROOT = 1 << 7,
    /// Landlock refuses every file, and, where the kernel can, every TCP connection and every signal to others.
    AW_LANDLOCK = 1 << 8,
    /// No capability, and nobody's user where the system lets it be.
    AW_NO_CAPABILITIES = 1 << 9,
    /// Only a handful of system calls are let through.
    AW_SYSTEM_CALLS = 1 << 10,
};

/// Starts a program with one socket as descriptor 3, nothing else open but /dev/null as 0, 1 and 2, an empty
/// environment, no blocked or ignored signals, and a process group of its own. Answers 0 or an errno.
int aw_spawn(const char *path, char *const arguments[], int socket, pid_t *pid);

/// Raises every wall but the last around the calling process, which has one thread. Walls that the system does not
/// allow are left out. Answers those that stand.
uint32_t aw_raise_walls(uint64_t memory_bytes);

/// Lets through only what computing and talking over `socket` take; everything else fails with EPERM from now on.
/// Answers AW_SYSTEM_CALLS, or 0 where the system does not allow it.
uint32_t aw_seal(int socket);

/// A descriptor to wake a thread with: reading never waits, children do not inherit it. -1 when there is none left.
int aw_make_event(void);

/// CPU nanoseconds that another process has used; -1 when it cannot be told.
int64_t aw_cpu_nanoseconds(pid_t pid);

#endif
