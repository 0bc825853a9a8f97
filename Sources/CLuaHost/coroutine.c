// Coroutines that charge for each creation and resumption and let no stop be swallowed.
#include "internal.h"

/// A new thread has a count of its own: what it runs before its first hook is paid for here.
enum { CREATION_UNITS = AH_HOOK_STEP + 50, RESUME_UNITS = 25 };

static int create(lua_State *L) {
    luaL_checktype(L, 1, LUA_TFUNCTION);
    ah_charge(L, ah_of(L), CREATION_UNITS);
    lua_State *thread = lua_newthread(L);
    lua_sethook(thread, ah_hook, LUA_MASKCOUNT, AH_HOOK_STEP);
    lua_pushvalue(L, 1);
    lua_xmove(L, thread, 1);
    return 1;
}

/// Moves `count` arguments in and the results out; answers their number, or -1 with the error on top.
static int resume(lua_State *L, lua_State *thread, int count) {
    ah_machine *m = ah_of(L);
    ah_check(L);
    ah_charge(L, m, RESUME_UNITS);
    if (!lua_checkstack(thread, count)) {
        lua_pushliteral(L, "too many arguments to resume");
        return -1;
    }
    lua_xmove(L, thread, count);
    lua_State *outer = m->running;
    m->running = thread;
    int results = 0;
    int status = lua_resume(thread, L, count, &results);
    m->running = outer;
    if (status == LUA_ERRMEM) ah_kill(m, L, AH_MEMORY);
    if (m->killed) ah_raise_kill(L);
    if (status == LUA_OK || status == LUA_YIELD) {
        if (!lua_checkstack(L, results + 1)) {
            lua_pop(thread, results);
            lua_pushliteral(L, "too many results to resume");
            return -1;
        }
        lua_xmove(thread, L, results);
        return results;
    }
    m->error.status = AH_OK;
    lua_xmove(thread, L, 1);
    return -1;
}

static int resume_entry(lua_State *L) {
    lua_State *thread = lua_tothread(L, 1);
    luaL_argexpected(L, thread, 1, "thread");
    int results = resume(L, thread, lua_gettop(L) - 1);
    if (results < 0) {
        lua_pushboolean(L, 0);
        lua_insert(L, -2);
        return 2;
    }
    lua_pushboolean(L, 1);
    lua_insert(L, -(results + 1));
    return results + 1;
}

static int wrapped(lua_State *L) {
    lua_State *thread = lua_tothread(L, lua_upvalueindex(1));
    int results = resume(L, thread, lua_gettop(L));
    if (results >= 0) return results;
    if (lua_type(L, -1) == LUA_TSTRING) {
        luaL_where(L, 1);
        lua_insert(L, -2);
        lua_concat(L, 2);
    }
    return lua_error(L);
}

static int wrap(lua_State *L) {
    create(L);
    lua_pushcclosure(L, wrapped, 1);
    return 1;
}

static const char *const kept[] = {"yield", "status", "isyieldable", "running", NULL};

static const luaL_Reg own[] = {{"create", create}, {"resume", resume_entry}, {"wrap", wrap}, {NULL, NULL}};

void ah_open_coroutine(lua_State *L, int globals) {
    lua_pushcfunction(L, luaopen_coroutine);
    lua_call(L, 0, 1);
    lua_createtable(L, 0, 7);
    for (int i = 0; kept[i]; i++) {
        lua_getfield(L, -2, kept[i]);
        lua_setfield(L, -2, kept[i]);
    }
    luaL_setfuncs(L, own, 0);
    lua_setfield(L, globals, "coroutine");
    lua_pop(L, 1);
}
