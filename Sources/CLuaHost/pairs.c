// A fixed order of traversal: positive integers ascending, other numbers ascending, strings by bytes, false, true.
// Tables, functions and other objects have no order that does not depend on addresses: one such key comes last,
// two are an error. Values may be assigned or cleared while a loop runs; keys added meanwhile are not visited.
#include "internal.h"
#include <stdlib.h>
#include <string.h>

/// Entries one traversal can hold; an array part of any size comes on top without being copied.
enum { MAX_KEYS = 32768 };

enum { RANK_POSITIVE, RANK_NUMBER, RANK_STRING, RANK_FALSE, RANK_TRUE, RANK_OBJECT };

typedef struct {
    union {
        int64_t integer;
        double number;
        const char *text;
    };
    uint32_t length;
    uint16_t position;  ///< in the unsorted list, from 0
    uint8_t rank;
    uint8_t is_float;
} sort_key;

static sort_key key_at(lua_State *L, int index) {
    sort_key key = {.integer = 0};
    switch (lua_type(L, index)) {
    case LUA_TNUMBER:
        if (lua_isinteger(L, index)) {
            key.integer = lua_tointeger(L, index);
            key.rank = key.integer > 0 ? RANK_POSITIVE : RANK_NUMBER;
        } else {
            key.number = lua_tonumber(L, index);
            key.is_float = 1;
            key.rank = RANK_NUMBER;
        }
        break;
    case LUA_TSTRING: {
        size_t length;
        key.text = lua_tolstring(L, index, &length);
        key.length = (uint32_t)length;
        key.rank = RANK_STRING;
        break;
    }
    case LUA_TBOOLEAN: key.rank = lua_toboolean(L, index) ? RANK_TRUE : RANK_FALSE; break;
    default: key.rank = RANK_OBJECT;
    }
    return key;
}

static int compare(const void *left, const void *right) {
    const sort_key *a = left, *b = right;
    if (a->rank != b->rank) return a->rank < b->rank ? -1 : 1;
    switch (a->rank) {
    case RANK_POSITIVE: return (a->integer > b->integer) - (a->integer < b->integer);
    case RANK_NUMBER: {
        // long double holds every int64 and every double exactly.
        long double x = a->is_float ? (long double)a->number : (long double)a->integer;
        long double y = b->is_float ? (long double)b->number : (long double)b->integer;
        return (x > y) - (x < y);
    }
    case RANK_STRING: {
        size_t shorter = a->length < b->length ? a->length : b->length;
        int order = memcmp(a->text, b->text, shorter);
        if (order != 0) return order;
        return (a->length > b->length) - (a->length < b->length);
    }
    default: return 0;
    }
}

static bool is_listed(lua_State *L, lua_Integer run) {
    if (lua_islightuserdata(L, -1)) return false;
    if (!lua_isinteger(L, -1)) return true;
    lua_Integer key = lua_tointeger(L, -1);
    return key < 1 || key > run;
}

/// Pushes an array of the keys outside 1...run, sorted, or nil when there is none; answers how many.
/// The array holds the very objects, so that pointers into long strings stay good as long as the table does.
static lua_Integer push_rest(lua_State *L, int table, lua_Integer run) {
    ah_machine *m = ah_of(L);
    lua_Integer count = 0, seen = 0;
    int objects = 0, result = lua_gettop(L) + 1;
    lua_pushnil(L);
    lua_pushnil(L);
    while (lua_next(L, table)) {
        lua_pop(L, 1);
        if ((++seen & 1023) == 0) ah_charge(L, m, 256);
        if (!is_listed(L, run)) continue;
        count++;
        if (key_at(L, -1).rank == RANK_OBJECT && ++objects > 1) {
            luaL_error(L, "pairs: two keys are objects, which have no fixed order");
        }
    }
    if (count == 0) return 0;
    if (count > MAX_KEYS) luaL_error(L, "pairs: more than %d keys", MAX_KEYS);
    ah_charge(L, m, count * 8);
    sort_key *keys = lua_newuserdatauv(L, (size_t)count * sizeof *keys, 0);
    lua_createtable(L, (int)count, 0);
    lua_createtable(L, (int)count, 0);
    lua_Integer at = 0, bytes = 0;
    lua_pushnil(L);
    while (lua_next(L, table)) {
        lua_pop(L, 1);
        if (!is_listed(L, run)) continue;
        keys[at] = key_at(L, -1);
        keys[at].position = (uint16_t)at;
        if (keys[at].rank == RANK_STRING) bytes += keys[at].length;
        lua_pushvalue(L, -1);
        lua_rawseti(L, result + 2, ++at);
    }
    ah_charge(L, m, bytes >> 2);
    qsort(keys, (size_t)count, sizeof *keys, compare);
    for (at = 0; at < count; at++) {
        lua_rawgeti(L, result + 2, (lua_Integer)keys[at].position + 1);
        lua_rawseti(L, result + 3, at + 1);
    }
    lua_replace(L, result);
    lua_settop(L, result);
    return count;
}

lua_Integer ah_push_sorted_keys(lua_State *L, int index) { return push_rest(L, lua_absindex(L, index), 0); }

/// Upvalues: keys outside the run (or nil), the run's length, how many keys were visited, the table.
static int step(lua_State *L) {
    lua_settop(L, 0);
    lua_pushvalue(L, lua_upvalueindex(4));
    lua_Integer run = lua_tointeger(L, lua_upvalueindex(2));
    lua_Integer at = lua_tointeger(L, lua_upvalueindex(3));
    for (int skipped = 0;; skipped++) {
        at++;
        if ((skipped & 255) == 255) ah_charge(L, ah_of(L), 256);
        if (at <= run) {
            lua_pushinteger(L, at);
        } else if (lua_istable(L, lua_upvalueindex(1))) {
            lua_rawgeti(L, lua_upvalueindex(1), at - run);
        } else {
            lua_pushnil(L);
        }
        if (lua_isnil(L, -1)) return 1;
        lua_pushvalue(L, -1);
        if (lua_rawget(L, 1) != LUA_TNIL) break;
        lua_settop(L, 1);
    }
    lua_pushinteger(L, at);
    lua_replace(L, lua_upvalueindex(3));
    return 2;
}

int ah_pairs(lua_State *L) {
    luaL_checkany(L, 1);
    if (luaL_getmetafield(L, 1, "__pairs") != LUA_TNIL) {
        lua_pushvalue(L, 1);
        lua_call(L, 1, 3);
        return 3;
    }
    lua_settop(L, 1);
    luaL_checktype(L, 1, LUA_TTABLE);
    // A frozen view is walked through, but the table behind it is not given away.
    if (!ah_behind_view(L, 1)) lua_pushvalue(L, 1);
    lua_Integer run = (lua_Integer)lua_rawlen(L, 2);
    // A border beyond any array part comes from stray keys: those are sorted with the rest.
    if (run < 0 || run > 65536) run = 0;
    push_rest(L, 2, run);
    lua_pushinteger(L, run);
    lua_pushinteger(L, 0);
    lua_pushvalue(L, 2);
    lua_pushcclosure(L, step, 4);
    lua_pushvalue(L, 1);
    lua_pushnil(L);
    return 3;
}

/// next in the order of pairs: finds the smallest key above the given one, in one pass and without memory.
int ah_next(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 2);
    if (ah_behind_view(L, 1)) lua_replace(L, 1);
    ah_machine *m = ah_of(L);
    bool first = lua_isnil(L, 2);
    sort_key after = key_at(L, 2);
    if (first || after.rank == RANK_POSITIVE) {
        lua_Integer following = first ? 1 : (lua_Integer)((lua_Unsigned)after.integer + 1);
        if (following > 0 && lua_rawgeti(L, 1, following) != LUA_TNIL) {
            lua_pushinteger(L, following);
            lua_insert(L, -2);
            return 2;
        }
        lua_settop(L, 2);
    }
    bool found = false;
    int objects = 0;
    lua_Integer seen = 0;
    sort_key best = {.integer = 0};
    lua_pushnil(L);  // 3: the best key so far
    lua_pushnil(L);
    while (lua_next(L, 1)) {
        lua_pop(L, 1);
        if ((++seen & 127) == 0) ah_charge(L, m, 256);
        if (lua_islightuserdata(L, -1)) continue;
        sort_key key = key_at(L, -1);
        if (key.rank == RANK_OBJECT && ++objects > 1) {
            luaL_error(L, "next: two keys are objects, which have no fixed order");
        }
        if (!first && compare(&key, &after) <= 0) continue;
        if (found && compare(&key, &best) >= 0) continue;
        found = true;
        best = key;
        lua_pushvalue(L, -1);
        lua_replace(L, 3);
    }
    ah_charge(L, m, seen & 127);
    lua_settop(L, 3);
    if (!found) {
        lua_pushnil(L);
        return 1;
    }
    lua_pushvalue(L, 3);
    lua_rawget(L, 1);
    return 2;
}
