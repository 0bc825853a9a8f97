// The last wall: which system calls a worker may make.
#define _GNU_SOURCE
#include "CWorkerWalls.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/futex.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

#ifdef ARCHITECTURE

/// The low half of an argument; both architectures keep it first.
#define ARGUMENT(n) offsetof(struct seccomp_data, args[n])
#define LOAD(place) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (place))
#define ANSWER(value) BPF_STMT(BPF_RET | BPF_K, (value))
#define REFUSE ANSWER(SECCOMP_RET_ERRNO | EPERM)

/// The call, whatever its arguments.
#define ALLOW(call) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (call), 0, 1), ANSWER(SECCOMP_RET_ALLOW)

/// The call on this descriptor only.
#define ALLOW_ON(call, descriptor) \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (call), 0, 4), LOAD(ARGUMENT(0)), \
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (descriptor), 0, 1), ANSWER(SECCOMP_RET_ALLOW), REFUSE

/// The call if these bits are not in that argument.
#define ALLOW_WITHOUT(call, argument, bits) \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (call), 0, 4), LOAD(ARGUMENT(argument)), \
        BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, (bits), 1, 0), ANSWER(SECCOMP_RET_ALLOW), REFUSE

/// The call with one of these two values in its second argument.
#define ALLOW_TO(call, one, other) \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (call), 0, 5), LOAD(ARGUMENT(1)), \
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (one), 1, 0), \
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (other), 0, 1), ANSWER(SECCOMP_RET_ALLOW), REFUSE

uint32_t aw_seal(int socket) {
    struct sock_filter rules[] = {
        LOAD(offsetof(struct seccomp_data, arch)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0),
        ANSWER(SECCOMP_RET_KILL_PROCESS),
        LOAD(offsetof(struct seccomp_data, nr)),
        ALLOW_ON(SYS_read, (uint32_t)socket),
        ALLOW_ON(SYS_write, (uint32_t)socket),
        ALLOW_WITHOUT(SYS_mmap, 2, PROT_EXEC),
        // What abort() takes: a process that cannot end itself would hang instead.
        ALLOW_ON(SYS_tgkill, (uint32_t)getpid()),
        ALLOW(SYS_getpid),
        ALLOW(SYS_gettid),
        ALLOW(SYS_rt_sigprocmask),
        ALLOW(SYS_munmap),
        ALLOW(SYS_mremap),
        ALLOW(SYS_brk),
        // What is made once wakes whoever may have waited for it, though there is one thread.
        ALLOW_TO(SYS_futex, FUTEX_WAKE_PRIVATE, FUTEX_WAIT_PRIVATE),
        // Where the clock cannot be read without the kernel, and for the time that this thread has used.
        ALLOW(SYS_clock_gettime),
        ALLOW(SYS_exit_group),
        REFUSE,
    };
    struct sock_fprog program = {.len = sizeof rules / sizeof *rules, .filter = rules};
    // Needed where the process is not root; done already, and harmless twice.
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return 0;
    if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program) == 0) return AW_SYSTEM_CALLS;
    return 0;
}

#else

uint32_t aw_seal(int socket) {
    (void)socket;
    return 0;
}

#endif
