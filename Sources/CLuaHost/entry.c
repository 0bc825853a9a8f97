// The protected entry that everything else goes through, and the report of what went wrong.
#include "internal.h"
#include <stdio.h>
#include <string.h>

static void set_message(ah_machine *m, const char *text, size_t length) {
    if (length >= sizeof m->error.message) length = sizeof m->error.message - 1;
    memcpy(m->error.message, text, length);
    m->error.message[length] = 0;
    m->error.length = (uint32_t)length;
}

ah_status ah_refuse(ah_machine *m, ah_status status, const char *text) {
    m->error.status = status;
    m->error.line = 0;
    m->error.chunk[0] = 0;
    set_message(m, text, strlen(text));
    return status;
}

/// Runs at the point of the error, before the stack is unwound. Only strings and numbers are shown:
/// no metamethod of an error object may run while the host reports.
static int report(lua_State *L) {
    ah_machine *m = ah_of(L);
    // Also called for errors inside a load, whose caller wants the object: it is answered unchanged.
    if (m->killed) return 1;
    ah_place(m, L, &m->error.line, m->error.chunk);
    char text[64];
    switch (lua_type(L, 1)) {
    case LUA_TSTRING: {
        size_t length;
        const char *message = lua_tolstring(L, 1, &length);
        set_message(m, message, length);
        break;
    }
    case LUA_TNUMBER:
        if (lua_isinteger(L, 1)) {
            snprintf(text, sizeof text, "%lld", (long long)lua_tointeger(L, 1));
        } else {
            snprintf(text, sizeof text, "%.14g", lua_tonumber(L, 1));
        }
        set_message(m, text, strlen(text));
        break;
    default:
        snprintf(text, sizeof text, "(error object is a %s value)", lua_typename(L, lua_type(L, 1)));
        set_message(m, text, strlen(text));
    }
    lua_settop(L, 1);
    return 1;
}

/// A message that begins with "name:line: " of the user's own chunk names the place better than the stack:
/// error("…", 2) means the caller, and a coroutine's frames are gone.
static void trust_prefix(ah_machine *m) {
    for (uint32_t i = 0; i < m->user_chunk_count; i++) {
        size_t length = strlen(m->user_chunks[i]);
        const char *text = m->error.message;
        if (strncmp(text, m->user_chunks[i], length) != 0 || text[length] != ':') continue;
        int line = 0, used = 0;
        if (sscanf(text + length + 1, "%9d%n", &line, &used) == 1 && text[length + 1 + used] == ':' && line > 0) {
            m->error.line = line;
            memcpy(m->error.chunk, m->user_chunks[i], sizeof m->error.chunk);
            return;
        }
    }
}

static ah_status conclude(ah_machine *m, int status) {
    if (m->killed == AH_OK && status == LUA_ERRMEM) m->killed = AH_MEMORY;
    if (m->killed) {
        m->error.status = m->killed;
        m->error.line = m->killed_line;
        memcpy(m->error.chunk, m->killed_chunk, sizeof m->error.chunk);
        const char *text = "stopped";
        if (m->killed == AH_INSTRUCTIONS) text = "instruction budget used up";
        if (m->killed == AH_TIME) text = "deadline passed";
        if (m->killed == AH_MEMORY) {
            text = m->stack_overflow         ? "stack overflow"
                   : m->refused_block == 2   ? "string too long"
                   : m->refused_block == 1   ? "table too large"
                                             : "not enough memory";
        }
        set_message(m, text, strlen(text));
        return m->killed;
    }
    if (status == LUA_ERRERR) {
        set_message(m, "error in error handling", 23);
    }
    trust_prefix(m);
    m->error.status = AH_RUNTIME;
    return AH_RUNTIME;
}

void ah_install_report(lua_State *L) { lua_pushcfunction(L, report); }

ah_status ah_enter(ah_machine *m, ah_body body, void *argument) {
    if (m->inside_host || m->entered) return ah_refuse(m, AH_REENTRY, "the machine is already running");
    lua_State *L = m->L;
    m->entered = true;
    m->error.status = AH_OK;
    lua_pushcfunction(L, body);
    lua_pushlightuserdata(L, argument);
    int status = lua_pcall(L, 1, 0, 1);
    lua_settop(L, 1);
    m->entered = false;
    if (m->pending_count > 0) ah_release_pending(m);
    if (status == LUA_OK && m->killed == AH_OK) return AH_OK;
    ah_status reported = m->error.status;
    if (m->killed == AH_OK && status == LUA_ERRRUN && reported == AH_SYNTAX) {
        trust_prefix(m);
        return m->error.status = AH_SYNTAX;
    }
    if (m->killed == AH_OK && status == LUA_ERRRUN && reported == AH_REFUSED) {
        return m->error.status = AH_REFUSED;
    }
    return conclude(m, status);
}

ah_status ah_enter_fresh(ah_machine *m, bool loading, ah_body body, void *argument) {
    if (!m->inside_host && !m->entered) ah_begin(m, loading);
    return ah_enter(m, body, argument);
}

/// Pops a value and keeps it. References live in the registry's array part, with a free list outside Lua.
ah_ref ah_keep(lua_State *L, ah_machine *m) {
    ah_ref ref = m->free_count > 0 ? m->free_refs[m->free_count - 1] : m->next_ref;
    lua_rawseti(L, LUA_REGISTRYINDEX, ref);
    if (m->free_count > 0) {
        m->free_count--;
    } else {
        m->next_ref++;
    }
    return ref;
}
