// The only source of memory of a machine: counted, capped, able to fail on demand.
#include "internal.h"
#include <stdlib.h>

/// Lua says in osize what a new object is.
enum { NEW_STRING = LUA_TSTRING };

/// The table of all short strings grows with their number, garbage included: it has a cap of its own.
enum { STRING_TABLE_START = 128 * sizeof(void *), STRING_TABLE_CAP = 4 << 20 };

void ah_fail_allocation(ah_machine *m, int64_t countdown, bool forever) {
    m->fail_at = countdown;
    m->fail_forever = forever;
}

/// Call levels from which a refused block is taken for the Lua stack of a function that calls itself for ever.
enum { DEEP = 1000 };

static void *refuse(ah_machine *m) {
    m->failures++;
    if (!m->entered || m->killed) return NULL;
    // Noted here because a memory error unwinds without asking anyone where it happened.
    ah_place(m, m->running, &m->killed_line, m->killed_chunk);
    // Each refusal makes Lua collect all garbage and try once more; a few of them are enough.
    if (m->failures >= m->limits.failed_allocations) m->killed = AH_MEMORY;
    return NULL;
}

static void *refuse_block(ah_machine *m, bool string) {
    lua_Debug ar;
    m->refused_block = string ? 2 : 1;
    m->stack_overflow = !string && m->entered && lua_getstack(m->running, DEEP, &ar);
    return refuse(m);
}

static bool injected_fault(ah_machine *m) {
    if (m->fail_at == 0 || --m->fail_at > 0) return false;
    if (m->fail_forever) m->fail_at = 1;
    return true;
}

void *ah_allocate(void *ud, void *ptr, size_t osize, size_t nsize) {
    ah_machine *m = ud;
    size_t old = ptr ? osize : 0;
    if (nsize == 0) {
        m->used -= old;
        free(ptr);
        return NULL;
    }
    bool string_table = ptr != NULL && ptr == m->string_table;
    if (nsize > old) {
        if (injected_fault(m)) return refuse(m);
        bool string = ptr == NULL && osize == NEW_STRING;
        size_t cap = string ? m->limits.string : string_table ? STRING_TABLE_CAP : m->limits.block;
        if (nsize > cap) {
            return refuse_block(m, string);
        }
        if (nsize - old > m->limits.memory - m->used) return refuse(m);
        // Work that one instruction can cause without a hook (copying, clearing) is paid by size.
        if (nsize >= 4096) m->fuel -= (int64_t)(nsize >> 6);
    }
    void *block = realloc(ptr, nsize);
    if (block == NULL) {
        // Lua takes it for granted that shrinking works.
        if (nsize <= old) return ptr;
        return refuse(m);
    }
    // The first block of this size in the making of a state is the table of all short strings, 8 bytes a bucket.
    if (string_table || (m->string_table == NULL && ptr == NULL && osize == 0 && nsize == STRING_TABLE_START)) {
        m->string_table = block;
    }
    m->used += nsize - old;
    if (m->used > m->peak) m->peak = m->used;
    return block;
}

size_t ah_memory_used(const ah_machine *m) { return m->used; }
size_t ah_memory_peak(const ah_machine *m) { return m->peak; }
