// Table functions: raw (no metamethods of the table run), bounded, refusing frozen views.
#include "internal.h"
#include <stdint.h>

/// Elements that one call may walk over.
enum { MAX_ELEMENTS = 65536 };
/// Values that one call may return.
enum { MAX_RESULTS = 4096 };

/// Checks the table at index 1 of the arguments and answers its length.
static lua_Integer readable(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    if (ah_behind_view(L, 1)) lua_replace(L, 1);
    return (lua_Integer)lua_rawlen(L, 1);
}

static lua_Integer writable(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    ah_check_writable(L, 1);
    return (lua_Integer)lua_rawlen(L, 1);
}

static void bound(lua_State *L, lua_Integer elements) {
    if (elements < 0 || elements > MAX_ELEMENTS) luaL_error(L, "too many elements (at most %d)", MAX_ELEMENTS);
    ah_charge(L, ah_of(L), elements >> 1);
}

static int insert(lua_State *L) {
    lua_Integer next = (lua_Integer)((lua_Unsigned)writable(L) + 1);
    switch (lua_gettop(L)) {
    case 2: break;
    case 3: {
        lua_Integer at = luaL_checkinteger(L, 2);
        luaL_argcheck(L, (lua_Unsigned)at - 1u < (lua_Unsigned)next, 2, "position out of bounds");
        bound(L, next - at);
        for (lua_Integer i = next; i > at; i--) {
            lua_rawgeti(L, 1, i - 1);
            lua_rawseti(L, 1, i);
        }
        next = at;
        break;
    }
    default: return luaL_error(L, "wrong number of arguments to 'insert'");
    }
    lua_rawseti(L, 1, next);
    return 0;
}

static int remove_element(lua_State *L) {
    lua_Integer size = writable(L);
    lua_Integer at = luaL_optinteger(L, 2, size);
    if (at != size) luaL_argcheck(L, (lua_Unsigned)at - 1u <= (lua_Unsigned)size, 2, "position out of bounds");
    lua_rawgeti(L, 1, at);
    if (at < size) bound(L, size - at);
    for (; at < size; at++) {
        lua_rawgeti(L, 1, at + 1);
        lua_rawseti(L, 1, at);
    }
    lua_pushnil(L);
    lua_rawseti(L, 1, at);
    return 1;
}

static int move(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_Integer from = luaL_checkinteger(L, 2), end = luaL_checkinteger(L, 3), to = luaL_checkinteger(L, 4);
    int target = lua_isnoneornil(L, 5) ? 1 : 5;
    luaL_checktype(L, target, LUA_TTABLE);
    ah_check_writable(L, target);
    lua_settop(L, 5);
    if (!ah_behind_view(L, 1)) lua_pushvalue(L, 1);
    if (end >= from) {
        luaL_argcheck(L, from > 0 || end < LUA_MAXINTEGER + from, 3, "too many elements to move");
        lua_Integer count = end - from + 1;
        luaL_argcheck(L, to <= LUA_MAXINTEGER - count + 1, 4, "destination wrap around");
        bound(L, count);
        bool forwards = to > end || to <= from || !lua_rawequal(L, 1, target);
        for (lua_Integer k = 0; k < count; k++) {
            lua_Integer i = forwards ? k : count - 1 - k;
            lua_rawgeti(L, 6, from + i);
            lua_rawseti(L, target, to + i);
        }
    }
    lua_pushvalue(L, target);
    return 1;
}

static int concat(lua_State *L) {
    lua_Integer size = readable(L);
    size_t separator_length;
    const char *separator = luaL_optlstring(L, 2, "", &separator_length);
    lua_Integer from = luaL_optinteger(L, 3, 1), to = luaL_optinteger(L, 4, size);
    if (from > to) {
        lua_pushliteral(L, "");
        return 1;
    }
    uint64_t count = (uint64_t)to - (uint64_t)from;
    bound(L, count >= MAX_ELEMENTS ? MAX_ELEMENTS + 1 : (lua_Integer)count + 1);
    size_t limit = ah_of(L)->limits.string, total = 0;
    luaL_Buffer buffer;
    luaL_buffinit(L, &buffer);
    for (lua_Integer i = from;; i++) {
        lua_rawgeti(L, 1, i);
        if (!lua_isstring(L, -1)) {
            return luaL_error(
                L, "invalid value (%s) at index %I in table for 'concat'", luaL_typename(L, -1), (LUAI_UACINT)i);
        }
        size_t length;
        lua_tolstring(L, -1, &length);
        total += length + separator_length;
        if (total > limit) return luaL_error(L, "resulting string too large");
        luaL_addvalue(&buffer);
        if (i == to) break;
        luaL_addlstring(&buffer, separator, separator_length);
    }
    luaL_pushresult(&buffer);
    return 1;
}

static int unpack(lua_State *L) {
    lua_Integer size = readable(L);
    lua_Integer from = luaL_optinteger(L, 2, 1), to = luaL_optinteger(L, 3, size);
    if (from > to) return 0;
    uint64_t count = (uint64_t)to - (uint64_t)from;
    if (count >= MAX_RESULTS || !lua_checkstack(L, (int)count + 1)) {
        return luaL_error(L, "too many results to unpack (at most %d)", MAX_RESULTS);
    }
    ah_charge(L, ah_of(L), (int64_t)(count >> 1));
    for (lua_Integer i = from; i < to; i++) lua_rawgeti(L, 1, i);
    lua_rawgeti(L, 1, to);
    return (int)count + 1;
}

static const luaL_Reg own[] = {
    {"insert", insert}, {"remove", remove_element}, {"move", move}, {"concat", concat}, {"unpack", unpack},
    {"sort", ah_sort}, {NULL, NULL},
};

void ah_open_table(lua_State *L, int globals) {
    lua_pushcfunction(L, luaopen_table);
    lua_call(L, 0, 1);
    lua_createtable(L, 0, 8);
    lua_getfield(L, -2, "pack");
    lua_setfield(L, -2, "pack");
    luaL_setfuncs(L, own, 0);
    lua_setfield(L, globals, "table");
    lua_pop(L, 1);
}
