// Budgets: instructions by a count hook, wall time by a coarse clock that is read in the hook only,
// and the kill flag that nothing a script can write is able to swallow.
#include "internal.h"
#include <stdlib.h>
#include <string.h>
#include <time.h>

static char sentinel;

/// Entries of opened tables whose room is kept from one call to the next (40 bytes each).
enum { AH_KEPT_NODES = 256 };

int64_t ah_coarse_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

void ah_begin(ah_machine *m, bool loading) {
    m->fuel = m->fuel_given = loading ? m->limits.load_instructions : m->limits.instructions;
    m->allowance = loading ? m->limits.load_nanoseconds : m->limits.call_nanoseconds;
    m->clock_debt = 0;
    // Compiling has no hooks before the first look; a call's clock starts with its first hook.
    m->deadline = 0;
    if (loading) {
        // Compiling a chunk and running it the first time share one allowance.
        m->deadline = m->load_deadline ? m->load_deadline : ah_coarse_now() + m->allowance;
        m->load_deadline = 0;
    }
    m->killed = AH_OK;
    m->failures = 0;
    m->refused_block = 0;
    m->stack_overflow = false;
    m->killed_line = 0;
    m->output_lines = 0;
    m->output_bytes = 0;
    m->running = m->L;
    if (m->node_capacity > AH_KEPT_NODES) {
        free(m->nodes);
        m->nodes = NULL;
        m->node_capacity = 0;
    }
    lua_sethook(m->L, ah_hook, LUA_MASKCOUNT, AH_HOOK_STEP);
}

int64_t ah_instructions_used(const ah_machine *m) { return m->fuel_given - m->fuel; }

/// Walks up to the innermost line of the user's own code. Allocates nothing, so it may run inside the allocator.
void ah_place(ah_machine *m, lua_State *L, int32_t *line, char *chunk) {
    (void)m;
    lua_Debug ar;
    *line = 0;
    chunk[0] = 0;
    for (int level = 0; level < 64 && lua_getstack(L, level, &ar); level++) {
        if (!lua_getinfo(L, "Sl", &ar) || ar.currentline <= 0 || ah_is_host_chunk(ar.short_src)) continue;
        *line = ar.currentline;
        strncpy(chunk, ar.short_src, 63);
        chunk[63] = 0;
        return;
    }
}

void ah_kill(ah_machine *m, lua_State *L, ah_status status) {
    if (m->killed) return;
    m->killed = status;
    // A refused allocation has noted its place already.
    if (L && status != AH_MEMORY) ah_place(m, L, &m->killed_line, m->killed_chunk);
}

/// Raises the stop. From here on every instruction of this thread runs into the hook again.
int ah_raise_kill(lua_State *L) {
    lua_sethook(L, ah_hook, LUA_MASKCOUNT, 1);
    // One slot beyond the frame's is always there; making room could itself raise.
    lua_pushlightuserdata(L, &sentinel);
    return lua_error(L);
}

void ah_check_clock(lua_State *L, ah_machine *m) {
    m->clock_debt = 0;
    int64_t now = ah_coarse_now();
    if (m->deadline == 0) {
        m->deadline = now + m->allowance;
    } else if (now > m->deadline) {
        ah_kill(m, L, AH_TIME);
        ah_raise_kill(L);
    }
}

void ah_out_of_fuel(lua_State *L, ah_machine *m) {
    if (!m->killed) ah_kill(m, L, AH_INSTRUCTIONS);
    ah_raise_kill(L);
}

void ah_check(lua_State *L) {
    ah_machine *m = ah_of(L);
    if (m->killed) ah_raise_kill(L);
    if (m->fuel < 0) ah_out_of_fuel(L, m);
    ah_check_clock(L, m);
}

void ah_hook(lua_State *L, lua_Debug *ar) {
    (void)ar;
    ah_machine *m = ah_of(L);
    if (m->killed) {
        lua_sethook(L, ah_hook, LUA_MASKCOUNT, 1);
        lua_pushlightuserdata(L, &sentinel);
        lua_error(L);
    }
    m->fuel -= AH_HOOK_STEP;
    if (m->fuel < 0) {
        ah_kill(m, L, AH_INSTRUCTIONS);
    } else {
        int64_t now = ah_coarse_now();
        if (m->deadline == 0) {
            m->deadline = now + m->allowance;
        } else if (now > m->deadline) {
            ah_kill(m, L, AH_TIME);
        }
    }
    if (m->killed) {
        lua_sethook(L, ah_hook, LUA_MASKCOUNT, 1);
        lua_pushlightuserdata(L, &sentinel);
        lua_error(L);
    }
}

bool ah_admit_output(ah_machine *m, size_t bytes) {
    if (m->output_lines >= m->limits.output_lines || bytes > m->limits.output_bytes - m->output_bytes) {
        m->output_dropped++;
        return false;
    }
    m->output_lines++;
    m->output_bytes += bytes;
    return true;
}

uint64_t ah_dropped_output(const ah_machine *m) { return m->output_dropped; }
