#include <libpq-fe.h>
#include <spawn.h>
#include <sys/eventfd.h>

// Fields of an error report. The originals are macros of character literals.
enum {
    aristobot_pg_sqlstate = 'C',
    aristobot_pg_message = 'M',
    aristobot_pg_table = 't',
    aristobot_pg_column = 'c',
    aristobot_pg_constraint = 'n'
};

// Without a receiver libpq prints notices to standard error.
static inline void aristobot_pg_drop_notice(void *context, const PGresult *notice) {
    (void)context;
    (void)notice;
}

static inline void aristobot_pg_silence_notices(PGconn *connection) {
    PQsetNoticeReceiver(connection, aristobot_pg_drop_notice, 0);
}

// Swift's Glibc module leaves <sys/eventfd.h> out.
static inline int aristobot_pg_wake_descriptor(void) {
    return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
}

// Declared by <spawn.h> only under _GNU_SOURCE, which a module cannot rely on (glibc 2.34).
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int from);
